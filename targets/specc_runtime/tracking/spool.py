"""Where the processes that a step's function starts leave their metrics."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from specc_runtime.tracking.emitting import VARIABLE
from specc_runtime.tracking.reading import Reader, deliver
from specc_runtime.tracking.records import Place


class Spool:
    """Metrics of what functions of this process start, read between two calls: no thread, and no file for nothing.

    One is in force at a time. The variable is taken over by the processes that are started meanwhile.
    """

    def __init__(self) -> None:
        self._path = Path(f"{os.environ.get('TMPDIR') or '/tmp'}/specc-metrics-{os.urandom(8).hex()}")
        self._aside = self._path.with_suffix(".read")
        self._before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = str(self._path)

    def drain(self, place: Place | None) -> None:
        """Hand on what there is, as metrics of `place` where a line says nothing else."""
        if not os.access(self._path, os.F_OK):
            return
        with contextlib.suppress(OSError):
            self._path.rename(self._aside)  # what is logged from now on comes into a new file
            reader = Reader(self._aside, lambda found: deliver(found, place))
            reader.read(last=True)
            self._aside.unlink()

    def close(self, place: Place | None = None) -> None:
        """Hand on what is left."""
        self.drain(place)
        if os.environ.get(VARIABLE) == str(self._path):
            if self._before is None:
                del os.environ[VARIABLE]
            else:
                os.environ[VARIABLE] = self._before
