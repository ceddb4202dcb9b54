"""Hands on the metrics of other processes while they work."""

from __future__ import annotations

import contextlib
import contextvars
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from specc_runtime import capture
from specc_runtime.programs.folders import scratch
from specc_runtime.tracking.emitting import VARIABLE
from specc_runtime.tracking.reading import OnMetric, Reader, deliver
from specc_runtime.tracking.records import Metrics

_PERIOD = 0.2
"""Seconds between two looks at a file that grows."""


@contextlib.contextmanager
def collecting(on_metric: OnMetric | None = None) -> Iterator[dict[str, str]]:
    """The environment variables with which a process, and what it starts, hands its metrics to `on_metric`.

    They are handed on while the process works, in a thread; at the end all that is left, so leave this when the process
    has ended. Without `on_metric` they are those of the step that this code belongs to. What is no metric is told once
    on standard error, and left out. Raises `OSError`.
    """
    descriptor, path = tempfile.mkstemp(prefix="specc-metrics-", dir=scratch())
    os.close(descriptor)
    reader = Reader(Path(path), on_metric or _as_ours)
    stop = threading.Event()

    def follow() -> None:
        while not stop.wait(_PERIOD):
            reader.read()

    thread = threading.Thread(target=contextvars.copy_context().run, args=(follow,), daemon=True)
    try:
        thread.start()
        yield {VARIABLE: path}
    finally:
        stop.set()
        thread.join()
        reader.read(last=True)
        with contextlib.suppress(OSError):
            os.unlink(path)  # noqa: PTH108  # no path is wanted


def _as_ours(found: Metrics) -> None:
    deliver(found, capture.place.get())
