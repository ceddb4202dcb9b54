"""Runs calls and pauses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from specc.ir.ops import CallTask, Op, Wait
from specc_runtime import durations
from specc_runtime.codecs import Encoded
from specc_runtime.errors import LOST, TIMEOUT, CodecError, names_of
from specc_runtime.expressions import SKIPPED, Skipped
from specc_runtime.functions import call, load_function
from specc_targets.local.processes import Lost, TimedOut
from specc_targets.local.running import Here, Running


async def run_call(run: Running, op: Op, here: Here) -> Any:
    """Call the function of `op` in a thread, or in a process when it has a time limit; the result, kept."""
    assert isinstance(op, CallTask)
    limits = [limit for limit in (op.timeout, op.compute.timeout) if limit is not None]
    if limits:
        return await _run_in_process(run, op, here, min(limits))
    scope, step = run.scope(here), "/".join(here.path_of(op))

    def job() -> Any:
        try:
            arguments: Any = op.arguments.evaluate(scope)
        except Skipped:
            return SKIPPED
        return run.keep(call(load_function(str(op.function)), arguments), step, op.codec)

    try:
        return await run.workers.submit(job)
    except BaseException as error:  # `sys.exit` in a function is its failure, too
        raise run.failure(error, op, here, "arguments", "duration", "instant") from None


async def _run_in_process(run: Running, op: CallTask, here: Here, limit: float) -> Any:
    scope, step = run.scope(here), "/".join(here.path_of(op))

    def job() -> Any:
        try:
            arguments: Any = op.arguments.evaluate(scope)
        except Skipped:
            return ("skipped",)
        return run.processes.call(str(op.function), arguments, op.codec, limit)

    try:
        answer = await run.workers.submit(job)
    except TimedOut:
        message = f"step `{step}` took longer than {limit:g} seconds"
        raise run.failed(names_of(TIMEOUT), message, "", op, here) from None
    except Lost as lost:
        raise run.failed((LOST,), f"the process of step `{step}` {_ended(lost.args[0])}", "", op, here) from None
    except Exception as error:
        raise run.failure(error, op, here, "arguments", "duration", "instant") from None
    if answer[0] == "done":
        return Encoded(answer[1], answer[2])
    if answer[0] == "skipped":
        return SKIPPED
    if answer[0] == "unfit":
        raise run.failure(CodecError(f"the result of step `{step}` {answer[1]}"), op, here)
    raise run.failed(answer[1], answer[2], answer[3], op, here)


def _ended(code: int | None) -> str:
    if code is not None and code < 0:
        import signal

        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code} before the step had a result"


async def run_wait(run: Running, op: Op, here: Here) -> Any:
    """Pause."""
    assert isinstance(op, Wait)
    try:
        if op.duration is not None:
            seconds = durations.seconds(run.evaluate(op.duration, here))
        else:
            assert op.until is not None
            seconds = durations.until(run.evaluate(op.until, here), datetime.now(UTC))
    except Skipped:
        return SKIPPED
    except Exception as error:
        raise run.failure(error, op, here, "arguments", "duration", "instant") from None
    await pause(run, seconds, here)
    return None


async def pause(run: Running, seconds: float, here: Here) -> None:
    """Wait; raises `Halted` as soon as this part of the run is stopped."""
    here.halt.check()
    timer = run.kernel.timer(seconds)

    def wake() -> None:
        timer.set(None)

    here.halt.add(wake)
    try:
        await timer
    finally:
        here.halt.remove(wake)
    here.halt.check()
