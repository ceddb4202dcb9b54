"""Reads what a run has told, while it goes on or later."""

from __future__ import annotations

import heapq
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from specc_targets.local.runs.directory import RunDirectory
from specc_targets.local.watching.files import EVENTS, LOG
from specc_targets.local.watching.lines import Line, read_event
from specc_targets.local.watching.tree import Tree

_WHOLE = {"time": str, "event": str, "step": str, "items": list}
_LOOK = 0.2
"""Seconds between two looks at a run that is followed."""


def epoch(text: Any) -> float:
    """Seconds since the epoch of an ISO time. 0 for what is none."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (TypeError, ValueError):
        return 0.0


def read_lines(path: Path) -> Iterator[Line]:
    """The objects of a file of lines. What is not whole is left out, a file that is not there is empty."""
    with suppress(OSError), path.open("rb") as file:
        for data in file:
            if (line := _parsed(data)) is not None:
                yield line


def read_tree(run: RunDirectory, status: str) -> Tree:
    """How the steps of a run stand by its events. Times are seconds since the epoch."""
    tree, last = Tree(), 0.0
    for line in read_lines(run.path / EVENTS):
        event = read_event(line)
        if event is not None:
            last = epoch(line.get("time"))
            tree.apply(event, last)
    if status != "running":
        tree.stop(last)
    return tree


def read_log(run: RunDirectory) -> Iterator[Line]:
    """What a run has told so far, its steps' lines included, by time."""
    files = (read_lines(run.path / name) for name in (EVENTS, LOG))
    yield from heapq.merge(*files, key=lambda line: str(line.get("time")))


def follow_log(run: RunDirectory) -> Iterator[Line]:
    """The same, and then what is added until the run ends."""
    tails = [_Tail(run.path / name) for name in (EVENTS, LOG)]
    going = True
    while going:
        going = run.status() == "running"  # asked first: what was written before the end is then read below
        yield from sorted((line for tail in tails for line in tail.read()), key=lambda line: str(line.get("time")))
        if going:
            time.sleep(_LOOK)


class _Tail:
    """What is added to a file."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset = path, 0

    def read(self) -> Iterator[Line]:
        with suppress(OSError), self._path.open("rb") as file:
            file.seek(self._offset)
            for data in file:
                if not data.endswith(b"\n"):
                    return  # still being written
                self._offset += len(data)
                if (line := _parsed(data)) is not None:
                    yield line


def _parsed(data: bytes) -> Line | None:
    try:
        line = json.loads(data)
    except (ValueError, RecursionError):
        return None
    sound = isinstance(line, dict) and all(isinstance(line.get(key), kind) for key, kind in _WHOLE.items())
    return line if sound else None
