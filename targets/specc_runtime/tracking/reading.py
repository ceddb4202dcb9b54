"""Reads the metrics that other processes add to a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from specc_runtime import capture
from specc_runtime.tracking.emitting import VARIABLE, emit
from specc_runtime.tracking.records import Metrics, Place, parse

OnMetric = Callable[[Metrics], None]
_BLOCK = 256 * 1024
_LONGEST = 64 * 1024
"""Bytes of a line without an end that are kept for it to come."""


class Reader:
    """The lines of a file that others add to. One thread at a time."""

    def __init__(self, path: Path, on_metric: OnMetric) -> None:
        self._path, self._on_metric = path, on_metric
        self._offset = 0
        self._begun = b""
        self._told = False

    def read(self, *, last: bool = False) -> None:
        """Hand on the lines that are new; with `last` also one that has no end."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                while chunk := file.read(_BLOCK):
                    self._offset += len(chunk)
                    *whole, self._begun = (self._begun + chunk).split(b"\n")
                    for line in whole:
                        self._take(line)
                    if len(self._begun) > _LONGEST:
                        self._take(self._begun)
                        self._begun = b""
        except OSError:  # nothing has been logged, or a disk fails: metrics are no reason to fail a step
            pass
        if last:
            self._take(self._begun)
            self._begun = b""

    def _take(self, line: bytes) -> None:
        if not line.strip():
            return
        found = parse(line)
        if found is not None:
            self._on_metric(found)
        elif not self._told:
            self._told = True
            shown = line[:80].decode(errors="replace").strip()
            print(f"what is no metric was left out of `{VARIABLE}`: {shown}", file=sys.stderr, flush=True)  # noqa: T201  # captured like whatever a step prints


def deliver(found: Metrics, place: Place | None) -> None:
    """Hand on what another process has logged, with the time at which it did."""
    if not capture.metering():
        emit(found.values, found.step)
        return
    from specc_runtime.tracking.records import lines

    for line in lines(found.time, found.step, found.values, None):
        capture.deliver(found.place or place, "metrics", None, line)
