"""A run that a person started: signals, progress, and standard output kept free for the result."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from specc.ir.module import Module
from specc_runtime.expressions import JsonValue
from specc_targets.local.engine import Cancellation, RunResult, run
from specc_targets.local.progress import LiveProgress, PlainProgress, Progress

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LAST_LINES = 1.0
"""Seconds to wait at the end for what is left in the pipe. A process that outlives the run may hold it open."""


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
    with signals(cancel) as received, _live() if drawn else _plain() as progress:
        result = run(plan, parameters, root=root, on_event=progress, max_workers=jobs, cancel=cancel)
    return result, received[0] if received else None


@contextlib.contextmanager
def signals(cancel: Cancellation) -> Iterator[list[int]]:
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
def _plain() -> Iterator[Progress]:
    """Progress line by line, and what steps print between the lines."""
    with _output_to(2, 1), PlainProgress(sys.stderr) as progress:
        yield progress


@contextlib.contextmanager
def _live() -> Iterator[Progress]:
    """Progress drawn on the terminal, and what steps and their processes print above it.

    Nothing but the drawing may write to the terminal meanwhile, or the one would overwrite the other.
    """
    encoding = sys.stderr.encoding or "utf-8"
    with (
        os.fdopen(os.dup(2), "w", encoding=encoding, errors="backslashreplace") as terminal,
        LiveProgress(terminal) as progress,
        _pipe(progress.show, encoding) as pipe,
        _output_to(pipe, 1, 2),
    ):
        yield progress


@contextlib.contextmanager
def _pipe(show: Callable[[str], None], encoding: str) -> Iterator[int]:
    """A file descriptor; every line that is written to it is shown."""
    reading, writing = os.pipe()

    def read() -> None:
        with os.fdopen(reading, encoding=encoding, errors="replace", newline="\n") as lines:
            for line in lines:
                show(line.rstrip("\r\n").rpartition("\r")[2])

    reader = threading.Thread(target=read, name="specc-output", daemon=True)
    reader.start()
    try:
        yield writing
    finally:
        os.close(writing)
        reader.join(_LAST_LINES)


@contextlib.contextmanager
def _output_to(target: int, *descriptors: int) -> Iterator[None]:
    """These descriptors lead to `target` meanwhile, for Python code and for processes alike."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = {descriptor: os.dup(descriptor) for descriptor in descriptors}
    try:
        for descriptor in descriptors:
            os.dup2(target, descriptor)
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        sys.stderr.flush()
        for descriptor, copy in kept.items():
            os.dup2(copy, descriptor)
            os.close(copy)
