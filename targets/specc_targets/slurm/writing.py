"""What a job writes down while it works: the lines that its calls print and log, with secrets hidden."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

_RAW = 1.0
"""Seconds to wait at the end for what is left of the output of programs."""


class Log:
    """The log of a job. Used from many threads."""

    def __init__(self, path: Path, redact: Callable[[str], str]) -> None:
        self.item: tuple[str, tuple[int, ...]] = ("", ())
        """The step's path and the indices of the item under way."""
        self._file = path.open("ab")
        self.redact = redact
        self._lock = threading.Lock()

    def line(self, step: str, indices: tuple[int, ...], stream: str, level: str | None, text: str) -> None:
        """Write a line, so that the run sees it at once."""
        data = json.dumps([step, indices, stream, level, self.redact(text)]).encode() + b"\n"
        with self._lock:
            self._file.write(data)
            self._file.flush()

    def settle(self) -> int:
        """Have all lines so far on the disk; how many bytes they are."""
        with self._lock:
            os.fsync(self._file.fileno())
            return self._file.tell()


class Descriptors:
    """Takes what programs write to the standard output and error that they have inherited, line by line.

    Else it would stand in a file of SLURM's, where nobody sees it and no secret is hidden.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._saved = [(one, os.dup(one)) for one in (1, 2)]
        reading, writing = os.pipe()
        for one, _ in self._saved:
            os.dup2(writing, one)
        os.close(writing)
        self._thread = threading.Thread(target=self._read, args=(reading,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Descriptors:
        return self

    def __exit__(self, *_: Any) -> None:
        for one, saved in self._saved:
            os.dup2(saved, one)
            os.close(saved)
        self._thread.join(_RAW)  # a process that got away may still hold the other end

    def _read(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as lines:
            for line in lines:
                step, indices = self._log.item
                self._log.line(step, indices, "stdout", None, line.decode(errors="replace").rstrip("\r\n"))
