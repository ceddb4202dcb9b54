"""The time of a run: seconds since its beginning, without the pauses between a run's end and its resumption."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from specc_targets.report.gather import Session

_PAUSE = 1.0
"""Seconds between two processes that are worth leaving out."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Turns seconds since the epoch into seconds of the run."""

    origin: float
    pauses: tuple[tuple[float, float], ...]
    """Begin and end of each stretch of time in which no process worked on the run."""

    @classmethod
    def of(cls, sessions: Sequence[Session], started: float) -> Clock:
        """The clock of a run with these processes; one that left no trace began at `started`."""
        worked = sorted((item.first, item.last) for item in sessions if item.first > 0)
        origin = worked[0][0] if worked else started
        pauses = []
        last = worked[0][1] if worked else 0.0
        for begin, end in worked[1:]:
            if begin - last > _PAUSE:
                pauses.append((last, begin))
            last = max(last, end)
        return cls(origin, tuple(pauses))

    def at(self, moment: float) -> float:
        """Seconds of the run at a moment; within a pause, those at its beginning."""
        passed = moment - self.origin
        for begin, end in self.pauses[: bisect_right(self.pauses, (moment, 0.0))]:
            passed -= min(moment, end) - begin
        return max(0.0, passed)

    def seams(self) -> list[tuple[float, float]]:
        """When the run was gone on with, and how many seconds were left out there."""
        return [(self.at(end), end - begin) for begin, end in self.pauses]
