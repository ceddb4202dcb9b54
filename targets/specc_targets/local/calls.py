"""Runs calls and pauses."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from specc.ir.ops import CallTask, Op, Wait
from specc_runtime import durations
from specc_runtime.expressions import SKIPPED, Skipped
from specc_targets.local.attempts import Attempt, attempt, failure_of, keep_for_later
from specc_targets.local.halt import Halted
from specc_targets.local.kernel import Interrupted
from specc_targets.local.running import Here, Running
from specc_targets.local.values import load


async def run_call(run: Running, op: Op, here: Here) -> Any:
    """Call the function of `op`: in a thread, in a process, or here and now; the result, kept."""
    assert isinstance(op, CallTask)
    site = run.site(op, "/".join(here.path_of(op)))
    address, scope = here.address_of(op), run.scope(here)

    def job() -> Attempt | BaseException | None:
        try:
            arguments: Any = op.arguments.evaluate(scope)
            done = attempt(run, site, arguments, lambda: scope, here.items)
        except Skipped:
            return None
        except (Interrupted, Halted):  # an inline call that a second request ends; one that was not to begin
            raise
        except BaseException as error:  # `sys.exit` in a function is its failure, too
            return error
        if here.size is None or _fits(done.kept, here.size):
            keep_for_later(done)
        if run.journal is not None:
            run.journal.step(address, done.kept, done.started, done.seconds, done.cpu, done.memory)
        return done

    done = await (run.workers.inline(job) if site.where == "inline" else run.workers.submit(job))
    if done is None:
        return SKIPPED
    if isinstance(done, BaseException):
        run.calls[site.call.step] += 1
        raise failure_of(run, done, site, here) from None
    if done.cached:
        run.reused.add(address)
    else:
        run.calls[site.call.step] += 1
    return done.kept


def _fits(kept: Any, size: int) -> bool:
    """Whether a result is a list of as many items as the call was given; if not, the map will say so."""
    value = load(kept)
    return isinstance(value, list) and len(value) == size


async def run_wait(run: Running, op: Op, here: Here) -> Any:
    """Pause."""
    assert isinstance(op, Wait)
    started = time.time()
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
    if run.journal is not None:
        run.journal.step(here.address_of(op), None, started, time.time() - started)
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
