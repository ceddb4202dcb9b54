"""One attempt at a call: reused from the cache, done in this thread, or handed to whoever runs calls elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from specc_runtime import capture
from specc_runtime.codecs import Encoded
from specc_runtime.codecs.json_codec import decode_json
from specc_runtime.errors import LOST, TIMEOUT, CodecError, class_names, message_of, names_of
from specc_runtime.expressions import ExpressionError
from specc_runtime.programs import usage
from specc_runtime.tracebacks import format_error
from specc_targets.local.execution import Outcome
from specc_targets.local.failures import StepFailure
from specc_targets.local.reuse import Reuse
from specc_targets.local.running import Here, Running
from specc_targets.local.scope import Scope
from specc_targets.local.sites import Site
from specc_targets.local.values import keep

_SMALL = 64
"""Bytes of JSON up to which a value is kept as it is when that is a plain one."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that gave a result."""

    kept: Any
    started: float
    """Seconds since the epoch."""
    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    """Bytes; 0 where unknown."""
    cached: bool = False
    """Whether nothing was called."""
    reuse: Reuse | None = None
    """Where the result is to be kept for later runs, once it is known to be sound."""
    skipped: bool = False
    """Whether there is no result because a step that it needs was skipped."""


class Failed(Exception):  # noqa: N818  # it carries an outcome
    """A call elsewhere that gave no result."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.message)
        self.outcome = outcome


def attempt(
    run: Running, site: Site, arguments: dict[str, Any], scope: Callable[[], Scope], items: tuple[int, ...]
) -> Attempt:
    """Make one call from a worker thread, wherever it is to run. Raises what it raises, or `Failed`."""
    reuse = run.reuse(site, arguments, scope)
    if reuse is not None and reuse.found is not None:
        return Attempt(reuse.found[0], time.time(), cached=True)
    done = _elsewhere(run, site, arguments, items) if site.where == "process" else _here(site, arguments, items)
    return done if reuse is None else replace(done, reuse=reuse)


def keep_for_later(done: Attempt) -> None:
    """Keep a result that is sound for later runs, where its step allows that."""
    if done.reuse is not None:
        done.reuse.put(done.kept, done.seconds)


def _here(site: Site, arguments: dict[str, Any], items: tuple[int, ...]) -> Attempt:
    capture.place.set((site.call.step, items))
    usage.taken()
    started, clock, cpu = time.time(), time.perf_counter(), time.thread_time()
    try:
        kept = kept_result(site.load()(arguments), site)
    finally:
        capture.leave()
    seconds, own = time.perf_counter() - clock, time.thread_time() - cpu
    others, memory = usage.taken()
    return Attempt(kept, started, seconds, own + others, memory)


def kept_result(value: Any, site: Site) -> Any:
    """A result in the form it is kept. Raises `CodecError` that names the step."""
    try:
        return keep(value, site.call.codec)
    except CodecError as error:
        raise CodecError(f"the result of step `{site.call.step}` {error}") from error.__cause__


def _elsewhere(run: Running, site: Site, arguments: dict[str, Any], items: tuple[int, ...]) -> Attempt:
    outcomes: list[Outcome] = []
    run.executor().run(site.call, [(items, arguments)], lambda _, outcome: outcomes.append(outcome))
    return received(outcomes[0])


def received(outcome: Outcome) -> Attempt:
    """The attempt that an outcome stands for. Raises `Failed`."""
    if outcome.kind != "done":
        raise Failed(outcome)
    kept: Any = Encoded(outcome.codec, outcome.data)
    if outcome.codec == "json" and len(outcome.data) <= _SMALL and outcome.data[:1] not in b"[{":
        kept = decode_json(outcome.data)
    return Attempt(kept, outcome.started, outcome.seconds, outcome.cpu, outcome.memory)


def _traceback(error: BaseException) -> str:
    try:
        return format_error(error)
    except BaseException:  # a user's class may do anything, also while it is printed
        return ""


def failure_of(run: Running, error: BaseException, site: Site, here: Here) -> StepFailure:
    """The failure of a call that an exception of `attempt` is."""
    op, step = site.op, site.call.step
    kind = type(error)  # `isinstance` would ask for `__class__`, which may be a user's property
    if not issubclass(kind, Failed):
        if issubclass(kind, ExpressionError):
            return run.failure(error, op, here, "arguments", "key")
        return run.failed(class_names(error), message_of(error), _traceback(error), op, here)
    outcome: Outcome = error.outcome  # type: ignore[attr-defined]  # it is a `Failed`
    match outcome.kind:
        case "timeout":
            return run.failed(names_of(TIMEOUT), outcome.message, "", op, here)
        case "lost":
            return run.failed((LOST,), outcome.message, "", op, here)
        case "unfit":
            return run.failed(class_names(CodecError()), f"the result of step `{step}` {outcome.message}", "", op, here)
    return run.failed(outcome.names, outcome.message, outcome.traceback, op, here)
