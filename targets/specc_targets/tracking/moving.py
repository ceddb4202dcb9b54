"""A matrix that has changed between two parts of a run: metrics go with the configurations that are still there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from specc_targets.local.runs.errors import StateError, cannot
from specc_targets.local.runs.files import read_json, write_file, write_json
from specc_targets.tracking.lines import CELLS, METRICS, cell_bytes, metric_bytes, parse_cell, parse_metric
from specc_targets.tracking.resuming import SENT

Moves = Mapping[str, Mapping[int, int]]
"""By the step's name: the index that a configuration had, and the one that it has. Of others nothing is kept."""
_ADDRESS = re.compile(r"([^\[/]+)\[(\d+)\](.*)", re.DOTALL)


def move_metrics(folder: Path, moves: Moves, repeated: tuple[int, int]) -> None:
    """Have the metrics in the folder of a run go by the indices of now. Raises `StateError`.

    `repeated` is where in the journal it has begun to say again what is known of configurations, and where it ended.
    """
    state = _state(folder)
    sent = _rewrite(folder / METRICS, lambda line: _metric(line, moves), state["sent"])
    _rewrite(folder / CELLS, lambda line: _cell(line, moves))
    begin, end = repeated
    for name in ("cells", "ended"):
        moved = ((_address(address, moves), about) for address, about in state[name].items())
        state[name] = {address: about for address, about in moved if address is not None}
    is_told = state["read"] >= begin
    write_json(folder / SENT, {**state, "sent": sent, "read": end if is_told else begin, "moved": begin})


def _state(folder: Path) -> dict[str, Any]:
    """What has been sent; nothing where that is not known."""
    new = {"sent": 0, "read": 0, "cells": {}, "ended": {}}
    try:
        found = {**new, **read_json(folder / SENT)}
    except (FileNotFoundError, StateError):
        return new
    return found if all(type(found[name]) is type(value) for name, value in new.items()) else new


def _rewrite(path: Path, move: Callable[[bytes], bytes], position: int = 0) -> int:
    """Exchange the lines of a file; where what was up to `position` ends now."""
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise StateError(cannot("read", path, error)) from error
    moved = [move(line) for line in lines]
    if moved != lines:
        write_file(path, b"".join(moved))
    offset = found = 0
    for line, new in zip(lines, moved, strict=True):
        offset += len(line)
        if offset > position:
            break
        found += len(new)
    return found


def _metric(line: bytes, moves: Moves) -> bytes:
    metric = parse_metric(line)
    if metric is None:
        return line
    items = _items(metric.step, metric.items, moves)
    return b"" if items is None else line if items == metric.items else metric_bytes(metric._replace(items=items))


def _cell(line: bytes, moves: Moves) -> bytes:
    cell = parse_cell(line)
    if cell is None:
        return line
    items, address = _items(cell.step, cell.items, moves), _address(cell.address, moves)
    return b"" if items is None or address is None else cell_bytes(cell._replace(items=items, address=address))


def _items(step: str, items: tuple[int, ...], moves: Moves) -> tuple[int, ...] | None:
    moved = moves.get(step.partition("/")[0])
    if moved is None or not items:
        return items
    index = moved.get(items[0])
    return None if index is None else (index, *items[1:])


def _address(address: str, moves: Moves) -> str | None:
    found = _ADDRESS.fullmatch(address)
    if found is None or found[1] not in moves:
        return address
    index = moves[found[1]].get(int(found[2]))
    return None if index is None else f"{found[1]}[{index}]{found[3]}"
