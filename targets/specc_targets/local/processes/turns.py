"""Who is next, where only some may go on at the same time."""

from __future__ import annotations

import threading
from collections import deque

from specc_targets.local.slots import Closed


class Turns:
    """Lets `limit` callers go on at the same time; the others in the order in which they came."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._gates: deque[threading.Lock] = deque()
        self._lock = threading.Lock()
        self._closed = False

    def take(self) -> None:
        """Wait for a turn. Raises `Closed`."""
        with self._lock:
            if self._closed:
                raise Closed
            if self._free > 0:
                self._free -= 1
                return
            gate = threading.Lock()
            gate.acquire()
            self._gates.append(gate)
        gate.acquire()
        if self._closed:
            raise Closed

    def give_back(self) -> None:
        """Let the next one go on."""
        with self._lock:
            if self._gates:
                self._gates.popleft().release()
            else:
                self._free += 1

    def close(self) -> None:
        """End all waiting, now and later."""
        with self._lock:
            self._closed = True
            while self._gates:
                self._gates.popleft().release()
