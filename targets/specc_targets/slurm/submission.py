"""One array of jobs under way: whose its items are, and what has come of them."""

from __future__ import annotations

import json
import os
import time
from bisect import bisect_right
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from specc_targets.local.execution import Call, Outcome
from specc_targets.slurm.spool import LOGS, RESULTS, TAKEN, Entry, Wanted, read_outcome

_JOURNALED = 5.0
"""Seconds after which a result that was handed over is held to be in the journal."""
_WHOLE = 30.0
"""Seconds to wait for the lines that an item has printed before it ended; a network file system may be late."""

Maps = Container[tuple[str, tuple[int, ...]]]
"""By the step's path, and the indices in the maps around it."""
OnLine = Callable[[str, tuple[int, ...], str, str | None, str], None]


@dataclass(eq=False, slots=True)
class Caller:
    """Somebody who waits for items."""

    news: SimpleQueue[tuple[int, Outcome | None]] = field(default_factory=SimpleQueue)
    """Position and outcome; None for an item that is not to be done any more."""
    abandoned: bool = False
    """Whether nobody waits any longer."""


@dataclass(frozen=True, eq=False, slots=True)
class Slip:
    """One item, and who waits for it."""

    call: Call
    entry: Entry
    caller: Caller
    position: int

    def belongs_to(self, maps: Maps) -> bool:
        """Whether the item is one of a map."""
        return (self.call.step, self.entry.indices[:-1]) in maps

    def answer(self, outcome: Outcome | None) -> None:
        """Tell who waits."""
        self.caller.news.put((self.position, outcome))


class Submission:
    """An array. Used by one thread; only `expect` may be called in others."""

    def __init__(self, folder: Path, wanted: Wanted, job: str, slips: Sequence[Slip] = ()) -> None:
        """Without `slips` it is one that an earlier part of the run has submitted."""
        self.folder, self.wanted, self.job = folder, wanted, job
        self.is_own = bool(slips)
        self.open: dict[int, Slip] = dict(enumerate(slips))
        """The items that somebody waits for, by number."""
        self.failed = False
        """Whether an item has no result."""
        self.ended = 0.0
        """When the last item ended (monotonic)."""
        self._handed: list[tuple[float, int]] = []
        self._late: dict[int, float] = {}
        self._read: dict[int, int] = {}
        self._wanted_lines: set[tuple[int, ...]] = set()

    def expect(self, item: int, slip: Slip) -> None:
        """Somebody waits for an item."""
        self._wanted_lines.add(slip.entry.indices)
        self.open[item] = slip

    def task_of(self, item: int) -> int:
        """The job of the array that does an item."""
        return bisect_right(self.wanted.bounds, item) - 1

    def tasks(self) -> dict[int, list[int]]:
        """The jobs that are waited for, each with its items, in order."""
        found: dict[int, list[int]] = {}
        for item in sorted(self.open):
            found.setdefault(self.task_of(item), []).append(item)
        return found

    def has_begun(self, task: int) -> bool:
        """Whether a job has read what it is to do."""
        return (self.folder / LOGS / str(task)).exists()

    def collect(self, on_line: OnLine) -> list[Outcome]:
        """Hand over what there is: lines as they come, and outcomes after the lines that belong to them."""
        if not self.open:
            return []
        try:
            logs = {int(entry.name): entry.stat().st_size for entry in os.scandir(self.folder / LOGS)}
            ready = [int(entry.name) for entry in os.scandir(self.folder / RESULTS) if entry.name.isdigit()]
        except (OSError, ValueError):  # a file system that does not answer for a while
            return []
        for task, size in logs.items():
            if size > self._read.get(task, 0):
                self._follow(task, on_line)
        found: list[Outcome] = []
        for item in sorted(ready):
            outcome = self._take(item, on_line) if item in self.open else None
            if outcome is not None:
                found.append(outcome)
        return found

    def _take(self, item: int, on_line: OnLine) -> Outcome | None:
        known = read_outcome(self.folder, item)
        if known is None:
            return None
        outcome, logged = known
        task, now = self.task_of(item), time.monotonic()
        if self._read.get(task, 0) < logged:
            self._follow(task, on_line)
            if self._read.get(task, 0) < logged and now - self._late.setdefault(item, now) < _WHOLE:
                return None
        self.end(item, outcome)
        return outcome

    def end(self, item: int, outcome: Outcome) -> None:
        """Tell who waits for an item how it has ended."""
        now = time.monotonic()
        self.failed |= outcome.kind != "done"
        self._handed.append((now, item))
        self._late.pop(item, None)
        self.open.pop(item).answer(outcome)
        self.ended = now

    def drop(self, item: int) -> None:
        """An item is not to be done any more."""
        self.open.pop(item).answer(None)

    def tidy(self) -> None:
        """Mark results that the run has had for a while: who goes on with it must not take them for new ones."""
        now = time.monotonic()
        while self._handed and now - self._handed[0][0] > _JOURNALED:
            _, item = self._handed.pop(0)
            path = self.folder / RESULTS / str(item)
            try:
                path.rename(path.with_name(f"{item}{TAKEN}"))
            except OSError:  # it is lost, and has none
                continue

    @property
    def is_over(self) -> bool:
        """Whether nobody needs its files any longer."""
        return self.is_own and not self.open and not self._handed

    def _follow(self, task: int, on_line: OnLine) -> None:
        """Hand over the whole lines that a job has written since."""
        at = self._read.get(task, 0)
        try:
            with (self.folder / LOGS / str(task)).open("rb") as file:
                file.seek(at)
                data = file.read()
        except OSError:
            return
        whole = data.rfind(b"\n") + 1
        self._read[task] = at + whole
        for line in data[:whole].splitlines():
            try:
                step, indices, stream, level, text = json.loads(line)
            except ValueError:  # a machine that went down in the middle of it
                continue
            if self.is_own or tuple(indices) in self._wanted_lines:
                on_line(step, tuple(indices), stream, level, text)


def deliver(step: str, indices: tuple[int, ...], stream: Any, level: str | None, text: str) -> None:
    """Hand on a line that was printed elsewhere."""
    from specc_runtime import capture

    capture.deliver((step, indices), stream, level, text)
