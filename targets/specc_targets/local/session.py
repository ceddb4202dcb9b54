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
from specc_targets.local.cancellation import Cancellation
from specc_targets.local.engine import RunResult
from specc_targets.local.engines import open_executor
from specc_targets.local.keeping import run_kept
from specc_targets.local.launch import KeptRun
from specc_targets.local.watching.asking import TerminalAsker
from specc_targets.local.watching.opening import LogFormat, open_progress

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_here(
    module: Module,
    parameters: Mapping[str, JsonValue],
    *,
    root: Path,
    jobs: int | None = None,
    live: bool | None = None,
    log_format: LogFormat = "text",
    kept: KeptRun | None = None,
    engine: str | None = None,
    cached: bool = True,
    track: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> tuple[RunResult, int | None]:
    """Run a module with progress on standard error; also the number of the signal that asked it to stop, if one did.

    What steps print goes to standard error. `live` is whether to draw; without it, when standard error is a terminal.
    With `kept` the run is kept there. `engine` names another one for the calls: `dask`, `dask=tcp://host:port`,
    `slurm`; raises `EngineMissing` when it is not installed or cannot be reached. `track` are the settings of tracking
    that count more, and less, than the spec's.
    """
    cancel = Cancellation()
    folder = kept.directory.path if kept is not None else None
    with contextlib.ExitStack() as stack:
        try:
            executor = open_executor(engine, root / module.package_root, jobs, spec=module.name, folder=folder)
        except BaseException:
            if kept is not None:
                kept.abandon()
            raise
        if executor is not None:
            stack.callback(executor.close)
        received = stack.enter_context(signals(cancel))
        seen = _is_seen()
        watched = stack.enter_context(open_progress(log_format, live=live, folder=folder))
        asker = None
        if watched.aside is not None and seen:
            asker = stack.enter_context(TerminalAsker(watched.aside, sys.stdin.fileno()))
        result = run_kept(
            module,
            parameters,
            root=root,
            kept=kept,
            on_event=watched.on_event,
            jobs=jobs,
            cancel=cancel,
            executor=executor,
            cached=cached,
            asker=asker,
            track=track or (None, None),
            warn=lambda text: print(f"warning: {text}", file=sys.stderr),  # noqa: T201  # captured with what steps print
        )
    return result, received[0] if received else None


def _is_seen() -> bool:
    """Whether somebody sits at a terminal and can answer there: it is this process that reads from it."""
    try:
        return sys.stdin.isatty() and sys.stderr.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError, AttributeError):  # closed, none at all, or not the terminal of this process
        return False


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
