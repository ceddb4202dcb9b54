"""Runs maps and loops."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from specc.ir.ops import CallTask, Loop, Map, Op
from specc.ir.walk import MATRIX
from specc_runtime import fan
from specc_runtime.cells import name_of
from specc_runtime.errors import LoopExhausted
from specc_runtime.expressions import SKIPPED, ExpressionError, Skipped
from specc_targets.local.events import ItemsFinished, ItemStarted, StepFailed, StepStarted
from specc_targets.local.failures import StepFailure
from specc_targets.local.halt import Halt, Halted
from specc_targets.local.items import Items
from specc_targets.local.runners import Supply, step_in
from specc_targets.local.running import Here, Running, Tolerated
from specc_targets.local.scope import Frame
from specc_targets.local.values import Forgotten, Results, keep, keep_binding, load

AT_ONCE = 1000
"""Iterations under way at the same time where the spec sets no limit; bounds what a large map keeps in memory."""
TOLD_ONE_BY_ONE = 10_000
"""Iterations of a map of which each is told that begins, where it is more than one call."""
TELL_EVERY = 0.05
"""Seconds between two events that say how far a map is."""


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
    sizes = list(fan.batch_sizes(total, op.batch)) if op.batch is not None else None
    return await _Map(run, op, here, bindings, sizes).run()


class _Map:
    def __init__(self, run: Running, op: Map, here: Here, bindings: Sequence[Any], sizes: Sequence[int] | None) -> None:
        self._run, self._op, self._here, self._bindings, self._sizes = run, op, here, bindings, sizes
        self._total = len(bindings)
        self._items = self._total if sizes is None else sum(sizes)
        self._halt = Halt(here.halt)
        ops, yields = op.body.ops, op.body.yields
        self._is_call = (
            len(ops) == 1
            and isinstance(ops[0], CallTask)
            and ops[0].when is None
            and yields is not None
            and yields.raw == f"${{steps.{ops[0].name}}}"
        )
        """Whether the body is one call, and its result the iteration's."""
        self._path, self._address = here.path_of(op), here.address_of(op)
        self._cells = _cells(op, here, bindings)
        asked = op.name in run.asked or run.journal is None
        self._results: list[Any] | None = [None] * self._total if asked else None
        self._failures: dict[int, StepFailure] = {}
        self._started: dict[int, float] = {}
        self._done = self._failed = 0
        self._told, self._last_told = 0.0, 0

    async def run(self) -> Any:
        run = self._run
        place = ("/".join(self._path), self._here.items)
        run.cells.learn(StepStarted("/".join(self._path), self._here.items, self._total, self._cells))
        run.emit(StepStarted, self._path, self._here.items, self._total, self._cells)
        if run.tracker is not None:
            run.tracker.begins(place, self._address, self._bindings, whole=self._is_call)
        run.under_way[self] = lambda: self._tell(self._done, last=True)
        left = self._left()
        if left and self._is_call and self._run.site(self._call, step_in(self._path, self._call)).where != "inline":
            await self._in_threads(left)
        elif left:
            await self._one_by_one(left)
        self._halt.close()
        run.under_way.pop(self, None)
        self._tell(self._done, last=True)
        if run.tracker is not None:
            run.tracker.ends(place)
        self._judge()
        self._here.halt.check()
        if self._results is None:
            return Forgotten(self._total)
        return Results(self._flat() if self._sizes is not None else self._results)

    def _left(self) -> Sequence[int]:
        """The iterations that no earlier part of this run has finished."""
        recovered = self._run.recovered
        if recovered is None:
            return range(self._total)
        known = bytearray(self._total)
        table = recovered.items(self._address)
        for index in table.indices() if table is not None else ():
            if index < self._total:
                known[index] = 1
                if self._results is not None:
                    self._results[index] = table.load(index)
        self._done = sum(known)
        return [index for index in range(self._total) if not known[index] and not self._ended_before(index)]

    def _ended_before(self, index: int) -> bool:
        """Whether an iteration had come to its end on another way: retried, handled, or failed and tolerated."""
        recovered = self._run.recovered
        assert recovered is not None
        own = "" if not self._is_call or self._call.name == self._op.name else f"/{self._call.name}"
        found = recovered.step(f"{self._address}[{index}]{own}") if self._is_call else None
        if found is None:
            return self._failed_before(index)
        self._take(index, found[0])
        self._done += 1
        return True

    def _failed_before(self, index: int) -> bool:
        """Whether an item had failed for good, and that is tolerated: it has had its chance."""
        recovered = self._run.recovered
        assert recovered is not None
        if self._op.tolerance is None or (recovered.ended == "failed" and self._failed_as_a_whole()):
            return False
        found = recovered.failure(f"{self._address}[{index}]")
        if found is None:
            return False
        names, error = found
        self._failures[index] = StepFailure(error, names)
        self._failed += self._size(index)
        self._done += 1
        return True

    def _failed_as_a_whole(self) -> bool:
        """Whether more items had failed than are tolerated; then all of them are tried again."""
        recovered, tolerance = self._run.recovered, self._op.tolerance
        assert recovered is not None
        assert tolerance is not None
        failed = sum(self._size(index) for index in recovered.failed_items(self._address) if index < self._total)
        return fan.too_many(failed, self._items, tolerance.unit, tolerance.amount)

    def _size(self, index: int) -> int:
        return 1 if self._sizes is None else self._sizes[index]

    @property
    def _call(self) -> CallTask:
        """The one call of the body."""
        call = self._op.body.ops[0]
        assert isinstance(call, CallTask)
        return call

    async def _in_threads(self, left: Sequence[int]) -> None:
        """Items whose body is one call: the loop need not see each of them."""
        before = self._done

        def tick() -> None:
            if self._halt.requested:
                items.stop()
            self._done = before + items.done + len(self._failures) - failures_before
            self._tell(self._done)

        failures_before = len(self._failures)
        supply = Supply(
            bindings=self._bindings,
            sizes=self._sizes,
            indices=left,
            inner=self._inner,
            on_result=self._take,
            on_failure=self._fail,
            again=self._again,
            on_tick=tick,
        )
        items = Items(self._run, self._op, self._here, supply)
        self._halt.add(items.stop)
        try:
            await items.work()
        finally:
            self._halt.remove(items.stop)
        tick()

    async def _again(self, index: int, failure: StepFailure) -> Any:
        from specc_targets.local.steps import guarded

        self._halt.check()
        inner = self._inner(index)
        kept = await guarded(self._run, self._call, inner, failure)
        return kept if kept is SKIPPED or self._sizes is None else self._checked(kept, index, inner)

    async def _one_by_one(self, left: Sequence[int]) -> None:
        """Any body: coroutines that take one index after the other."""
        indices = iter(left)
        count = min(len(left), self._op.max_parallel or AT_ONCE)
        if count == 1:
            await self._work(indices)
            return
        for task in [self._run.kernel.spawn(self._work(indices)) for _ in range(count)]:
            await task

    async def _work(self, indices: Any) -> None:
        for index in indices:
            try:
                self._halt.check()
                self._take(index, await self._item(index))
            except Halted:
                return
            except StepFailure as failure:
                self._fail(index, failure)
            self._done += 1
            self._tell(self._done)

    def _inner(self, index: int) -> Here:
        """Where an iteration happens. Raises `StepFailure`."""
        run, here, op = self._run, self._here, self._op
        frame = Frame(here.frame)
        address = f"{self._address}[{index}]"
        size = self._size(index) if self._is_call and self._sizes is not None else None
        items = (*here.items, index)
        inner = Here(op.body, frame, self._halt, self._path, items, here.declared, address, op.name, size)
        try:
            frame.names = {name: keep_binding(value) for name, value in self._bindings[index].items()}
        except Exception as error:
            raise run.failure(error, op, inner) from None
        return inner

    async def _item(self, index: int) -> Any:
        self._started[index] = time.time()
        if self._total <= TOLD_ONE_BY_ONE and not self._is_call:
            self._run.emit(ItemStarted, self._path, (*self._here.items, index))
        inner = self._inner(index)
        await self._run.region(self._run, self._op.body, inner)
        result = self._run.yielded(self._op, self._op.body, inner)
        self._started.pop(index, None)
        if self._run.tracker is not None:
            self._run.tracker.cell_finished(f"{self._address}[{index}]")
        if result is SKIPPED:
            result = None
        return result if self._sizes is None else self._checked(result, index, inner)

    def _checked(self, result: Any, index: int, inner: Here) -> Any:
        try:
            fan.check_batch(load(result), self._size(index), "/".join(self._path))
        except Exception as error:
            raise self._run.failure(error, self._op, inner) from None
        return result

    def _take(self, index: int, kept: Any) -> None:
        """Keep a result where something asks for it. Called in any thread."""
        if self._results is not None:
            self._results[index] = kept

    def _tell(self, done: int, *, last: bool = False) -> None:
        now = time.monotonic()
        if done == self._last_told and not (last and done == 0):
            return
        if last or now - self._told >= TELL_EVERY:
            self._told, self._last_told = now, done
            failed = len(self._failures)
            self._run.emit(ItemsFinished, self._path, self._here.items, done, self._total, failed)

    def _fail(self, index: int, failure: StepFailure, started: float | None = None) -> None:
        run = self._run
        self._failures[index] = failure
        self._failed += self._size(index)
        run.emit(StepFailed, self._path, (*self._here.items, index), failure.error)
        if run.journal is not None:
            now = time.time()
            started = self._started.pop(index, now) if started is None else started
            run.journal.failed(f"{self._address}[{index}]", failure.names, failure.error, started, now - started)
        if self._exceeded():
            self._halt.request()

    def _exceeded(self) -> bool:
        tolerance = self._op.tolerance
        if tolerance is None:
            return bool(self._failures)
        return fan.too_many(self._failed, self._items, tolerance.unit, tolerance.amount)

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
            error = fan.exceeded(self._items, tolerance.unit, tolerance.amount, step, text)
            failure = self._run.failure(error, self._op, self._here)
            failure.error = replace(failure.error, traceback=first.error.traceback)
            raise failure
        errors = {index: self._failures[index].error for index in sorted(self._failures)}
        step, items = "/".join(self._path), self._here.items
        self._run.tolerated.append(Tolerated(step, items, self._items, errors, self._op.origin))

    def _flat(self) -> list[Any]:
        """The results of batches, item by item."""
        assert self._results is not None
        assert self._sizes is not None
        found: list[Any] = []
        for result, size in zip(self._results, self._sizes, strict=True):
            found += [None] * size if result is None else [keep(value) for value in load(result)]
        return found


def _cells(op: Map, here: Here, bindings: Sequence[Any]) -> tuple[str, ...]:
    """The names of the configurations of a matrix, where it has the same ones each time."""
    source = dict(op.sources).get(MATRIX)
    if source is None or (here.items and not source.is_constant):
        return ()
    cells = [binding[MATRIX] for binding in bindings]
    return tuple(name_of(cell) for cell in cells) if all(isinstance(cell, dict) for cell in cells) else ()


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
    for number in range(op.max):
        here.halt.check()
        frame = Frame(here.frame, {"last": last})
        address = f"{here.address_of(op)}{{{number}}}"
        inner = Here(op.body, frame, here.halt, path, here.items, declared, address, op.name)
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
