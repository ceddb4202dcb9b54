"""When garbage is collected: in the middle of typing it is felt, so it is left until somebody pauses, within bounds."""

from __future__ import annotations

import asyncio
import gc
import math

_QUIET_SECONDS = 2.0
"""After so long without a change it is collected."""
_MOST_SECONDS = 10.0
_MOST_PUBLICATIONS = 40
"""After so long, or so many, it is collected at the latest, should nobody ever pause."""


class Garbage:
    """What changes leave behind in memory. Nothing else collects it: the server switches that off."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        self._latest = math.inf
        self._publications = 0

    def grows(self, seconds: float = _MOST_SECONDS) -> None:
        """Take note of a change; what it leaves behind is collected within so many seconds."""
        loop = asyncio.get_running_loop()
        self._latest = min(self._latest, loop.time() + seconds)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(min(loop.time() + _QUIET_SECONDS, self._latest), self._collect)

    def published(self) -> None:
        """Take note of an analysis."""
        self._publications += 1
        if self._publications >= _MOST_PUBLICATIONS:
            self.grows(0)

    def _collect(self) -> None:
        self._latest = math.inf
        self._publications = 0
        gc.collect()
        if not gc.get_freeze_count():
            gc.freeze()  # what is loaded by now stays, and need not be looked at again
