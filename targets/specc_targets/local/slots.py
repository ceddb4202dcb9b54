"""Leases things of which only one call may have each at a time: GPUs, ports."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

Slots = Sequence[tuple[str, Sequence[str]]]
"""Name -> the things of which one is wanted."""


class Closed(Exception):  # noqa: N818  # not a mistake: the run ends
    """There is nothing left to wait for."""


class SlotPool:
    """Leases things by name. A thing is the same wherever the same name lists it. Used from many threads.

    First come, first served: nobody waits for ever, also who wants several things at once. Who waits longest has what
    is free of its things kept for it until it has all of them, so no one holds a part and waits for the rest.
    """

    def __init__(self) -> None:
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
        waiting.gate.acquire()
        if waiting.leased is None:
            raise Closed
        try:
            yield waiting.leased
        finally:
            with self._lock:
                self._taken.difference_update(waiting.leased.items())
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
        kept = set(self._taken)
        left: list[_Waiting] = []
        for waiting in self._waiting:
            found = {
                name: thing
                for name, things in waiting.slots
                if (thing := next((one for one in things if (name, one) not in kept), None)) is not None
            }
            kept.update(found.items())
            if len(found) == len(waiting.slots):
                self._taken.update(found.items())
                waiting.leased = found
                waiting.gate.release()
            else:
                left.append(waiting)
        self._waiting = left


class _Waiting:
    def __init__(self, slots: Slots, owner: object) -> None:
        self.slots, self.owner = slots, owner
        self.leased: dict[str, str] | None = None
        self.gate = threading.Semaphore(0)
