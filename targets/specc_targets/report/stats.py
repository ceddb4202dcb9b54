"""Numbers about many calls in little memory: durations, and how many were under way at any time."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field

EXACT = 4096
"""Durations that are kept one by one; beyond, quantiles are right to 2%."""
BUCKETS = 2048
"""Stretches of time that a density has at most."""
BARS = 24
"""Bars of a histogram."""
_STEP = math.log(1.04)
_LEAST = 1e-7
"""Seconds; clocks see nothing shorter."""
_log = math.log
_FIRST = int(_log(_LEAST) // _STEP)


@dataclass(slots=True)
class Durations:
    """Seconds of calls. Quantiles are exact for few calls, and within 2% for any number."""

    count: int = 0
    total: float = 0.0
    longest: float = 0.0
    _exact: array[float] = field(default_factory=lambda: array("d"))
    _buckets: dict[int, int] = field(default_factory=dict)

    def add(self, seconds: float) -> None:
        """Count one call."""
        self.count += 1
        if seconds > _LEAST:
            self.total += seconds
            bucket = int(_log(seconds) // _STEP)
        else:
            seconds, bucket = _LEAST, _FIRST
        if seconds > self.longest:
            self.longest = seconds
        if self.count <= EXACT:
            self._exact.append(seconds)
        self._buckets[bucket] = self._buckets.get(bucket, 0) + 1

    def quantile(self, share: float) -> float:
        """The duration that `share` of the calls do not exceed (nearest rank)."""
        if not self.count:
            return 0.0
        rank = max(1, math.ceil(share * self.count))
        if self.count <= EXACT:
            return sorted(self._exact)[rank - 1]
        passed = 0
        for bucket in sorted(self._buckets):
            passed += self._buckets[bucket]
            if passed >= rank:
                return min(self.longest, math.exp((bucket + 0.5) * _STEP))
        return self.longest

    def histogram(self) -> tuple[float, float, list[int]]:
        """Shortest, longest, and counts in bars between them whose widths grow in equal proportion."""
        if self.count < 2:
            return 0.0, 0.0, []
        first, last = min(self._buckets), max(self._buckets)
        if last - first < 3:
            return 0.0, 0.0, []  # all took the same time, within 10%
        span = last - first + 1
        bars = [0] * min(BARS, max(span, 1))
        for bucket, count in self._buckets.items():
            bars[(bucket - first) * len(bars) // span] += count
        return math.exp(first * _STEP), self.longest, bars


@dataclass(slots=True)
class Density:
    """How many calls were under way, in stretches of time that widen as the run grows: bounded whatever comes."""

    width: float = 1e-3
    _cells: dict[int, list[float]] = field(default_factory=dict)
    """Stretch -> calls begun, what they fill of it (in stretches), calls ended, what is left of it after them."""
    seconds: float = 0.0

    def add(self, start: float, seconds: float) -> None:
        """Count a call: when it began, and how long it took."""
        self.seconds += seconds
        for column, moment in ((0, start), (2, start + seconds)):
            place = moment / self.width
            cell = self._cells.get(int(place))
            if cell is None:
                cell = self._cells[int(place)] = [0.0, 0.0, 0.0, 0.0]
            cell[column] += 1
            cell[column + 1] += int(place) + 1 - place
        while len(self._cells) > BUCKETS:
            self._widen()

    def _widen(self) -> None:
        wider: dict[int, list[float]] = {}
        for index, cell in self._cells.items():
            half = wider.setdefault(index >> 1, [0.0, 0.0, 0.0, 0.0])
            early = index & 1 == 0  # what comes in the first half also fills the whole second half
            for column in (0, 2):
                half[column] += cell[column]
                half[column + 1] += (cell[column + 1] + (cell[column] if early else 0)) / 2
        self._cells = wider
        self.width *= 2

    def curve(self) -> list[tuple[float, float]]:
        """Moments, and the mean number of calls under way from each until the next."""
        found: list[tuple[float, float]] = []
        under_way, after = 0.0, None
        for index in sorted(self._cells):
            begun, filled, ended, left = self._cells[index]
            if after is not None and index != after:
                found.append((after * self.width, under_way))
            found.append((index * self.width, max(0.0, under_way + filled - left)))
            under_way += begun - ended
            after = index + 1
        if after is not None:
            found.append((after * self.width, max(0.0, under_way)))
        return found
