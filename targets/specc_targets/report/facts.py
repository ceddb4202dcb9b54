"""What is known of each step after its records were read."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from specc_targets.report.stats import Density, Durations

RETRIES = 200
"""Retries of a step that are kept one by one."""
GROUPS = 200
"""Different failures that are kept; what comes beyond is counted."""
PLACES = 12
"""Items that are named for each different failure."""
FIRST_LINES, LAST_LINES = 60, 140
"""Lines of a step's log that are kept."""
_DIGITS = re.compile(r"\d+")


class Item(NamedTuple):
    """One call of a map or a loop on the timeline."""

    start: float
    seconds: float
    where: str
    failed: bool


class Sample(NamedTuple):
    """The result of one call."""

    where: str
    value: Any
    stored: bool
    """`value` says which codec wrote the result and where it is."""


class Retry(NamedTuple):
    """An attempt that failed and was followed by another."""

    time: float
    where: str
    attempt: int
    delay: float
    error: str


@dataclass(slots=True)
class Failure:
    """Failures of one step that are alike: the same error, and the same message but for numbers."""

    step: str
    name: str
    message: str
    traceback: str
    count: int = 0
    settled: int = 0
    """Of these, calls that succeeded later, in a resumed run or by a handler."""
    where: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Log:
    """The beginning and the end of what a step printed and logged."""

    count: int = 0
    first: list[tuple[float, str, str, str]] = field(default_factory=list)
    last: deque[tuple[float, str, str, str]] = field(default_factory=lambda: deque(maxlen=LAST_LINES))
    """Time, item, stream or level, text."""

    def add(self, line: tuple[float, str, str, str]) -> None:
        """Keep a line when it is among the first or the last."""
        self.count += 1
        (self.first if len(self.first) < FIRST_LINES else self.last).append(line)


@dataclass(slots=True)
class Facts:
    """One step, all its calls together."""

    durations: Durations = field(default_factory=Durations)
    done: int = 0
    skipped: int = 0
    cpu: float = 0.0
    memory: int = 0
    first: float = 0.0
    """When the first of its calls began; 0 when none did."""
    last: float = 0.0
    """When the last of its calls ended."""
    items: list[Item] = field(default_factory=list)
    density: Density | None = None
    """Instead of `items` when they are too many."""
    failing: set[str] = field(default_factory=set)
    """The places whose last word is a failure."""
    beyond: int = 0
    """Failures that came after there were too many to remember their places."""
    lowest: list[Sample] = field(default_factory=list)
    highest: Sample | None = None
    result: Sample | None = None
    total: int = 0
    """Items the map has, as far as it is told."""
    begun: float = 0.0
    ended: float = 0.0
    """As told by events, which also composites have; 0 when unknown."""
    told: str = ""
    """What events say became of it: `running`, `finished`, `failed`, `skipped` or `recovered`."""
    because: str = ""
    cached: int = 0
    recovered: int = 0
    """Items whose failure was handled."""
    retried: int = 0
    retries: list[Retry] = field(default_factory=list)
    log: Log = field(default_factory=Log)

    @property
    def failed(self) -> int:
        """Calls that failed for good."""
        return len(self.failing) + self.beyond

    def ran(self, start: float, seconds: float, where: str, *, failed: bool) -> None:
        """Count a call that ran."""
        if seconds > 0:  # nothing ran for a result from the cache, nor where a failure's time is unknown
            self.durations.add(seconds)
        if start <= 0:
            return
        if start < self.first or not self.first:
            self.first = start
        if start + seconds > self.last:
            self.last = start + seconds
        if where and self.density is not None:
            self.density.add(start, seconds)
        elif where:
            self.items.append(Item(start, seconds, where, failed))

    def apart(self) -> Facts:
        """What its calls did, taken away: here stays what was told of them all together."""
        calls = replace(self, total=0, begun=0.0, ended=0.0, told="", because="")
        self.durations, self.items, self.failing, self.lowest = Durations(), [], set(), []
        self.done = self.skipped = self.memory = self.beyond = self.cached = self.recovered = self.retried = 0
        self.density = self.highest = self.result = None
        self.cpu, self.retries, self.log = 0.0, [], Log()
        return calls

    def absorb(self, told: Facts) -> None:
        """Take over what events and logs tell under another name of the same step."""
        self.total = self.total or told.total
        self.begun, self.ended = self.begun or told.begun, self.ended or told.ended
        self.told, self.because = self.told or told.told, self.because or told.because
        self.cached += told.cached
        self.recovered += told.recovered
        self.retried += told.retried
        self.retries += told.retries
        if not self.log.count:
            self.log = told.log

    def thin(self) -> int:
        """Keep how many items were under way instead of each; how many are forgotten."""
        if self.density is None:
            self.density = Density()
        for item in self.items:
            self.density.add(item.start, item.seconds)
        count = len(self.items)
        self.items = []
        return count


def alike(step: str, name: str, message: str) -> tuple[str, str, str]:
    """What failures have in common that are shown together."""
    return step, name, _DIGITS.sub("0", message[:400])
