"""Leads what is written to standard output and error elsewhere, for Python code and for processes alike."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping

from specc_runtime.captured_streams import LONGEST, last_state

_LAST_LINES = 1.0
"""Seconds to wait at the end for what is left in a pipe. A process that outlives the run may hold it open."""


@contextlib.contextmanager
def led_to(targets: Mapping[int, int]) -> Iterator[None]:
    """Each descriptor leads where another does, meanwhile."""
    streams = [stream for stream in (sys.stdout, sys.stderr) if stream is not None]
    kept: dict[int, int] = {}
    try:
        for stream in streams:
            stream.flush()
        for descriptor, target in targets.items():
            kept[descriptor] = os.dup(descriptor)
            os.dup2(target, descriptor)
        yield
    finally:
        for stream in streams:  # someone may have kept a reference to one of them
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        for descriptor, copy in kept.items():
            os.dup2(copy, descriptor)
            os.close(copy)


@contextlib.contextmanager
def lines_to(show: Callable[[str], None]) -> Iterator[int]:
    """A descriptor; every line that is written to it is shown, in another thread."""
    reading, writing = os.pipe()

    def read() -> None:
        with os.fdopen(reading, encoding="utf-8", errors="replace", newline="\n") as lines:
            while line := lines.readline(LONGEST):
                show(last_state(line.rstrip("\n")))

    reader = threading.Thread(target=read, name="specc-output", daemon=True)
    reader.start()
    try:
        yield writing
    finally:
        os.close(writing)
        reader.join(_LAST_LINES)
