"""One worker process, as the engine sees it."""

from __future__ import annotations

import contextlib
import os
import select
from typing import Any, Literal

from specc_runtime.workers.frames import CHUNK, Frame, Reader, write
from specc_targets.local.processes.starting import Started, Starter, wait_for

_LONGEST = 3600.0
"""Seconds that are waited at a time: what the system's calls take has a limit."""
_GRACE = 1.0
"""Seconds that a process has to end by itself after it has hung up."""


class Gone(Exception):  # noqa: N818  # becomes an outcome
    """The process has ended, or hung up."""


class Worker:
    """Talks to a process. Used by one thread at a time."""

    def __init__(self, starter: Starter) -> None:
        self._starter = starter
        self._started: Started = starter.start()
        self._connection = self._started.connection
        self._reader = Reader()
        self._poll = select.poll()
        self._poll.register(self._connection, select.POLLIN)
        if self._started.handle is not None:
            self._poll.register(self._started.handle, select.POLLIN)
        self.baton = self._started.baton
        self.group: int = self._started.pid
        self.used = False
        """Whether it has ever answered."""
        self.modules: set[str] = set()
        """Modules that it has imported for calls."""
        self.heard = 0
        """How often something has come from it."""
        self._ended = False
        self._code: int | None = None

    def send(self, request: tuple[Any, ...], seconds: float | None) -> None:
        """Send a request. Raises `Gone`, also when the process does not take it within `seconds`."""
        try:
            self._connection.settimeout(None if seconds is None else min(seconds, _LONGEST))
            write(self._connection, request)
        except OSError:
            raise Gone from None

    def receive(self, seconds: float | None) -> list[Frame]:
        """The frames that have arrived; waits until some have, or `seconds` are over. Raises `Gone`."""
        ready = self._poll.poll(None if seconds is None else min(seconds, _LONGEST) * 1000)
        if not ready:
            return []
        for descriptor, _ in ready:
            if descriptor != self._started.handle:
                return self._read()
        raise Gone

    def _read(self) -> list[Frame]:
        try:
            chunk = self._connection.recv(CHUNK)
        except OSError:
            raise Gone from None
        if not chunk:
            raise Gone
        self.heard += 1
        return self._reader.feed(chunk)

    def rest(self) -> list[Frame]:
        """All that it has sent so far and nobody has read, also after it has ended."""
        found: list[Frame] = []
        with contextlib.suppress(Gone):
            self._connection.setblocking(False)
            while True:
                found += self._read()
        return found

    def end(self, how: Literal["kill", "await"] = "kill") -> int | None:
        """Kill it with all that it started, and wait; its exit code. `await` leaves it a moment to end by itself."""
        if self._ended:
            return self._code
        if how == "await" and self._started.handle is not None:
            wait_for(self._started.handle, _GRACE)
        self._ended, self._code = True, self._starter.end(self._started)
        return self._code

    def close(self) -> None:
        """Let go of the connection to a process that has ended."""
        self._connection.close()
        self.baton.close()
        if self._started.handle is not None:
            os.close(self._started.handle)
