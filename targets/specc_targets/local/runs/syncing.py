"""Group commit: what was written reaches the disk soon, and one wait for the disk is shared by all who wrote."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

_PERIOD = 0.05
"""Seconds between two syncs, at least."""
_MOST_FILES = 32
"""New files that may wait for their sync; the writer of one more waits itself."""


class Syncer:
    """Syncs a file in a thread of its own, at most every 50 ms, and only when something was written.

    The thread blocks between; it is a daemon, and a process may end without waiting for it.
    """

    def __init__(self, descriptor: int, on_error: Callable[[], None]) -> None:
        self.error: OSError | None = None
        """Why the last sync failed. What was written since the one before may be lost."""
        self.pending = False
        """Whether something waits for its sync. Writers look at it before they `call`, which spares them the call."""
        self._descriptor = descriptor
        self._on_error = on_error
        self._files: list[int] = []
        self._wake = threading.Lock()
        self._wake.acquire()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="specc-journal", daemon=True)
        self._thread.start()

    def call(self) -> None:
        """Have what is written synced. Only under the writer's lock, and when `pending` is False."""
        self.pending = True
        self._wake.release()

    def add(self, descriptor: int) -> None:
        """Have a new file synced and closed, in time with the record that names it. Only under the writer's lock."""
        if len(self._files) >= _MOST_FILES:
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        else:
            self._files.append(descriptor)

    def close(self) -> None:
        """End the thread and sync a last time; then see `error`. Nothing may be written any more."""
        self._stop.set()
        if not self.pending:
            self.call()
        self._thread.join()
        for descriptor in self._files:  # left over after an error
            os.close(descriptor)
        self._files.clear()

    def _run(self) -> None:
        while True:
            self._wake.acquire()
            self.pending = False  # before the sync: what is written during it asks for another
            begun = time.monotonic()
            self._sync()
            if self._stop.wait(_PERIOD - (time.monotonic() - begun)):
                if self.pending:
                    self._sync()
                return

    def _sync(self) -> None:
        try:
            while self._files:
                descriptor = self._files.pop()
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
            os.fdatasync(self._descriptor)
        except OSError as error:
            self.error = error
            self._on_error()
