"""A matrix that has changed between two parts of a run: what its configurations have done stays with them.

The journal knows items by their index. Where a matrix gained or lost configurations, the records of those that are
still there are written again under the indices that they have now.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from specc.ir.module import Module
from specc.ir.ops import Map, Op
from specc.ir.walk import MATRIX
from specc_runtime.expressions import Template
from specc_targets.local.changes import changed, essence, reads_changed_variables
from specc_targets.local.runs.journal import JOURNAL, open_to_read
from specc_targets.local.runs.lines import lines
from specc_targets.local.runs.records import is_sound

_OF_ONE = frozenset({"item", "item-blob", "step", "step-blob", "failed", "skipped", "cause"})
_ITEMS = 9
"""Where a record of a failure has the indices around it."""

Moves = Mapping[int, int]
"""The index that a configuration had -> the one that it has."""


def moved_cells(before: Module, after: Module) -> dict[str, Moves]:
    """Of the top-level steps that have changed, those of which only the configurations have."""
    stale = changed(before, after)
    later = {edge.target for edge in after.body.edges if edge.source in stale and edge.kind == "data"}
    known = {op.name: op for op in before.body.ops}
    found: dict[str, Moves] = {}
    for op in after.body.ops:
        old = known.get(op.name)
        if op.name not in stale or op.name in later or old is None or reads_changed_variables(before, after, op):
            continue
        cells, earlier = _cells(op), _cells(old)
        if cells is not None and earlier is not None and _otherwise(op) == _otherwise(old):
            now = {_canonical(cell): index for index, cell in enumerate(cells)}
            places = ((index, now.get(_canonical(cell))) for index, cell in enumerate(earlier))
            found[op.name] = {index: place for index, place in places if place is not None}
    return found


def _cells(op: Op) -> list[Any] | None:
    template = dict(op.sources).get(MATRIX) if isinstance(op, Map) else None
    found = template.evaluate({}) if template is not None and template.is_constant else None
    return found if isinstance(found, list) else None


def _otherwise(op: Op) -> Op:
    """The step without its configurations, and without what only says how they are run."""
    found = essence(op)
    assert isinstance(found, Map)
    return replace(found, sources=((MATRIX, Template([])),))


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def moved_records(folder: Path, moves: Mapping[str, Moves]) -> list[bytes]:
    """What the journal in `folder` says of configurations that are still there, under their indices of now."""
    found: list[tuple[str, bytes]] = []
    patterns = {name: re.compile(rf"{re.escape(name)}\[(\d+)\](.*)", re.DOTALL) for name in moves}
    for record in _records(folder):
        if record[0] == "forget":
            found = [item for item in found if not any(_is_below(item[0], address) for address in record[1])]
        if record[0] not in _OF_ONE:
            continue
        is_item = record[0].startswith("item")
        address = f"{record[1]}[{record[2]}]" if is_item else str(record[1])
        for name, pattern in patterns.items():
            match = pattern.fullmatch(address)
            index = moves[name].get(int(match[1])) if match is not None else None
            if match is None or index is None:
                continue
            moved = f"{name}[{index}]{match[2]}"
            found.append((address, _body(record, moved, index, is_item=is_item)))
    return [body for _, body in found]


def _body(record: list[Any], address: str, index: int, *, is_item: bool) -> bytes:
    if is_item:
        prefix, _, number = address.removesuffix("]").rpartition("[")
        record = [record[0], prefix, int(number), *record[3:]]
    else:
        record = [record[0], address, *record[2:]]
    if record[0] == "failed" and len(record) > _ITEMS and record[_ITEMS]:
        record[_ITEMS] = [index, *record[_ITEMS][1:]]
    return json.dumps(record, separators=(",", ":")).encode()


def _records(folder: Path) -> Iterator[list[Any]]:
    descriptor = open_to_read(folder / JOURNAL)
    try:
        for _, line, _ in lines(descriptor):
            if is_sound(line):
                yield json.loads(line[9:])
    finally:
        os.close(descriptor)


def _is_below(address: str, forgotten: str) -> bool:
    return address == forgotten or (address.startswith(forgotten) and address[len(forgotten)] in "/[{!")
