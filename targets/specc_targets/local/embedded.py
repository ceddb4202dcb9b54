"""A run that a program started: no signals, no progress, and what steps print goes where the program prints."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from specc.api.errors import StateError as PublicStateError
from specc.ir.module import Module
from specc_runtime import capture
from specc_runtime.errors import INTERRUPTED
from specc_runtime.expressions import JsonValue
from specc_targets.local.cancellation import Cancellation
from specc_targets.local.engine import RunResult
from specc_targets.local.engines import open_executor
from specc_targets.local.events import Event
from specc_targets.local.failures import RunError
from specc_targets.local.keeping import run_kept
from specc_targets.local.launch import KeptRun, begin, go_on, replan
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.names import new_run_id


class _Turns:
    """Whose turn it is, in this process; a forked one begins anew."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        """Let go of what only the parent holds."""
        self.lock = threading.Lock()


_turns = _Turns()
_PATIENCE = 0.05
"""Seconds between two looks at whether a run that waits for its turn is still wanted."""


@contextlib.contextmanager
def turn(cancel: Cancellation) -> Iterator[bool]:
    """Let the runs of a process go one after the other: each changes the module path and the environment.

    Gives whether the run is still wanted when its turn comes. Raises `RuntimeError` in a step.
    """
    lock = _turns.lock
    if capture.place.get() is not None and lock.locked():
        raise RuntimeError('a step cannot start a run in its own process; give it `isolation = "process"`')
    while not lock.acquire(timeout=_PATIENCE):
        if cancel.requests:
            yield False
            return
    try:
        yield not cancel.requests
    finally:
        lock.release()


def run_embedded(
    module: Module,
    parameters: Mapping[str, JsonValue],
    *,
    root: Path,
    header: Mapping[str, Any],
    jobs: int | None = None,
    on_event: Callable[[Event], None] | None = None,
    cancel: Cancellation | None = None,
    journal: bool = True,
    resume: str | None = None,
    cached: bool = True,
    engine: str | None = None,
) -> tuple[RunResult, Path | None]:
    """Run a module for a program; also the folder of the run, where it has one.

    With `journal` the run keeps itself in the state directory; `resume` names one there that is gone on with, which has
    its own parameters. `header` says what is known of the spec. Raises `specc.StateError` when a run cannot be kept or
    found, `TargetError` when there is no such engine.
    """
    cancel = cancel or Cancellation()
    with turn(cancel) as wanted, contextlib.ExitStack() as stack:
        if not wanted:
            return _never_began(), None
        try:
            kept = _kept(module, parameters, root, header, resume) if journal or resume is not None else None
        except StateError as error:
            raise PublicStateError(str(error)) from error
        folder = kept.directory.path if kept is not None else None
        try:
            executor = open_executor(engine, root / module.package_root, jobs, spec=module.name, folder=folder)
        except BaseException:
            if kept is not None:
                kept.abandon()
            raise
        if executor is not None:
            stack.callback(executor.close)
        if kept is not None:
            on_event = _recorded(stack, kept, on_event)
        result = run_kept(
            module,
            parameters if kept is None or resume is None else kept.parameters,
            root=root,
            kept=kept,
            on_event=on_event,
            jobs=jobs,
            cancel=cancel,
            executor=executor,
            cached=cached,
        )
        return result, _folder(kept)


def _folder(kept: KeptRun | None) -> Path | None:
    """Where the run is kept; a new one whose parameters or secrets were refused is not."""
    path = kept.directory.path if kept is not None else None
    return path if path is not None and path.exists() else None


def _kept(
    module: Module, parameters: Mapping[str, JsonValue], root: Path, header: Mapping[str, Any], resume: str | None
) -> KeptRun:
    """The folder of the run, a new one or that of `resume`. Raises `StateError`."""
    if resume is None:
        return begin(module, json.loads(json.dumps(parameters, default=repr)), root=root, **header)
    kept = go_on(resume, None)
    try:
        return kept if kept.saved_plan() is not None else replan(kept, module, str(header["spec"]), header["sources"])
    except BaseException:
        kept.directory.close()
        raise


def _recorded(
    stack: contextlib.ExitStack, kept: KeptRun, on_event: Callable[[Event], None] | None
) -> Callable[[Event], None]:
    """What writes events to the folder of the run, and hands them on."""
    from specc_targets.local.watching.files import RunFiles
    from specc_targets.local.watching.lines import Recorder

    files = stack.enter_context(RunFiles(kept.directory.path, lambda _: None))
    recorder = Recorder(files.write, kept.directory.id)

    def tell(event: Event) -> None:
        recorder(event)
        if on_event is not None:
            on_event(event)

    return tell


def _never_began() -> RunResult:
    error = RunError(INTERRUPTED, "the run was asked to stop before it began")
    return RunResult(
        id=new_run_id(),
        status="interrupted",
        outputs={},
        skipped=[],
        results={},
        error=error,
        tolerated=(),
        duration=0.0,
        errors=(error,),
    )
