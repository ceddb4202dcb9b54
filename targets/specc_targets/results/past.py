"""What the steps of a run have given by its journal, also those in groups, maps, loops and other specs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from specc.ir.ops import Group, Loop, Map, Op, SubPipeline
from specc.ir.region import Region
from specc.ir.walk import free_references
from specc_runtime import fan
from specc_runtime.errors import SpeccError
from specc_runtime.expressions import SKIPPED, ExpressionError, Skipped, Template
from specc_targets.local.inputs import resolve_parameters
from specc_targets.local.running import address_in
from specc_targets.local.runs.parsing import Record
from specc_targets.local.runs.recovery import Recovered
from specc_targets.local.scope import Frame, Scope
from specc_targets.local.values import Kept, Results, keep, keep_binding


class Unknown(Exception):  # noqa: N818  # not an error: it has not happened yet
    """What is asked for is not in the journal."""


@dataclass(frozen=True, slots=True)
class Book:
    """What is the same in a whole run, or in that of another spec in it."""

    recovered: Recovered
    fixed: Mapping[str, Any]
    """What `params`, `env`, `run` and `stack` mean."""
    needs: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By the identity of an operation: the steps without whose values it is skipped."""


class Past(Frame):
    """One execution of a region. The results of its operations are read when they are asked for."""

    __slots__ = ("address", "book", "owner", "region")

    def __init__(
        self,
        book: Book,
        region: Region,
        address: str = "",
        owner: str = "",
        around: Frame | None = None,
        names: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(around, names)
        self.book, self.region, self.address, self.owner = book, region, address, owner

    def inside(self, region: Region, address: str, owner: str = "", names: Mapping[str, Any] | None = None) -> Past:
        """An execution of a region in this one."""
        return Past(self.book, region, address, owner, self, names)

    def address_of(self, op: Op) -> str:
        """The address of an operation, as the engine gives it."""
        return address_in(self.region, self.owner, self.address, op)

    def evaluate(self, template: Template) -> Any:
        """The value of a template here. Raises `Unknown`, and what templates raise."""
        return template.evaluate(Scope(self, self.book.fixed))

    def step(self, name: str) -> Any:
        """The kept result of the innermost operation called so. Raises `Unknown` and `KeyError`."""
        op = self.region.by_name.get(name)
        if op is None:
            return super().step(name) if self.parent is None else self.parent.step(name)
        if name not in self.results:
            self.results[name] = self.result(op)
        return self.results[name]

    def result(self, op: Op) -> Any:
        """The kept result of an operation of this region; `SKIPPED` when it was or will be. Raises `Unknown`."""
        known = self.book.recovered.step(self.address_of(op))
        if known is not None:
            return known[0]
        if self.is_skipped(op):
            return SKIPPED
        match op:
            case Map():
                return Results([self.item(op, index, names) for index, names in enumerate(self.bindings(op))])
            case Loop():
                return self._last(op)
            case Group():
                return self.inside(op.body, self.address_of(op)).yielded()
            case SubPipeline():
                return self.sub(op).outputs(op)
        raise Unknown(op.name)

    def yielded(self) -> Any:
        """What the region gives, kept. Raises `Unknown`."""
        template = self.region.yields
        if template is None:
            for op in self.region.ops:
                self.step(op.name)
            return None
        try:
            return keep(self.evaluate(template))
        except Skipped:
            return SKIPPED
        except (ExpressionError, SpeccError):
            raise Unknown("yields") from None

    def bindings(self, op: Map) -> Sequence[Mapping[str, Any]]:
        """What each iteration of a map binds. Raises `Unknown`, also when the map fails before its first one."""
        try:
            return fan.fan_out({name: self.evaluate(template) for name, template in op.sources}, op.batch)
        except Skipped:
            return ()
        except (ExpressionError, SpeccError):
            raise Unknown(op.name) from None

    def cell(self, op: Map, index: int, names: Mapping[str, Any]) -> Past:
        """One iteration of a map; `names` is what it binds."""
        kept = {name: keep_binding(value) for name, value in names.items()}
        return self.inside(op.body, f"{self.address_of(op)}[{index}]", op.name, kept)

    def item(self, op: Map, index: int, names: Mapping[str, Any]) -> Any:
        """The kept result of an iteration, which binds `names`; None where there is none: it failed or was skipped.

        Raises `Unknown`.
        """
        address = self.address_of(op)
        table = self.book.recovered.items(address)
        if table is not None and index in table:
            return table.load(index)
        if self.book.recovered.failure(f"{address}[{index}]") is not None:
            return None
        found = self.cell(op, index, names).yielded()
        return None if found is SKIPPED else found

    def passes(self, op: Loop) -> Iterator[Past]:
        """The passes of a loop that have begun, the last one with what it has done so far."""
        try:
            last = keep(self.evaluate(op.start))
            for number in range(op.max):
                found = self.inside(op.body, f"{self.address_of(op)}{{{number}}}", op.name, {"last": last})
                yield found
                last = found.yielded()
                if op.until is None:
                    continue
                if last is SKIPPED:
                    return
                found.names = {"last": last}
                if found.evaluate(op.until) is True:
                    return
        except (Unknown, Skipped, ExpressionError, SpeccError):
            return

    def sub(self, op: SubPipeline) -> Past:
        """The run of another spec as a step. Raises `Unknown`."""
        try:
            given: Any = self.evaluate(op.arguments)
        except (Skipped, ExpressionError, SpeccError):
            raise Unknown(op.name) from None
        values, faults = resolve_parameters(op.module.parameters, given)
        if faults:
            raise Unknown(op.name)
        book = Book(self.book.recovered, fixed_names(op.module.name, values, op.module.environment))
        return Past(book, op.module.body, self.address_of(op))

    def outputs(self, op: SubPipeline) -> Any:
        """The outputs of another spec, kept. Raises `Unknown`."""
        found: dict[str, Any] = {}
        for output in op.module.outputs:
            try:
                found[output.name] = self.evaluate(output.value)
            except Skipped:
                found[output.name] = None
            except (ExpressionError, SpeccError):
                raise Unknown(op.name) from None
        return keep(found)

    def records(self, op: Op) -> Iterator[Record]:
        """What the journal holds of an operation and of all that is in it."""
        own = self.book.recovered.record(self.address_of(op))
        if own is not None:
            yield own
        with suppress(Unknown):
            match op:
                case Map():
                    yield from self._of_items(op)
                case Group():
                    yield from self.inside(op.body, self.address_of(op)).all_records()
                case Loop():
                    for inner in self.passes(op):
                        yield from inner.all_records()
                case SubPipeline():
                    yield from self.sub(op).all_records()

    def all_records(self) -> Iterator[Record]:
        """What the journal holds of the region."""
        for op in self.region.ops:
            yield from self.records(op)

    def _of_items(self, op: Map) -> Iterator[Record]:
        table = self.book.recovered.items(self.address_of(op))
        for index, names in enumerate(self.bindings(op)):
            record = table.record(index) if table is not None else None
            if record is not None:
                yield record
            else:
                yield from self.cell(op, index, names).all_records()

    def _last(self, op: Loop) -> Any:
        found: Any = Unknown
        for inner in self.passes(op):
            try:
                found = inner.yielded()
            except Unknown:
                found = Unknown
        if found is Unknown:
            raise Unknown(op.name)
        return found

    def is_skipped(self, op: Op) -> bool:
        """Whether an operation that has no record is skipped."""
        try:
            if any(self.step(name) is SKIPPED for name in self._needs(op)):
                return True
            return op.when is not None and self.evaluate(op.when) is False
        except Skipped:
            return True
        except (Unknown, KeyError, ExpressionError, SpeccError):
            return False

    def _needs(self, op: Op) -> tuple[str, ...]:
        found = self.book.needs.get(id(op))
        if found is None:
            references = (item for item in free_references(op) if item.root == "steps" and item.path)
            found = tuple(dict.fromkeys(str(item.path[0]) for item in references if not item.optional))
            self.book.needs[id(op)] = found
        return found


def fixed_names(name: str, parameters: Mapping[str, Any], environment: Any) -> dict[str, Any]:
    """What names mean in a whole run: as the engine binds them."""
    return {
        "params": Kept({key: keep(value) for key, value in parameters.items()}),
        "env": dict(environment),
        "run": {"name": name},
        "stack": {},
    }
