"""Leases things of which only one call may have each at a time: GPUs, ports."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from specc_runtime.slots import file_of
from specc_targets.local.runs.lock import Lock, try_acquire

Slots = Sequence[tuple[str, Sequence[str]]]
"""Name -> the things of which one is wanted."""
_LOOK = 0.05
"""Seconds between two looks at what another run has."""


class Closed(Exception):  # noqa: N818  # not a mistake: the run ends
    """There is nothing left to wait for."""


class SlotPool:
    """Leases things by name. A thing is the same wherever the same name lists it. Used from many threads.

    First come, first served: nobody waits for ever, also who wants several things at once. Who waits longest has what
    is free of its things kept for it until it has all of them, so no one holds a part and waits for the rest.

    With a `folder`, runs that use the same one lease nothing twice between them either; among them whoever asks first
    when something becomes free has it. The system gives back what a process had that is gone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._locks: dict[tuple[str, str], Lock] = {}
        self._elsewhere = False
        self._lock = threading.Lock()
        self._taken: set[tuple[str, str]] = set()
        self._waiting: list[_Waiting] = []
        self._gone: list[object] = []

    @contextmanager
    def lease(self, slots: Slots, owner: object = None) -> Iterator[dict[str, str]]:
        """Hold one thing for each name meanwhile. Blocks until all are free. Raises `Closed`.

        `owner` is who can be told to `abandon` it.
        """
        waiting = _Waiting(slots, owner)
        with self._lock:
            if owner in self._gone:
                raise Closed
            self._waiting.append(waiting)
            self._grant()
        while not waiting.gate.acquire(timeout=_LOOK if self._folder is not None else None):
            with self._lock:
                if self._elsewhere:  # nobody tells us when another run lets go
                    self._grant()
        if waiting.leased is None:
            raise Closed
        try:
            yield waiting.leased
        finally:
            with self._lock:
                self._free(waiting.leased)
                self._grant()

    def abandon(self, owner: object) -> None:
        """End all waiting of `owner`, now and later; what it holds stays leased until it lets go."""
        with self._lock:
            self._gone.append(owner)
            for waiting in self._waiting:
                if waiting.owner is owner:
                    waiting.gate.release()
            self._waiting = [waiting for waiting in self._waiting if waiting.owner is not owner]
            self._grant()

    def _grant(self) -> None:
        """Give everyone who waits what is free, the first to come first."""
        self._elsewhere = False
        kept = set(self._taken)
        left: list[_Waiting] = []
        for waiting in self._waiting:
            found = {
                name: thing
                for name, things in waiting.slots
                if (thing := next((one for one in things if self._is_free((name, one), kept)), None)) is not None
            }
            kept.update(found.items())
            if len(found) == len(waiting.slots):
                self._taken.update(found.items())
                waiting.leased = found
                waiting.gate.release()
            else:
                left.append(waiting)
        for unused in self._locks.keys() - self._taken:
            self._locks.pop(unused).release()
        self._waiting = left

    def _is_free(self, thing: tuple[str, str], kept: set[tuple[str, str]]) -> bool:
        """Whether nobody has a thing; from now on no other run has it."""
        if thing in kept:
            return False
        if self._folder is None or thing in self._locks:
            return True
        lock = try_acquire(file_of(self._folder, *thing, "lease"))
        if lock is None:
            self._elsewhere = True
            return False
        self._locks[thing] = lock
        return True

    def _free(self, leased: Mapping[str, str]) -> None:
        self._taken.difference_update(leased.items())
        for thing in leased.items():
            if thing in self._locks:
                self._locks.pop(thing).release()


class _Waiting:
    def __init__(self, slots: Slots, owner: object) -> None:
        self.slots, self.owner = slots, owner
        self.leased: dict[str, str] | None = None
        self.gate = threading.Semaphore(0)
