"""Cells as rows of a table: which columns there are, and what stands in each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from specc_targets.results.cells import Cell

OUTPUTS = 200
"""Columns that fields of results may make; with more of them, only the fields at the top do."""
_ARTIFACT = frozenset({"uri", "sha256", "size"})
_ARTIFACTS = "artifacts"
_MARKS = '.["'
"""What has a meaning in the name of a field."""

Group = Literal["cell", "config", "output", "metric"]
FIRST = ("index", "name")
THEN = ("status", "exit", "attempts")
LAST = ("started", "duration", "cpu", "memory", "error")
OWN = (*FIRST, *THEN, *LAST)
"""What every cell has, by the name of its column."""


class Column(NamedTuple):
    """A column, and where its values are."""

    name: str
    group: Group
    key: str


class Row:
    """A cell with its values at hand."""

    __slots__ = ("cell", "config", "metrics", "outputs")

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.config: Mapping[str, Any] = cell.configuration
        self.outputs: Mapping[str, Any] = flat(cell.result)
        self.metrics: Mapping[str, Any] = cell.metrics or {}

    def value(self, column: Column) -> Any:
        """What stands in a column; None for nothing."""
        return reader(column)(self)


def reader(column: Column) -> Callable[[Row], Any]:
    """What gives the value of a row in a column."""
    key = column.key
    match column.group:
        case "config":
            return lambda row: row.config.get(key)
        case "output":
            return lambda row: row.outputs.get(key)
        case "metric":
            return lambda row: row.metrics.get(key)
    if key in ("index", "started"):
        return lambda row: own(row.cell, key)
    return attrgetter(f"cell.{key}")


def own(cell: Cell, name: str) -> Any:
    """A value that every cell has."""
    if name == "index":
        return cell.index[0] if len(cell.index) == 1 else ".".join(map(str, cell.index))
    if name == "started":
        return None if cell.started is None else _iso(cell.started)
    return getattr(cell, name)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def flat(result: Any) -> dict[str, Any]:
    """The fields of a result, nested ones with dots; a result that is no table is `result`."""
    if result is None:
        return {}
    if not isinstance(result, dict):
        return {"result": result}
    found: dict[str, Any] = {}
    _flatten(result, "", found)
    return found if len(found) <= OUTPUTS else {joined("", key): inner for key, inner in result.items()}


def joined(prefix: str, key: str) -> str:
    """The name of a field: `v.n`, or `v["a.b"]` where the key holds what would make it that of another one."""
    if not key or any(mark in key for mark in _MARKS):
        return f"{prefix}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{prefix}.{key}" if prefix else key


def _flatten(value: Mapping[str, Any], prefix: str, found: dict[str, Any]) -> None:
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            if inner.keys() == _ARTIFACT:
                # Files have names with dots, and nothing else is among them.
                found[f"{prefix}.{key}" if prefix == _ARTIFACTS else joined(prefix, key)] = inner["uri"]
            else:
                _flatten(inner, joined(prefix, key), found)
        else:
            found[joined(prefix, key)] = inner


class Columns:
    """The columns of all rows that it has seen."""

    def __init__(self) -> None:
        self._config: dict[str, None] = {}
        self._outputs: dict[str, None] = {}
        self._metrics: dict[str, None] = {}
        self._own_outputs: set[str] = set()

    def see(self, row: Row) -> None:
        """Take in the columns of a row."""
        for known, given in (
            (self._config, row.config),
            (self._outputs, row.outputs),
            (self._metrics, row.metrics),
        ):
            if not given.keys() <= known.keys():
                known.update(dict.fromkeys(given))
        for name in row.outputs.keys() - self._own_outputs:
            if name not in row.config or row.config[name] != row.outputs[name]:
                self._own_outputs.add(name)

    def expect(self, outputs: Iterable[str]) -> None:
        """These are outputs, whether or not any cell has one yet."""
        self._outputs.update(dict.fromkeys(outputs))

    def shown(self) -> list[Column]:
        """Those that are shown where none are chosen: without outputs that only repeat the configuration."""
        return [column for column in self.all() if column.group != "output" or not self._repeats(column.key)]

    def _repeats(self, output: str) -> bool:
        return output in self._config and output not in self._own_outputs

    def all(self) -> list[Column]:
        """Every column, in order. Where two would have one name, the later one is called `output.x` or `metric.x`."""
        taken = {"config", "output", "metric", *OWN}
        groups: dict[Group, list[Column]] = {}
        for group, names in self._groups():
            groups[group] = [Column(name if name not in taken else f"{group}.{name}", group, name) for name in names]
            taken |= {column.name for column in groups[group]}
        return [
            *_own(FIRST),
            *groups["config"],
            *_own(THEN),
            *groups["output"],
            *groups["metric"],
            *_own(LAST),
        ]

    def _groups(self) -> Iterator[tuple[Group, Iterable[str]]]:
        yield "config", self._config
        yield "output", self._outputs
        yield "metric", self._metrics


def _own(names: Iterable[str]) -> list[Column]:
    return [Column(name, "cell", name) for name in names]
