"""A run that a program started: no signals, no progress, and what steps print goes where the program prints."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from specc.api.errors import StateError as PublicStateError
from specc.ir.module import Module
from specc_runtime import capture
from specc_runtime.errors import INTERRUPTED
from specc_runtime.expressions import JsonValue
from specc_targets.local.cancellation import Cancellation
from specc_targets.local.engine import RunResult, run
from specc_targets.local.events import Event
from specc_targets.local.failures import RunError
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.names import new_run_id

if TYPE_CHECKING:
    from specc_targets.local.runs.recovery import Recovered


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
) -> tuple[RunResult, Path | None]:
    """Run a module for a program; also the folder of the run, where it has one.

    With `journal` the run keeps itself in the state directory; `resume` names one there that is gone on with, which has
    its own parameters. `header` says what is known of the spec. Raises `specc.StateError` when a
    run cannot be kept or found.
    """
    cancel = cancel or Cancellation()
    with turn(cancel) as wanted:
        if not wanted:
            return _never_began(), None
        if not journal and resume is None:
            return run(module, parameters, root=root, on_event=on_event, max_workers=jobs, cancel=cancel), None
        try:
            return _kept(module, parameters, root, header, jobs, on_event, cancel, resume)
        except StateError as error:
            raise PublicStateError(str(error)) from error


def _kept(
    module: Module,
    parameters: Mapping[str, JsonValue],
    root: Path,
    header: Mapping[str, Any],
    jobs: int | None,
    on_event: Callable[[Event], None] | None,
    cancel: Cancellation,
    resume: str | None,
) -> tuple[RunResult, Path | None]:
    from specc_targets.local.cache.cache import Cache
    from specc_targets.local.launch import begin, go_on, replan
    from specc_targets.local.runs.state import state_directory
    from specc_targets.local.watching.files import RunFiles
    from specc_targets.local.watching.lines import Recorder

    with contextlib.ExitStack() as stack:
        new = resume is None
        kept = begin(module, _plain(dict(parameters)), root=root, **header) if new else go_on(resume, None)
        stack.callback(kept.directory.close)
        if not new and kept.saved_plan() is None:
            kept = replan(kept, module, header["sources"])
        if kept.recovered is not None:
            stack.callback(kept.recovered.close)
        directory = kept.directory
        files = stack.enter_context(RunFiles(directory.path, lambda _: None))
        recorder = Recorder(files.write, directory.id)

        def tell(event: Event) -> None:
            recorder(event)
            if on_event is not None:
                on_event(event)

        result = run(
            module,
            kept.parameters,
            root=root,
            on_event=tell,
            max_workers=jobs,
            cancel=cancel,
            directory=directory,
            recovered=cast("Recovered | None", kept.recovered),
            cache=Cache(state_directory() / "cache", root / module.package_root, spec=header["spec"]),
        )
        directory.write_result(result_record(result))
        return result, directory.path


def result_record(result: RunResult) -> dict[str, Any]:
    """How a run ended, as `result.json` keeps it."""
    error = result.error
    return {
        "status": result.status,
        "ended": datetime.now(UTC).isoformat(),
        "duration": result.duration,
        "outputs": _plain(dict(result.outputs)),
        "error": None if error is None else _error(error),
        "skipped": list(result.skipped),
        "tolerated": [
            {
                "step": item.step,
                "items": list(item.items),
                "total": item.total,
                "errors": {str(index): _error(fault) for index, fault in item.errors.items()},
            }
            for item in result.tolerated
        ],
    }


def _plain(value: Any) -> Any:
    """The value as JSON; bytes are base64."""
    return json.loads(json.dumps(value, default=_text))


def _text(value: object) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else repr(value)


def _error(error: RunError) -> dict[str, Any]:
    return {
        "name": error.name,
        "message": error.message,
        "step": error.step,
        "items": list(error.items),
        "traceback": error.traceback,
    }


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
