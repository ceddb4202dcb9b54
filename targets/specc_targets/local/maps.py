"""Runs maps and loops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specc.ir.ops import Loop, Map, Op
from specc_runtime import fan
from specc_runtime.errors import LoopExhausted
from specc_runtime.expressions import SKIPPED, ExpressionError, Skipped
from specc_targets.local.events import ItemFinished, StepFailed, StepStarted
from specc_targets.local.failures import StepFailure
from specc_targets.local.halt import Halt, Halted
from specc_targets.local.running import Here, Running, Tolerated
from specc_targets.local.scope import Frame
from specc_targets.local.values import Results, keep, load

AT_ONCE = 1000
"""Iterations under way at the same time where the spec sets no limit; bounds what a large map keeps in memory."""


async def run_map(run: Running, op: Op, here: Here) -> Any:
    """Run the body once per item; the list of its yields in input order, kept."""
    assert isinstance(op, Map)
    try:
        sources = {name: run.evaluate(template, here) for name, template in op.sources}
        bindings = fan.fan_out(sources, op.batch)
    except Skipped:
        return SKIPPED
    except Exception as error:
        raise run.failure(error, op, here, "source") from None
    total = len(next(iter(sources.values()), []))  # type: ignore[arg-type]  # `fan_out` has made sure that these are lists
    return await _Map(run, op, here, bindings, list(fan.batch_sizes(total, op.batch))).run()


class _Map:
    def __init__(self, run: Running, op: Map, here: Here, bindings: Any, sizes: list[int]) -> None:
        self._run, self._op, self._here, self._bindings, self._sizes = run, op, here, bindings, sizes
        self._halt = Halt(here.halt)
        self._path = here.path_of(op)
        self._indices = iter(range(len(sizes)))
        self._results: list[Any] = [None] * len(sizes)
        self._failures: dict[int, StepFailure] = {}
        self._done = self._failed = 0

    async def run(self) -> Any:
        run, count = self._run, len(self._sizes)
        run.emit(StepStarted, self._path, self._here.items, count)
        at_once = min(count, self._op.max_parallel or AT_ONCE)
        if at_once == 1:
            await self._work()
        else:
            for task in [run.kernel.spawn(self._work()) for _ in range(at_once)]:
                await task
        self._halt.close()
        self._judge()
        self._here.halt.check()
        return Results(self._flat() if self._op.batch is not None else self._results)

    async def _work(self) -> None:
        """Take one index after the other until there are none left."""
        for index in self._indices:
            try:
                self._halt.check()
                self._results[index] = await self._item(index)
            except Halted:
                return
            except StepFailure as failure:
                self._fail(index, failure)
            self._done += 1
            self._run.emit(
                ItemFinished, self._path, self._here.items, index, self._done, len(self._sizes), len(self._failures)
            )

    async def _item(self, index: int) -> Any:
        run, op, here = self._run, self._op, self._here
        body = op.body
        frame = Frame(here.frame)
        inner = Here(body, frame, self._halt, self._path, (*here.items, index), here.declared)
        try:
            step = "/".join(self._path)
            frame.names = {name: run.keep(value, step) for name, value in self._bindings[index].items()}
        except Exception as error:
            raise run.failure(error, op, inner) from None
        await run.region(run, body, inner)
        result = run.yielded(op, body, inner)
        if result is SKIPPED:
            result = None
        return result if op.batch is None else self._checked(result, index, inner)

    def _checked(self, result: Any, index: int, inner: Here) -> list[Any]:
        values = load(result)
        try:
            fan.check_batch(values, self._sizes[index], "/".join(self._path))
        except Exception as error:
            raise self._run.failure(error, self._op, inner) from None
        return [keep(value) for value in values]

    def _fail(self, index: int, failure: StepFailure) -> None:
        self._failures[index] = failure
        self._failed += self._sizes[index]
        self._run.emit(StepFailed, self._path, (*self._here.items, index), failure.error)
        if self._exceeded():
            self._halt.request()

    def _exceeded(self) -> bool:
        tolerance = self._op.tolerance
        if tolerance is None:
            return bool(self._failures)
        return fan.too_many(self._failed, sum(self._sizes), tolerance.unit, tolerance.amount)

    def _judge(self) -> None:
        """Raise when more items failed than are tolerated; report those that are."""
        if not self._failures:
            return
        tolerance = self._op.tolerance
        if tolerance is None:
            raise next(iter(self._failures.values()))
        if self._exceeded():
            first = self._failures[min(self._failures)]
            text = f"{first.error.name}: {first.error.message}"
            step = "/".join(self._path)
            error = fan.exceeded(sum(self._sizes), tolerance.unit, tolerance.amount, step, text)
            failure = self._run.failure(error, self._op, self._here)
            failure.error = replace(failure.error, traceback=first.error.traceback)
            raise failure
        errors = {index: self._failures[index].error for index in sorted(self._failures)}
        step, items = "/".join(self._path), self._here.items
        self._run.tolerated.append(Tolerated(step, items, sum(self._sizes), errors, self._op.origin))

    def _flat(self) -> list[Any]:
        found: list[Any] = []
        for result, size in zip(self._results, self._sizes, strict=True):
            found += [None] * size if result is None else result
        return found


async def run_loop(run: Running, op: Op, here: Here) -> Any:
    """Repeat the body until its test is true; its last yield, kept."""
    assert isinstance(op, Loop)
    path = here.path_of(op)
    try:
        last = run.keep(run.evaluate(op.start, here), "/".join(path))
    except Skipped:
        return SKIPPED
    except Exception as error:
        raise run.failure(error, op, here, "start") from None
    declared = run.declared(op, here)
    for _ in range(op.max):
        here.halt.check()
        frame = Frame(here.frame, {"last": last})
        inner = Here(op.body, frame, here.halt, path, here.items, declared)
        await run.region(run, op.body, inner)
        last = run.yielded(op, op.body, inner)
        if last is SKIPPED:
            return SKIPPED
        frame.names = {"last": last}
        if op.until is not None and _is_true(run, op, inner):
            return last
    if op.on_max == "stop":
        return last
    message = f"`{'/'.join(path)}` did not end within {op.max} iterations"
    raise run.failure(LoopExhausted(message), op, here)


def _is_true(run: Running, op: Loop, inner: Here) -> bool:
    assert op.until is not None
    try:
        value = run.evaluate(op.until, inner)
        if not isinstance(value, bool):
            raise ExpressionError("`until` must be true or false")
    except Exception as error:
        raise run.failure(error, op, inner, "until") from None
    return value
