"""Hands on the metrics of other processes while they work."""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Iterator
from pathlib import Path

from specc_runtime import capture
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
    on standard error, and left out.
    """
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="specc-metrics-"))
    reader = Reader(folder / "lines", on_metric or _as_ours)
    stop = threading.Event()

    def follow() -> None:
        while not stop.wait(_PERIOD):
            reader.read()

    thread = threading.Thread(target=contextvars.copy_context().run, args=(follow,), daemon=True)
    try:
        thread.start()
        yield {VARIABLE: str(folder / "lines")}
    finally:
        stop.set()
        thread.join()
        reader.read(last=True)
        shutil.rmtree(folder, ignore_errors=True)


def _as_ours(found: Metrics) -> None:
    deliver(found, capture.place.get())
