"""Keeps what a run tells in its folder: `events.jsonl`, and what its steps print in `log.jsonl`.

They are for people who look; whether a run can go on is the journal's matter. So nothing here fails a run.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from specc_targets.local.watching.lines import Line, encoded

EVENTS = "events.jsonl"
LOG = "log.jsonl"
_PERIOD = 0.5
"""Seconds that a line may wait before others can read it."""
_MOST = 64 * 1024
"""Bytes that wait at most."""


class RunFiles:
    """The two files of a run, between entering and leaving this. Safe in any thread."""

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        self._events = _Appended(folder / EVENTS, warn)
        self._log = _Appended(folder / LOG, warn)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="specc-watching", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        self._events.close()
        self._log.close()

    def write(self, line: Line) -> None:
        """Add an object to the file that it belongs in."""
        (self._log if line["event"] == "log" else self._events).add(encoded(line))

    def _run(self) -> None:
        while not self._stop.wait(_PERIOD):
            self._events.flush()
            self._log.flush()


class _Appended:
    """A file that lines are added to, a few at a time. The first error ends it, with a warning."""

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self._path, self._warn = path, warn
        self._lock = threading.Lock()
        self._waiting: list[bytes] = []
        self._size = 0
        self._descriptor: int | None = None
        self._ended = False

    def add(self, line: bytes) -> None:
        with self._lock:
            self._waiting.append(line)
            self._size += len(line)
            full = self._size >= _MOST
        if full:
            self.flush()

    def flush(self) -> None:
        error: OSError | None = None
        with self._lock:
            data, self._waiting, self._size = b"".join(self._waiting), [], 0
            if not data or self._ended:
                return
            try:
                self._append(data)
            except OSError as caught:
                self._ended, error = True, caught
        if error is not None:
            self._warn(f"cannot write `{self._path}`: {error.strerror or error}; the run goes on without it")

    def close(self) -> None:
        self.flush()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _append(self, data: bytes) -> None:
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            size = os.fstat(self._descriptor).st_size
            if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
                data = b"\n" + data  # an earlier process was stopped within a line
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
