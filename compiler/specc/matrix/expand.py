"""From a matrix to its configurations.

In this order: `from` and the axes are combined, `exclude` takes away, `sample` draws from what is left, `include` adds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice, product
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Label, Place, Severity, Sink, closest, rename
from specc.matrix.axes import AxisFault, values_of
from specc.matrix.configurations import Cell, canonical, kept, merged, shown
from specc.matrix.draws import picks
from specc_runtime.expressions import ExpressionError, Template
from specc_schemas.matrix import MOST_CELLS

if TYPE_CHECKING:
    from specc.matrix.files import Cells
    from specc_schemas import Matrix

_TRIES = 200
"""Draws for each configuration of a sample, on average, before what is left is taken in order."""
_LISTED = 100_000
"""Combinations that are looked at one after the other for what was not drawn."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The configurations of a matrix, in order, and how long each axis is."""

    cells: list[Cell]
    lengths: dict[str, int]


def expand(matrix: Matrix, place: Place, sink: Sink, read: Cells | None = None) -> Expansion | None:
    """The configurations of the matrix at `place`; None after reporting why it has none.

    `read` are those of the file that `from` names. Reports SPC240 to SPC249.
    """
    found = _Expanding(matrix, place, sink, read)
    try:
        cells = found.cells()
    except _Stop:
        return None
    return Expansion(cells, {axis.label: len(axis.cells) for axis in found.axes}) if not found.failed else None


class _Stop(Exception):  # noqa: N818 - not an error: what is wrong has been reported
    pass


@dataclass(frozen=True, slots=True)
class _Axis:
    """Parts of configurations, of which each configuration has one: an axis of the matrix, or all of `from`."""

    label: str
    cells: list[Cell]
    place: Place


@dataclass(eq=False)
class _Expanding:
    matrix: Matrix
    place: Place
    sink: Sink
    read: Cells | None
    axes: list[_Axis] = field(default_factory=list)
    failed: bool = False

    def cells(self) -> list[Cell]:
        self._find_axes()
        if self.failed:
            raise _Stop
        names = [name for axis in self.axes for name in axis.cells[0]]
        self._check_names(names)
        excluded = [
            (self._constant(item, "exclude", index), [0]) for index, item in enumerate(self.matrix.exclude or ())
        ]
        added = [self._constant(item, "include", index) for index, item in enumerate(self.matrix.include or ())]
        self._check_partial("exclude", [item for item, _ in excluded], names)
        self._check_partial("include", added, names)
        if self.failed:
            raise _Stop
        if self.matrix.sample is not None:
            cells = self._drawn(excluded)
        else:
            cells = list(kept(self._combined(), excluded))
            self._check_exclude(excluded)
        cells += [{name: item[name] for name in names} for item in added]
        self._check_count(len(cells))
        self._check_twins(cells, len(cells) - len(added))
        return cells

    def _report(
        self, code: str, message: str, place: Place, label: str, *more: Label, help: str = "", **rest: Any
    ) -> None:
        self.failed = self.failed or rest.get("severity") is not Severity.WARNING
        self.sink.report(code, message, Label(place, label), *more, help=help, **rest)

    # -- axes

    def _find_axes(self) -> None:
        whole = self.read.cells if self.read is not None else self.matrix.from_
        if isinstance(whole, list):
            self.axes.append(_Axis("from", self._whole(whole), self.place.child("from")))
        for name, axis in (self.matrix.__pydantic_extra__ or {}).items():
            place = self.place.child(name)
            meant = closest(name, ("include", "exclude"))
            if isinstance(axis, list) and meant is not None and all(isinstance(value, dict) for value in axis):
                self._report(
                    "SPC241",
                    f"`{name}` would be an axis whose values are tables",
                    place.key(),
                    "misspelt",
                    help=f"did you mean `{meant}`?",
                    fix=rename(place.key(), meant),
                )
            if isinstance(axis, list):
                values = [self._value(value, place.child(index)) for index, value in enumerate(axis)]
            else:
                try:
                    values = list(values_of(axis, name))
                except AxisFault as fault:
                    self._report("SPC240", f"axis `{name}`: {fault}", place.child(*fault.at), "gives no axis")
                    continue
            self._check_values(name, values, place)
            self.axes.append(_Axis(name, [{name: value} for value in values], place))
        if not self.axes and not self.failed:
            self._report(
                "SPC240",
                "the matrix has no axes",
                self.place.key(),
                "nothing to combine",
                help="give it an axis, for example `lr = [0.1, 0.01]`",
            )

    def _whole(self, given: list[Cell]) -> list[Cell]:
        """Configurations as they are listed, each with every name: null where one leaves it out."""
        if self.read is None:
            at = self.place.child("from")
            given = [self._values(cell, at.child(index)) for index, cell in enumerate(given)]
        names = list(dict.fromkeys(name for cell in given for name in cell))
        for index, cell in enumerate(given):
            for name in cell:
                if len(given) > 1 and sum(name in other for other in given) == 1:
                    self._check_lonely(name, index, cell, given)
        return [{name: cell.get(name) for name in names} for cell in given]

    def _check_lonely(self, name: str, index: int, cell: Cell, given: list[Cell]) -> None:
        """A name that only one configuration has, which lacks one that all others have: that was meant."""
        common = [other for other in given[index - 1] if other not in cell]
        common = [other for other in common if all(other in item for item in given if item is not cell)]
        near = closest(name, common)
        if near is None:
            return
        at = self.place.child("from") if self.read is not None else self.place.child("from", index, name).key()
        where = f"{self.read.where[index]}: " if self.read is not None else ""
        self._report(
            "SPC241",
            f"{where}`{name}` is in none of the other configurations",
            at,
            "misspelt",
            help=f"did you mean `{near}`?",
        )

    def _check_names(self, names: list[str]) -> None:
        for axis in self.axes:
            for name in axis.cells[0]:
                if names.count(name) > 1 and axis.label != "from":
                    self._report(
                        "SPC241",
                        f"`{name}` is an axis, and in `from`, too",
                        axis.place.key(),
                        "given twice",
                        help="remove one of them",
                    )

    def _check_values(self, name: str, values: list[Any], place: Place) -> None:
        seen: dict[str, int] = {}
        for index, value in enumerate(values):
            first = seen.setdefault(canonical(value), index)
            if first != index and self.matrix.mode != "zip":
                self._report(
                    "SPC244",
                    f"axis `{name}` has the value `{shown(value)}` twice",
                    place.child(index),
                    "a second time",
                    Label(place.child(first), "here already"),
                    help="remove one of them: their results could not be told apart",
                )

    # -- constants

    def _constant(self, item: Cell, key: str, index: int) -> Cell:
        return self._values(item, self.place.child(key, index))

    def _values(self, cell: Cell, place: Place) -> Cell:
        return {name: self._value(value, place.child(name)) for name, value in cell.items()}

    def _value(self, value: Any, place: Place) -> Any:
        """A value as it stands for itself."""
        template = Template(value)
        if not template.references and not template.check():
            with suppress(ExpressionError):  # `${null}` stands for what TOML cannot hold
                return template.evaluate({})
        self._report(
            "SPC242",
            "the values of a matrix are constants: they are combined while the spec compiles",
            place,
            "known only in a run",
            help="fan out over what only a run knows with `each`",
        )
        return value

    # -- combinations

    def _combined(self) -> Iterator[Cell]:
        if self.matrix.mode == "zip":
            self._check_lengths()
            return (merged(parts) for parts in zip(*(axis.cells for axis in self.axes), strict=True))
        self._check_grid()
        return (merged(parts) for parts in product(*(axis.cells for axis in self.axes)))

    def _check_lengths(self) -> None:
        lengths = {axis.label: len(axis.cells) for axis in self.axes}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"`{name}` has {count}" for name, count in lengths.items())
            first = self.axes[0]
            other = next(axis for axis in self.axes if len(axis.cells) != len(first.cells))
            self._report(
                "SPC243",
                f"axes that are zipped are equally long: {told}",
                other.place.key(),
                f"{len(other.cells)} values",
                Label(first.place.key(), f"{len(first.cells)} values"),
                help='make them equally long, or combine all values with `mode = "grid"`',
            )
            raise _Stop

    @property
    def _size(self) -> int:
        return math.prod(len(axis.cells) for axis in self.axes)

    def _check_grid(self) -> None:
        """Refuse what `exclude` cannot bring below the bound, or only after hours."""
        if self._size > 1_000 * self._most:
            self._too_many(self._size)

    @property
    def _most(self) -> int:
        return self.matrix.max or MOST_CELLS

    def _check_count(self, count: int) -> None:
        if count > self._most:
            self._too_many(count)
        if not count:
            self._report(
                "SPC245",
                "the matrix has no configurations: all are excluded",
                self.place.child("exclude"),
                "leaves nothing",
                help="exclude less, or leave the step out",
            )
            raise _Stop

    def _too_many(self, count: int) -> None:
        product_of = " x ".join(f"{axis.label} {len(axis.cells)}" for axis in self.axes)
        zipped = self.matrix.mode == "zip" or len(self.axes) < 2
        grid = "" if zipped else f" ({product_of})"
        place = self.place.child("max") if self.matrix.max is not None else self.place.key()
        self._report(
            "SPC246",
            f"the matrix has {count} configurations{grid}; at most {self._most} are allowed",
            place,
            "too many",
            help=f"if so many are meant, write `max = {count}`; "
            "or draw some of them with `sample`, which takes any number of combinations"
            if count <= 100_000
            else "draw some of them with `sample = 100`, which takes any number of combinations",
        )
        raise _Stop

    # -- sample

    def _drawn(self, excluded: list[tuple[Cell, list[int]]]) -> list[Cell]:
        """A sample, drawn without ever making all combinations where these are many."""
        wanted = self.matrix.sample
        assert wanted is not None
        sizes = {axis.label: len(axis.cells) for axis in self.axes}
        if self.matrix.mode == "zip":
            self._check_lengths()
            sizes = {"": len(self.axes[0].cells)}
        every = math.prod(sizes.values())
        seen: dict[tuple[int, ...], Cell | None] = {}
        count = 0
        rest: Iterable[tuple[int, ...]] = product(*map(range, sizes.values())) if every <= _LISTED else ()
        drawn = islice(picks(wanted.seed or 0, sizes), _TRIES * wanted.count) if wanted.count <= every else iter(())
        for choice in chain(drawn, rest):
            if choice in seen:
                continue
            cell = self._cell(choice)
            stays = any(True for _ in kept([cell], excluded))
            seen[choice] = cell if stays else None
            count += stays
            if count == wanted.count:
                break
        if count < wanted.count:
            self._short(count, wanted.count)
        return [cell for cell in seen.values() if cell is not None]

    def _cell(self, choice: tuple[int, ...]) -> Cell:
        """The configuration of an index in each axis, or of one in all of them."""
        indices = choice * len(self.axes) if self.matrix.mode == "zip" else choice
        return merged(axis.cells[index] for axis, index in zip(self.axes, indices, strict=True))

    def _short(self, found: int, wanted: int) -> None:
        self._report(
            "SPC247",
            f"there are only {found} combinations to draw {wanted} from",
            self.place.child("sample"),
            "more than there are",
            help="draw fewer, or leave `sample` out for all of them",
        )

    # -- include and exclude

    def _check_partial(self, key: str, items: Iterable[Cell], names: list[str]) -> None:
        for index, item in enumerate(items):
            place = self.place.child(key, index)
            for name in item:
                if name not in names:
                    near = closest(name, names)
                    self._report(
                        "SPC241",
                        f"`{name}` in `{key}` is no axis of the matrix",
                        place.child(name).key(),
                        "no axis",
                        help=f"did you mean `{near}`?"
                        if near
                        else f"the axes are {', '.join(f'`{one}`' for one in names)}",
                        fix=rename(place.child(name).key(), near) if near else None,
                    )
            missing = [name for name in names if name not in item]
            if key == "include" and missing and not item.keys() - set(names):
                self._report(
                    "SPC241",
                    f"a configuration that `include` adds is a whole one, and this one has no `{missing[0]}`",
                    place,
                    "not a whole configuration",
                    help="give it a value for every axis; it is added as it is, and changes no others",
                )

    def _check_exclude(self, excluded: list[tuple[Cell, list[int]]]) -> None:
        for index, (item, hits) in enumerate(excluded):
            if not hits[0]:
                self._report(
                    "SPC248",
                    f"nothing has all of `{shown(item)}`, so nothing is excluded",
                    self.place.child("exclude", index),
                    "matches no combination",
                    severity=Severity.WARNING,
                    help="the values are compared as they stand in the axes",
                )

    def _check_twins(self, cells: list[Cell], included: int) -> None:
        seen: dict[str, int] = {}
        for index, cell in enumerate(cells):
            first = seen.setdefault(canonical(cell), index)
            if first == index:
                continue
            key = self.place.child("include", index - included) if index >= included else self._place_of(index)
            where = (
                f"{self.read.where[index]}: "
                if self.read is not None and len(self.axes) == 1 and index < included
                else ""
            )
            self._report(
                "SPC244",
                f"{where}the configuration `{shown(cell)}` is there twice",
                key,
                "a second time",
                help="remove one of them: their results could not be told apart",
            )
            return

    def _place_of(self, index: int) -> Place:
        listed = self.read is None and self.axes[0].label == "from" and len(self.axes) == 1
        return self.axes[0].place.child(index) if listed and self.matrix.sample is None else self.axes[0].place.key()
