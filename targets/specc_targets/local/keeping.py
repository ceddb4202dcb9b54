"""Runs that are kept: with a journal in a folder of their own, the cache, and how they ended."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from specc.ir.module import Module
from specc_runtime.codecs.json_codec import encode_json
from specc_runtime.errors import CodecError
from specc_runtime.expressions import JsonValue
from specc_targets.code.trace import NoMemo
from specc_targets.local.asking import Asker
from specc_targets.local.cancellation import Cancellation
from specc_targets.local.engine import RunResult, run
from specc_targets.local.events import Event
from specc_targets.local.execution import Executor
from specc_targets.local.failures import RunError
from specc_targets.local.launch import KeptRun
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.state import state_directory
from specc_targets.local.survey import cached_functions

_Track = tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]
_OnEvent = Callable[[Event], None]
LARGEST_OUTPUT = 64 * 1024
"""Bytes of JSON up to which an output is repeated in `result.json`; the journal has them all."""


def run_kept(
    module: Module,
    parameters: Mapping[str, JsonValue],
    *,
    root: Path,
    kept: KeptRun | None,
    on_event: Callable[[Event], None] | None = None,
    jobs: int | None = None,
    cancel: Cancellation | None = None,
    executor: Executor | None = None,
    cached: bool = True,
    warn: Callable[[str], None] | None = None,
    asker: Asker | None = None,
    track: _Track = (None, None),
) -> RunResult:
    """Run a module, keep what it does where `kept` says, and write down how it ended.

    `cached` is whether steps that allow it may take results from earlier runs. `warn` gets lines for the user. `track`
    are the settings of tracking that count more, and less, than the spec's. A folder that cannot be written fails the
    run; nothing is raised but bugs.
    """
    told = warn or _nobody
    with contextlib.ExitStack() as stack:
        cache = None
        if cached and cached_functions(module):
            from specc_targets.local.cache.cache import Cache

            spec = str(kept.directory.header().get("spec", "")) if kept is not None else module.name
            cache = stack.enter_context(
                Cache(state_directory() / "cache", root / module.package_root, spec=spec, warn=told)
            )
        if kept is not None:
            stack.callback(kept.directory.close)
            if kept.recovered is not None:
                stack.callback(kept.recovered.close)
                for note in kept.recovered.notes:
                    told(note)
        tracker = code = None
        if kept is None and (module.tracking.mlflow or any((layer or {}).get("mlflow") for layer in track)):
            told("without a journal nothing of the run is kept, and nothing sent to MLflow")
        if kept is not None:
            from specc_targets.tracking.tracking import tracking

            tracker = stack.enter_context(tracking(kept, module, told, *track))
            on_event = _both(tracker.see, on_event)
            from specc_targets.local.code_watch import CodeWatch

            folder, memo = kept.directory.path, cache.memo if cache is not None else NoMemo()
            code = CodeWatch(module, root / module.package_root, folder, kept.recovered, told, memo)
            on_event = _both(code.see, on_event)
        result = run(
            module,
            parameters,
            root=root,
            on_event=on_event,
            max_workers=jobs,
            cancel=cancel,
            directory=kept.directory if kept is not None else None,
            recovered=kept.recovered if kept is not None else None,
            executor=executor,
            cache=cache,
            asker=asker,
            tracker=tracker,
        )
        if code is not None and kept is not None and kept.has_begun:
            code.finish()
        if tracker is not None:
            tracker.finish(result)
        if kept is not None and not kept.has_begun:
            kept.abandon()
        elif kept is not None:
            try:
                kept.directory.write_result(result_record(result))
            except StateError as error:
                told(str(error))
    return result


def _both(first: _OnEvent, second: _OnEvent | None) -> _OnEvent:
    if second is None:
        return first

    def told(event: Event) -> None:
        first(event)
        second(event)

    return told


def _nobody(_: str) -> None:
    """Nobody wants to know."""


def result_record(result: RunResult) -> dict[str, Any]:
    """How a run ended, as `result.json` keeps it. Outputs that are large or not JSON are described."""
    error = result.error
    return {
        "status": result.status,
        "ended": datetime.now(UTC).isoformat(timespec="microseconds"),
        "duration": round(result.duration, 6),
        "outputs": {name: _shown(value) for name, value in result.outputs.items()},
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
        "calls": dict(result.calls),
    }


def _shown(value: Any) -> Any:
    try:
        size = len(encode_json(value))
    except CodecError:
        return f"<{type(value).__name__}>"
    return value if size <= LARGEST_OUTPUT else f"<{type(value).__name__}: {size:,} bytes of JSON>"


def _error(error: RunError) -> dict[str, Any]:
    return {
        "name": error.name,
        "message": error.message,
        "step": error.step,
        "items": list(error.items),
        "traceback": error.traceback,
    }
