"""A run that a person started: signals, progress, and standard output kept free for the result."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from specc.ir.module import Module
from specc_runtime.expressions import JsonValue
from specc_targets.local.engine import Cancellation, RunResult, run
from specc_targets.local.progress import LiveProgress, PlainProgress, Progress

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_here(
    plan: Module | Mapping[str, Any],
    parameters: Mapping[str, JsonValue],
    *,
    root: Path,
    jobs: int | None = None,
    live: bool | None = None,
) -> tuple[RunResult, int | None]:
    """Run a plan with progress on standard error; also the number of the signal that asked it to stop, if one did.

    What steps print goes to standard error. `live` is whether to draw; without it, when standard error is a terminal.
    """
    cancel = Cancellation()
    drawn = sys.stderr.isatty() if live is None else live
    progress: Progress = LiveProgress(sys.stderr) if drawn else PlainProgress(sys.stderr)
    with _signals(cancel) as received, _output_to_errors(), progress:
        result = run(plan, parameters, root=root, on_event=progress, max_workers=jobs, cancel=cancel)
    return result, received[0] if received else None


@contextlib.contextmanager
def _signals(cancel: Cancellation) -> Iterator[list[int]]:
    """Have SIGINT and SIGTERM ask the run to stop."""
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received
        return

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # a signal handler's signature
        received.append(number)
        cancel.request()

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _output_to_errors() -> Iterator[None]:
    """Standard output is standard error meanwhile, for Python code and for processes alike."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 1)
        os.close(kept)
