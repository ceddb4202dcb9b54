"""Lines of metrics: how they are written and read. Loaded when the first metric is logged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from specc_runtime.tracking.numbers import Number, Written, read, written

LONGEST = 4096
"""Bytes of a line with its end: what POSIX writes to a pipe in one piece (`PIPE_BUF` of Linux), and files alike."""
LONGEST_NAME = 250
"""Characters of a metric's name."""
_END = 253402300800.0
"""The year 10000, in seconds since the epoch."""
Place = tuple[str, tuple[int, ...]]
"""The path of a step, and the index in each map around it."""


class Metrics(NamedTuple):
    """What was logged together."""

    time: float
    """Seconds since the epoch."""
    step: int | None
    """The number of the step of training, or of whatever goes on and on."""
    values: Mapping[str, Number]
    place: Place | None = None
    """Where it was logged, when the line says it."""


def lines(time: float, step: int | None, values: Mapping[str, Number], place: Place | None) -> Iterator[str]:
    """One line, or as many as are needed for each to be short enough; without their ends."""
    head: dict[str, Any] = {"time": round(time, 6)}
    if step is not None:
        head["step"] = step
    if place is not None:
        head["place"] = [place[0], list(place[1])]
    room = LONGEST - len(_json({**head, "values": {}})) - 1
    part: dict[str, Written] = {}
    used = 0
    for name, value in values.items():
        size = len(_json({name: written(value)}))
        if part and used + size > room:
            yield _json({**head, "values": part})
            part, used = {}, 0
        part[name] = written(value)
        used += size
    if part:
        yield _json({**head, "values": part})


def parse(line: str | bytes) -> Metrics | None:
    """What a line says; None for one that is no line of metrics."""
    try:
        found = json.loads(line)
        values = {str(name): number for name, value in found["values"].items() if (number := read(value)) is not None}
        step, place = found.get("step"), found.get("place")
        where = (str(place[0]), tuple(map(int, place[1]))) if place is not None else None
        time = float(found["time"])
        if not values or not (step is None or type(step) is int) or not 0 <= time < _END:
            return None
        return Metrics(time, step, values, where)
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
        return None


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
