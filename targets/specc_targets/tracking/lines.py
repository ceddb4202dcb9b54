"""The two files of a run's folder that metrics and their cells are kept in, line by line."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from specc_runtime.tracking.numbers import Number, read, written
from specc_targets.local.watching.lines import timestamp

METRICS = "metrics.jsonl"
CELLS = "cells.jsonl"


class Metric(NamedTuple):
    """One number that a step logged."""

    time: float
    """Seconds since the epoch."""
    step: str
    """The step's path; empty where that is not known."""
    items: tuple[int, ...]
    """The index in each map around it."""
    name: str
    value: Number
    at: int | None = None
    """The number of the step of training, as it was given."""
    cell: str = ""
    """The name of its cell; empty outside of maps."""
    attempt: int = 1
    """Which attempt of the step logged it."""


class CellLine(NamedTuple):
    """A cell: one iteration of a map."""

    address: str
    """As the journal has it: `train[3]`."""
    step: str
    """The path of the map's step."""
    items: tuple[int, ...]
    name: str
    configuration: dict[str, Any]
    whole: bool
    """Whether its record in the journal has the cell's result: its body is one call."""


def metric_bytes(metric: Metric) -> bytes:
    """The line of a metric, with its end."""
    line: dict[str, Any] = {"time": timestamp(metric.time), "step": metric.step, "items": list(metric.items)}
    if metric.cell:
        line["cell"] = metric.cell
    line["name"], line["value"] = metric.name, written(metric.value)
    if metric.at is not None:
        line["at"] = metric.at
    if metric.attempt > 1:
        line["attempt"] = metric.attempt
    return _encoded(line)


def parse_metric(line: bytes) -> Metric | None:
    """The metric of a line; None for one that is damaged."""
    try:
        found = json.loads(line)
        value, at, attempt = read(found["value"]), found.get("at"), found.get("attempt", 1)
        if value is None or not (at is None or type(at) is int) or type(attempt) is not int:
            return None
        time = datetime.fromisoformat(found["time"]).timestamp()
        items = tuple(map(int, found["items"]))
        return Metric(
            time, str(found["step"]), items, str(found["name"]), value, at, str(found.get("cell", "")), attempt
        )
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def cell_bytes(cell: CellLine) -> bytes:
    """The line of a cell, with its end."""
    return _encoded({**cell._asdict(), "items": list(cell.items)})


def parse_cell(line: bytes) -> CellLine | None:
    """The cell of a line; None for one that is damaged."""
    try:
        found = json.loads(line)
        return CellLine(**{**found, "items": tuple(found["items"])})
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _encoded(line: dict[str, Any]) -> bytes:
    return f"{json.dumps(line, separators=(',', ':'))}\n".encode()
