"""Runs the items of a map whose body is one call, without asking the loop of the run for each.

Threads take one item after the other from a common supply. A map begins with one such runner; as soon as an item takes
longer than a moment there are as many as its limit and the threads allow. Where items take no time at all, more than
one would only get into each other's way. Items for processes are handed over in batches that take a moment each.
"""

from __future__ import annotations

import os
import time
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from operator import length_hint
from typing import Any

from specc.ir.ops import CallTask, CommandTask, Map, ScriptTask
from specc_runtime import capture, fan
from specc_runtime.expressions import SKIPPED, Skipped
from specc_targets.local.attempts import Attempt, attempt, failure_of, keep_for_later, kept_result, received
from specc_targets.local.events import ItemStarted
from specc_targets.local.execution import Item, Outcome, Queue
from specc_targets.local.failures import StepFailure
from specc_targets.local.halt import Halted
from specc_targets.local.kernel import Future
from specc_targets.local.processes.load import Load
from specc_targets.local.runners import Fault, Pending, Runner, Supply, step_in
from specc_targets.local.running import Here, Running
from specc_targets.local.scope import Scope
from specc_targets.local.sites import ItemArguments
from specc_targets.local.values import load

SLICE = 0.01
"""Seconds after which a runner lets others have its thread."""
TELLING = 0.5
"""Seconds after which it is told that an item is under way."""
SLOW = 0.001
"""Seconds. An item that takes longer leaves time for others."""
BRISK = 0.0001
"""Seconds. Items that take less gain nothing from a second thread."""
PER_BATCH = 0.03
"""Seconds of work that are handed to a process at a time."""
MOST_PER_BATCH = 512
_FIRST_TICK, _LAST_TICK = 0.001, 0.02
_BUSY = 0.7
"""Of its time that a computing item has the processor; more processes than processors then gain nothing."""
_PATIENCE = 0.05
"""Seconds for each process, after which items that wait get more of them."""
_BEGINNING = 0.25
"""The same for programs and scripts, which are busy with their own start at first."""
_BUSY_PROGRAM = 0.2
"""What `_BUSY` is for programs that have ended: others may have had their processors meanwhile."""
_LOOKS = 2
"""How often one after the other they are found to wait before there are more: some may just be beginning or ending."""
_IDLE = 0.4
"""Of a processor that each of them has use for: with less than that on average, they wait."""
_MOST_RETRYING = 1000
"""Items that may wait for their retries beside those under way; bounds what a map of failures keeps in memory."""


class Items:
    """The items of one map in one run."""

    def __init__(self, run: Running, op: Map, here: Here, supply: Supply) -> None:
        call = op.body.ops[0]
        assert isinstance(call, CallTask)
        self._run, self._map, self._supply = run, op, supply
        self._site = run.site(call, step_in(here.path_of(op), call))
        self._items, self._prefix, self._path = here.items, here.address_of(op), here.path_of(op)
        frame = here.frame

        def scope(names: Mapping[str, Any]) -> Scope:
            return run.scope_with(frame, names)

        self._scope_with = scope
        self._arguments = ItemArguments(call, op.body.binds, scope)
        self._recoverable = call.retry is not None or bool(call.catches)
        self._indices: Iterator[int] = iter(supply.indices)
        leases = [len(things) for _, things in call.slots]
        self._queue = self._queue_for(op)
        most = op.max_parallel if self._queue is None or self._site.call.at_once is None else None
        limits = (most or run.workers.limit, run.workers.limit, len(supply.indices), *leases)
        self._limit = max(1, min(limits))
        self._in_batches = self._site.where == "process"
        others = isinstance(call, CommandTask | ScriptTask)  # which use more than their thread does
        self._plain = self._site.where == "thread" and not others and (run.cache is None or call.cache is None)
        self._wanted = 1
        if self._in_batches:
            self._wanted = self._limit if run.remote else min(self._limit, os.cpu_count() or 1)
        self._load: Load | None = None
        self._ended = self._idle = 0
        if self._in_batches and not run.remote and others:
            if op.max_parallel is not None or run.workers.asked:
                self._wanted = self._limit
            elif self._wanted < self._limit:
                self._load = Load()
        self._active = self._retrying = 0
        self._runners: set[Runner] = set()
        self._past = Runner()
        self._stopped = False
        self._error: BaseException | None = None
        self._news: Future[None] | None = None
        self._began = self._looked = time.perf_counter()

    @property
    def done(self) -> int:
        """Items that have a result."""
        return self._past.done + sum(runner.done for runner in self._runners)

    def stop(self) -> None:
        """Begin no more items."""
        self._stopped = True
        queue, self._queue = self._queue, None
        if queue is not None:
            queue.withdraw(self._site.call.step, self._items)

    def _queue_for(self, op: Map) -> Queue | None:
        """What takes items long before they begin, and sees to `max_parallel`, but where one is to follow another."""
        executor = self._run.executor() if self._run.remote and self._site.where == "process" else None
        if not isinstance(executor, Queue):
            return None
        if op.max_parallel is not None and op.max_parallel > 1:
            self._site.call = replace(self._site.call, at_once=op.max_parallel)
        return executor

    async def work(self) -> None:
        """Return when no item is left, or those under way have ended after `stop`. Raises `JournalError`."""
        workers, offer, tick = self._run.workers, self._offer, _FIRST_TICK
        workers.when_free(offer)
        self._start(1)
        try:
            while self._active or self._retrying:
                self._news = Future(self._run.kernel)
                self._run.kernel.timer(tick, self._news)
                await self._news
                tick = min(2 * tick, _LAST_TICK)
                self._adjust()
                self._supply.on_tick()
        finally:
            workers.forget(offer)
            self._run.calls[self._site.call.step] += self._past.calls
        if self._error is not None:
            raise self._error

    def _offer(self) -> None:
        """Start as many runners as there is work and room for."""
        self._start(min(self._wanted - self._active, self._run.workers.free))

    def _start(self, count: int) -> None:
        if not self._stopped:
            for _ in range(min(count, length_hint(self._indices))):
                self._active += 1
                self._run.kernel.spawn(self._runner())

    def _adjust(self) -> None:
        """Want more runners when items take their time."""
        now = time.perf_counter()
        if self._wanted < self._limit:
            if not self._in_batches:
                if any(now - runner.begun > SLOW for runner in self._runners):
                    self._wanted = self._limit
            elif self._run.executor().starting:
                self._began += now - self._looked  # what waits now waits for an import, not for a runner
                if self._load is not None:
                    self._load.looked = now
            elif self._load is not None:
                if now - self._load.looked > _BEGINNING * self._wanted:
                    self._idle = 0 if self._loaded(self._load) else self._idle + 1
                    if self._idle >= _LOOKS:
                        self._idle, self._wanted = 0, min(self._limit, 2 * self._wanted)
            elif now - self._began > _PATIENCE * self._wanted and not self._computing():
                self._wanted = min(self._limit, 2 * self._wanted)
        self._looked = now
        for runner in self._runners:
            if runner.index != runner.told and now - runner.begun > TELLING:
                runner.told = runner.index
                self._run.emit(ItemStarted, self._path, (*self._items, runner.index), now - runner.begun)
        self._offer()

    def _loaded(self, load: Load) -> bool:
        """Whether the programs under way have use for processors; where some have ended meanwhile, as those had."""
        used, before, self._ended = load.since(), self._ended, self.done
        if self._ended > before or used is None:
            return self._computing(_BUSY_PROGRAM)
        return used > _IDLE * self._active

    def _computing(self, share: float = _BUSY) -> bool:
        """Whether the calls so far kept their processors busy."""
        known = (self._past, *self._runners)
        seconds = sum(runner.seconds for runner in known)
        return seconds > 0 and sum(runner.cpu for runner in known) > share * seconds

    async def _runner(self) -> None:
        """Have a thread work on items, then see to those that failed."""
        runner = Runner()
        self._runners.add(runner)
        await self._noting(self._turn(runner))
        self._settle(runner)
        self._active -= 1
        self._go_on()

    async def _turn(self, runner: Runner) -> None:
        failed = await self._run.workers.submit(lambda: self._work(runner))
        self._settle(runner)
        if len(self._runners) > 0 and runner.seconds < BRISK * runner.done:
            self._wanted = self._active - 1
        for fault in failed:
            if self._recoverable and self._map.max_parallel is None and self._retrying < _MOST_RETRYING:
                self._retrying += 1
                self._run.kernel.spawn(self._apart(fault))
            else:
                await self._recover(fault)  # it is still one of the items under way

    async def _apart(self, fault: Fault) -> None:
        """See to an item that failed, while others have its place."""
        await self._noting(self._recover(fault))
        self._retrying -= 1
        self._go_on()

    async def _noting(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work; begin no more items after something that ends the map."""
        try:
            await work
        except Halted:
            self._stopped = True
        except GeneratorExit:  # the loop has ended
            raise
        except BaseException as error:  # the journal cannot be written, or a bug of ours: ends the run
            self._error, self._stopped = error, True

    def _go_on(self) -> None:
        if self._active:
            self._offer()
            return
        self._start(1)
        if not self._active and not self._retrying and self._news is not None:
            self._news.set(None)

    def _settle(self, runner: Runner) -> None:
        if runner in self._runners:
            self._runners.remove(runner)
            self._past.add(runner)

    async def _recover(self, fault: Fault) -> None:
        """Retry an item, or handle its error."""
        failure = fault.failure
        if self._recoverable and not fault.final:
            try:
                kept = await self._supply.again(fault.index, failure)
            except StepFailure as last:
                failure = last
            else:
                self._supply.on_result(fault.index, None if kept is SKIPPED else kept)
                self._past.done += 1
                return
        self._supply.on_failure(fault.index, failure, fault.started)

    def _work(self, runner: Runner) -> list[Fault]:
        """In a thread: work on items until there are none, one has failed, or it is time for others."""
        if self._in_batches:
            return self._batches(runner)
        runner.begun = taken = time.perf_counter()
        for index in self._indices:
            if self._stopped or self._run.closed:
                break
            runner.index = index
            try:
                done = self._plain_call(index, runner) if self._plain else self._call(index)
            except BaseException as error:  # `sys.exit` in a function is its failure, too
                runner.calls += 1
                began = time.time() - (time.perf_counter() - runner.begun)
                return [Fault(index, self._failure(error, index), began)]
            fault = self._finish(runner, index, done)
            if fault is not None:
                return [fault]
            now = runner.begun = time.perf_counter()
            if now - taken > SLICE:
                if self._run.workers.waiting or (len(self._runners) > 1 and runner.seconds < BRISK * runner.done):
                    break
                taken = now
        return []

    def _plain_call(self, index: int, runner: Runner) -> Attempt:
        """What `_call` does, for calls that need no more than a thread: most of what a large map costs is here."""
        site = self._site
        place = (site.call.step, (*self._items, index))
        capture.place.set(place)
        arguments = self._arguments.of(self._supply.bindings[index])
        function = site.function or site.load()
        started = time.time()
        slow = runner.seconds >= BRISK * runner.done
        cpu = time.thread_time() if slow else 0.0
        clock = time.perf_counter()
        try:
            kept = kept_result(function(arguments), site)
        finally:
            capture.leave()
        seconds = time.perf_counter() - clock
        return Attempt(kept, started, seconds, time.thread_time() - cpu if slow else seconds)

    def _call(self, index: int) -> Attempt:
        binding = self._supply.bindings[index]
        try:
            arguments = self._arguments.of(binding)
        except Skipped:
            return Attempt(None, time.time(), cached=True, skipped=True)
        return attempt(self._run, self._site, arguments, lambda: self._scope_with(binding), (*self._items, index))

    def _finish(self, runner: Runner, index: int, done: Attempt) -> Fault | None:
        """Record a result and hand it over, unless it is not as many items as the call was given."""
        run, sizes = self._run, self._supply.sizes
        if sizes is not None and not done.skipped:
            try:
                fan.check_batch(load(done.kept), sizes[index], self._site.call.step)
            except Exception as error:
                runner.calls += not done.cached
                inner = self._supply.inner(index)
                return Fault(index, run.failure(error, self._map, inner), done.started, final=True)
        keep_for_later(done)
        if run.journal is not None:
            run.journal.item(self._prefix, index, done.kept, done.started, done.seconds, done.cpu)
        self._supply.on_result(index, done.kept)
        runner.done += 1
        if not done.cached:
            runner.calls += 1
            runner.seconds += done.seconds
            runner.cpu += done.cpu
        return None

    def _batches(self, runner: Runner) -> list[Fault]:
        """In a thread: hand items to a process, a moment's work at a time."""
        while not self._stopped and not self._run.closed:
            failed: list[Fault] = []
            batch: list[Pending] = []
            for index in islice(self._indices, self._batch_size(runner)):
                self._prepare(runner, index, batch, failed)
            if batch:
                runner.begun = time.perf_counter()
                runner.index = batch[0].index if len(batch) == 1 else runner.told
                self._hand_over(runner, batch, failed)
            if failed or not batch:
                return failed
            if self._run.workers.waiting:
                break
        return []

    def _batch_size(self, runner: Runner) -> int:
        """As many as fill a moment, and not so many that others run out of work."""
        if not runner.done:
            return 1
        moment = int(PER_BATCH * runner.done / max(runner.seconds, 1e-9))
        share = length_hint(self._indices) // (2 * max(1, self._wanted))
        return max(1, min(moment, share, MOST_PER_BATCH))

    def _prepare(self, runner: Runner, index: int, batch: list[Pending], failed: list[Fault]) -> None:
        """Add an item to a batch, unless its result is known or its arguments have no value."""
        binding = self._supply.bindings[index]
        try:
            arguments = self._arguments.of(binding)
            reuse = self._run.reuse(self._site, arguments, lambda: self._scope_with(binding))
        except Skipped:
            self._finish(runner, index, Attempt(None, time.time(), cached=True, skipped=True))
        except Exception as error:
            failed.append(Fault(index, self._failure(error, index), time.time()))
        else:
            if reuse is None or reuse.found is None:
                batch.append(Pending(index, arguments, reuse))
                return
            fault = self._finish(runner, index, Attempt(reuse.found[0], time.time(), cached=True))
            failed.extend(() if fault is None else (fault,))

    def _hand_over(self, runner: Runner, batch: list[Pending], failed: list[Fault]) -> None:
        def report(position: int, outcome: Outcome) -> None:
            item = batch[position]
            try:
                done = replace(received(outcome), reuse=item.reuse)
            except Exception as error:
                if self._run.closed:
                    raise Halted from None  # it was stopped, which is not its failure
                runner.calls += 1
                failed.append(Fault(item.index, self._failure(error, item.index), outcome.started or time.time()))
            else:
                fault = self._finish(runner, item.index, done)
                failed.extend(() if fault is None else (fault,))
            if (self._stopped or self._run.closed) and position + 1 < len(batch):
                raise Halted

        items: list[Item] = [((*self._items, item.index), item.arguments) for item in batch]
        self._run.executor().run(self._site.call, items, report)

    def _failure(self, error: BaseException, index: int) -> StepFailure:
        return failure_of(self._run, error, self._site, self._supply.inner(index))
