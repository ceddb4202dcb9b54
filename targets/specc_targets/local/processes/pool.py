"""Which process makes the next calls, and whether another one is worth its start.

A process is worth little until it has imported the module of what it is to call. Only as many import at the same time
as there are processors. Whoever comes meanwhile waits for a process that is ready, and gets another one only after
somebody has waited for about as long as another import takes: so calls that take no time need no more processes, and
those that take their time get all that there may be.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from specc_targets.local.processes.worker import Worker
from specc_targets.local.slots import Closed

_LONG = 10.0
"""Seconds after which an import no longer keeps others from theirs: it waits for something, and computes nothing."""
_LOOK = 0.25
"""Seconds between two looks at what has changed without a word."""
_LEAST = 0.001


@dataclass(eq=False, slots=True)
class Place:
    """What a caller has been given."""

    module: str
    worker: Worker | None = None
    """None: a process is to be started."""
    granted: bool = False
    gate: threading.Lock = field(default_factory=threading.Lock)


class _Known(NamedTuple):
    """What is known about the import of a module."""

    ready: float
    """When it was first done (monotonic)."""
    seconds: float
    """How long the last one took."""


class Pool:
    """The processes of an executor. At most `at_once` of them import at the same time."""

    def __init__(self, at_once: int | None = None) -> None:
        self._at_once = at_once or os.cpu_count() or 1
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._workers: set[Worker] = set()
        self._loading: dict[Place, float] = {}
        self._waiting: list[Place] = []
        self._pressed = 0.0
        self._known: dict[str, _Known] = {}
        self._closed = False

    @property
    def starting(self) -> int:
        """How many processes are being started or import, and how many callers wait for one."""
        with self._lock:
            return len(self._waiting) + self._busy(time.monotonic())

    def take(self, module: str) -> Place:
        """A process for a function of `module`, or the right to start one. Raises `Closed`."""
        place = Place(module)
        with self._lock:
            if self._closed:
                raise Closed
            if not self._waiting:
                self._pressed = time.monotonic()
            self._waiting.append(place)
            self._serve()
            if place.granted:
                return place
            place.gate.acquire()
            patience = self._patience(module)
        while not place.gate.acquire(timeout=patience):
            with self._lock:
                self._serve()
                patience = self._patience(module)
        if not place.granted:
            raise Closed
        return place

    def started(self, place: Place, worker: Worker) -> None:
        """The process that was to be started is there."""
        with self._lock:
            self._workers.add(worker)
            place.worker = worker

    def loaded(self, place: Place, seconds: float) -> None:
        """The process has imported its module, which took `seconds`."""
        with self._lock:
            if place.worker is None or self._loading.pop(place, None) is None:
                return
            place.worker.modules.add(place.module)
            known = self._known.get(place.module)
            ready = time.monotonic() if known is None or not self._is_ready(place.module) else known.ready
            self._known[place.module] = _Known(ready, seconds)
            self._serve()

    def give_back(self, place: Place, *, healthy: bool) -> bool:
        """Whether the process is kept for others; if not, it is to be ended."""
        with self._lock:
            self._loading.pop(place, None)
            kept = healthy and not self._closed and place.worker is not None
            if place.worker is not None:
                if kept:
                    self._idle.append(place.worker)
                else:
                    self._workers.discard(place.worker)
            self._serve()
            return kept

    def close(self) -> list[Worker]:
        """End all waiting, now and later; the processes that have nothing to do."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            while self._waiting:
                self._waiting.pop().gate.release()
            return idle

    def _serve(self) -> None:
        """Give what there is to those who wait, the first to come first."""
        for place in self._waiting[:]:
            if self._grant(place):
                place.granted = True
                self._waiting.remove(place)
                if place.gate.locked():
                    place.gate.release()

    def _grant(self, place: Place) -> bool:
        for position in range(len(self._idle) - 1, -1, -1):  # the one that was used last
            if place.module in self._idle[position].modules:
                place.worker = self._idle.pop(position)
                return True
        now = time.monotonic()
        if self._busy(now) >= self._at_once or self._wait_left(place.module, now) > 0:
            return False
        self._loading[place] = now
        if self._idle:
            place.worker = self._idle.pop()
        return True

    def _busy(self, now: float) -> int:
        return sum(now - began < _LONG for began in self._loading.values())

    def _wait_left(self, module: str, now: float) -> float:
        """Seconds for which a process that has imported the module may still become free."""
        known = self._known.get(module)
        if known is None or not self._is_ready(module):
            return 0.0
        return max(self._pressed, known.ready) + known.seconds - now

    def _is_ready(self, module: str) -> bool:
        return any(module in worker.modules for worker in self._workers)

    def _patience(self, module: str) -> float:
        left = self._wait_left(module, time.monotonic())
        return (
            min(_LOOK, max(_LEAST, left)) if left > 0 else _LOOK
        )  # then it is the others' imports that are waited for
