"""Runs one operation: whether at all, how often, and what happens when it fails."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from specc.ir.ops import TASKS, Approve, Group, Loop, Map, Op, Recoverable, SubPipeline, Wait
from specc.ir.policies import Catch
from specc.ir.walk import body_of
from specc_runtime.errors import matches
from specc_runtime.expressions import SKIPPED, ExpressionError, Skipped
from specc_runtime.retrying import delay_after
from specc_targets.local.approvals import run_approve
from specc_targets.local.calls import pause, run_call, run_wait
from specc_targets.local.events import Retrying, StepFailed, StepFinished, StepRecovered, StepSkipped, StepStarted
from specc_targets.local.failures import RunError, StepFailure
from specc_targets.local.maps import run_loop, run_map
from specc_targets.local.running import Here, Running
from specc_targets.local.scope import Frame
from specc_targets.local.sub_pipelines import run_sub_pipeline
from specc_targets.local.values import whole


async def run_op(run: Running, op: Op, here: Here) -> Any:
    """The result of an operation, kept; `SKIPPED` when it is skipped. Raises `StepFailure` and `Halted`."""
    here.halt.check()
    path, started = here.path_of(op), time.monotonic()
    quiet = path is here.path  # what wraps it is the same step to the user, and tells
    because = next((name for name in run.needs(op) if here.frame.step(name) is SKIPPED), None)
    try:
        if because is not None or not _wanted(run, op, here):
            if not quiet:
                run.emit(StepSkipped, path, here.items, because)
            return SKIPPED
        known = run.recovered.step(here.address_of(op)) if run.recovered is not None else None
        if not quiet and (known is not None or not isinstance(op, Map)):  # a map says itself how many items it has
            run.emit(StepStarted, path, here.items)
        result = known[0] if known is not None else await _result(run, op, here)
    except StepFailure as failure:
        if not quiet:
            run.emit(StepFailed, path, here.items, failure.error)
        raise
    if quiet:
        return result
    if result is SKIPPED:
        run.emit(StepSkipped, path, here.items)
    else:
        cached = known is not None or (bool(run.reused) and here.address_of(op) in run.reused)
        run.emit(StepFinished, path, here.items, time.monotonic() - started, cached)
    return result


async def _result(run: Running, op: Op, here: Here) -> Any:
    if isinstance(op, Recoverable):
        return await guarded(run, op, here)
    return await EXECUTE[type(op)](run, op, here)


def _wanted(run: Running, op: Op, here: Here) -> bool:
    if op.when is None:
        return True
    try:
        value = run.evaluate(op.when, here)
        if not isinstance(value, bool):
            raise ExpressionError("`when` must be true or false")
    except Skipped:
        return False
    except Exception as error:
        raise run.failure(error, op, here, "when", outside=True) from None
    return value


async def run_group(run: Running, op: Op, here: Here) -> Any:
    """Run the region of a group; its yield, kept."""
    assert isinstance(op, Group)
    declared, address = run.declared(op, here), here.address_of(op)
    inner = Here(op.body, Frame(here.frame), here.halt, here.path_of(op), here.items, declared, address)
    await run.region(run, op.body, inner)
    return run.yielded(op, op.body, inner)


async def guarded(run: Running, op: Recoverable, here: Here, first: StepFailure | None = None) -> Any:
    """Attempt, retry, catch. `first` is the failure of the first attempt, where that was made elsewhere."""
    attempt, path, started = 0, here.path_of(op), time.time()
    caught = first
    while True:
        if caught is None:
            try:
                return await EXECUTE[type(op)](run, op, here)
            except StepFailure as failure:
                caught = failure
        retry = op.retry
        if retry is not None and attempt < retry.max and matches(caught.names, retry.on):
            delay = delay_after(retry.delay, retry.backoff, retry.max_delay, retry.jitter, attempt)
            attempt += 1
            run.emit(Retrying, path, here.items, attempt, delay, caught.error)
            await pause(run, delay, here)
            if body_of(op) is not None or isinstance(op, SubPipeline):
                run.forget(here.address_of(op))  # another attempt is another one from its first step on
            caught = None
            continue
        catch = next((item for item in op.catches if matches(caught.names, item.errors)), None)
        if catch is None:
            raise caught
        result = await _handle(run, op, here, catch, caught.error)
        recorded = whole(result)
        if run.journal is not None and recorded is not SKIPPED:
            run.journal.step(here.address_of(op), recorded, started, time.time() - started)
        run.emit(StepRecovered, path, here.items, caught.error)
        return result


async def _handle(run: Running, op: Op, here: Here, catch: Catch, error: RunError) -> Any:
    """What a catch gives instead of a result."""
    frame = here.frame.bind(error={"name": error.name, "message": error.message})
    inner = replace(here, frame=frame, address=f"{here.address_of(op)}!", owner="")
    if catch.run is not None:
        run.because(inner.address, f"{error.name}: {error.message}")
    if catch.run is not None:
        handler = next(item for item in here.region.handlers if item.name == catch.run)
        return await run_op(run, handler, inner)
    assert catch.use is not None
    try:
        return run.keep(run.evaluate(catch.use, inner), "/".join(here.path_of(op)))
    except Skipped:
        return SKIPPED
    except Exception as fault:
        raise run.failure(fault, op, inner, "use", outside=True) from None


Execute = Callable[[Running, Op, Here], Awaitable[Any]]
EXECUTE: Mapping[type[Op], Execute] = {
    **dict.fromkeys(TASKS, run_call),
    Wait: run_wait,
    Approve: run_approve,
    Group: run_group,
    SubPipeline: run_sub_pipeline,
    Map: run_map,
    Loop: run_loop,
}
"""What runs each operation."""
