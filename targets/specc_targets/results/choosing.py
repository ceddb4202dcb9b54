"""Which rows are shown, and in which order: filters, sorting, the best."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from specc.diagnostics.render.visible import visible
from specc.targets import TargetError
from specc_runtime.expressions import (
    Expression,
    ExpressionError,
    ExpressionSyntaxError,
    Reference,
    Skipped,
    evaluate,
    parse_expression,
)
from specc_targets.results.columns import OWN, Column, Row, joined, own, reader

GROUPS = ("config", "output", "metric")
"""Names by which a filter reads a value whatever else is called as it is."""


class ChoiceError(TargetError):
    """What is asked for cannot be had; the message is for the user."""


class Filter:
    """A condition in the language's own expressions; columns are names in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._expression: Expression = parse_expression(text)
        except ExpressionSyntaxError as error:
            help = f"\n{error.help}" if error.help else ""
            raise ChoiceError(f"`--filter`: {error.message}{_pointed(text, error.start, error.end)}{help}") from None
        self._references: Sequence[Reference] = self._expression.references

    def check(self, columns: Sequence[Column]) -> None:
        """Raise `ChoiceError` where something is named that no cell has."""
        names = {*OWN, *GROUPS, *(column.key for column in columns), *(column.name for column in columns)}
        roots = {name.partition(".")[0].partition("[")[0] for name in names}
        for found in self._references:
            if found.root not in roots:
                message = f"nothing is called `{visible(found.root)}` here{_meant(found.root, columns)}"
            elif (wrong := _wrong_in_group(found, columns)) is not None:
                message = wrong
            elif (field := _wrong_field(found, names)) is not None:
                message = f"nothing is called `{visible(field)}` here{_meant(field, columns)}"
            else:
                continue
            raise ChoiceError(f"`--filter`: {message}{_pointed(self.text, found.start, found.end)}")

    def __call__(self, row: Row) -> bool:
        """Whether a row fits. One in which something is missing does not. Raises `ChoiceError`."""
        scope = _Scope(row)
        try:
            found = evaluate(self._expression, scope)
        except (ExpressionError, Skipped) as error:
            if scope.missing or any(_is_missing(scope, item) for item in self._references):
                return False
            raise self._wrong(str(error), row) from None
        if found is None:
            return False
        if not isinstance(found, bool):
            raise self._wrong("a filter must be true or false", row)
        return found

    def _wrong(self, message: str, row: Row) -> ChoiceError:
        place = f" (cell {own(row.cell, 'index')})"
        return ChoiceError(f"`--filter`: {message}{place}{_pointed(self.text, 0, len(self.text))}")


class _Scope(Mapping[str, Any]):
    """What names mean in a filter: the values of a row."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self.missing = False

    def __getitem__(self, name: str) -> Any:
        row, cell = self._row, self._row.cell
        if name in OWN:
            return own(cell, name)
        if name in row.config:
            return row.config[name]
        result = cell.result if isinstance(cell.result, dict) else {"result": cell.result}
        if name in result:
            return result[name]
        start = f"{name}."
        dotted = {key[len(start) :]: value for key, value in row.config.items() if key.startswith(start)}
        if dotted:
            return dotted
        if name in row.metrics:
            return row.metrics[name]
        if name in GROUPS:
            if name == "output":
                return {**row.outputs, **result}
            return _nested(row.config if name == "config" else row.metrics)
        self.missing = True
        return None

    def __iter__(self) -> Iterator[str]:
        return iter(OWN)

    def __len__(self) -> int:
        return len(OWN)


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, of which those with dots are found part by part, too."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        start, dot, rest = key.partition(".")
        if dot and start not in values:
            found.setdefault(start, {})[rest] = value
    return found | dict(values)


def _is_missing(scope: _Scope, reference: Reference) -> bool:
    """Whether a row has nothing where a filter looks."""
    value = scope[reference.root]
    for part in reference.path:
        try:
            value = value[part]
        except (LookupError, TypeError):
            return True
    return value is None or (isinstance(value, float) and math.isnan(value))


def _wrong_field(found: Reference, names: set[str]) -> str | None:
    """The dotted name that a filter reads when no column can have it."""
    if not found.path or not isinstance(found.path[0], str):
        return None
    dotted = joined(found.root, found.path[0])
    if found.root in names or any(name == dotted or name.startswith((f"{dotted}.", f"{dotted}[")) for name in names):
        return None  # what is a value in some cells may be a table in others
    return dotted


def _wrong_in_group(found: Reference, columns: Sequence[Column]) -> str | None:
    """What is wrong when no column of a group can be the one that a filter reads: `metric["x"]`."""
    if found.root not in GROUPS or not found.path or not isinstance(found.path[0], str):
        return None
    from specc.diagnostics import closest

    key = found.path[0]
    plain = joined("", key)
    keys = [column.key for column in columns if column.group == found.root]
    if any(name in (key, plain) or name.startswith((f"{key}.", f"{key}[", f"{plain}.", f"{plain}[")) for name in keys):
        return None
    near = closest(key, keys)
    if near is not None:
        said = f"did you mean `{visible(_in_group(found.root, near))}`?"
    else:
        said = f"there are: {_listed(_in_group(found.root, name) for name in keys)}" if keys else "there are none"
    return f"nothing is called `{visible(joined(found.root, key))}` here; {said}"


def _in_group(group: str, key: str) -> str:
    return f"{group}{key}" if key.startswith("[") else f"{group}.{key}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(visible, names))


def _pointed(text: str, start: int, end: int) -> str:
    """The filter, with what is meant underlined."""
    if "\n" in text:
        return ""
    return f"\n  {text}\n  {' ' * start}{'^' * max(1, min(end, len(text)) - start)}"


def _meant(name: str, columns: Sequence[Column]) -> str:
    from specc.diagnostics import closest

    near = closest(name, [column.name for column in columns])
    if near is not None:
        return f"; did you mean `{visible(near)}`?"
    return f"; there are: {_listed(column.name for column in columns)}"


def column_named(name: str, columns: Sequence[Column], option: str) -> Column:
    """The column called so. Raises `ChoiceError`."""
    for column in columns:
        if column.name == name or f"{column.group}.{column.key}" == name:
            return column
    raise ChoiceError(f"`{option}`: no column is called `{visible(name)}`{_meant(name, columns)}")


def sorting(text: str, columns: Sequence[Column]) -> Callable[[list[Row]], None]:
    """What sorts rows: by columns with commas between them, one after `-` downwards; what is missing comes last.

    Raises `ChoiceError`.
    """
    wanted: list[tuple[Column, bool]] = []
    for part in text.split(","):
        name = part.strip()
        down = name.startswith("-")
        wanted.append((column_named(name.removeprefix("-"), columns, "--sort"), down))

    def sort(rows: list[Row]) -> None:
        for column, down in reversed(wanted):  # sorting keeps the order of what is alike
            if column.key == "index" and column.group == "cell":
                rows.sort(key=lambda row: row.cell.index, reverse=down)
                continue
            rows.sort(key=_key(column), reverse=down)
            rows.sort(key=_is_absent(column))

    return sort


def _key(column: Column) -> Callable[[Row], tuple[int, Any]]:
    read = reader(column)

    def key(row: Row) -> tuple[int, Any]:
        value = read(row)
        if absent(value):
            return 0, 0
        if isinstance(value, bool | int | float):
            return 0, value
        return (1, value) if isinstance(value, str) else (2, str(value))

    return key


def _is_absent(column: Column) -> Callable[[Row], bool]:
    read = reader(column)
    return lambda row: absent(read(row))


def absent(value: Any) -> bool:
    """Whether there is nothing to sort by."""
    return value is None or _is_nan(value)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def best(rows: Sequence[Row], column: Column, most: int, *, least: bool) -> list[Row]:
    """The rows with the greatest numbers in a column, or the least, but for cells that failed.

    Raises `ChoiceError` when there are none.
    """
    import heapq

    number = reader(column)
    ended = (row for row in rows if row.cell.status != "failed")
    found = [row for row in ended if not absent(value := number(row)) and isinstance(value, int | float)]
    if not found and any(_is_nan(number(row)) for row in rows):
        raise ChoiceError(f"`--best`: `{visible(column.name)}` is NaN in every cell that has it")
    if not found and rows:
        raise ChoiceError(f"`--best`: no cell has a number in `{visible(column.name)}`")
    # Of several that are as good the first ones count, as with `sorted`.
    return heapq.nsmallest(most, found, key=number) if least else heapq.nlargest(most, found, key=number)
