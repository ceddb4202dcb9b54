"""Runs the operations of a region, each as soon as what it waits for has ended."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from specc.ir.ops import Op
from specc.ir.region import Region
from specc_targets.local.failures import StepFailure
from specc_targets.local.halt import Halt, Halted
from specc_targets.local.kernel import Future
from specc_targets.local.running import Here, Running
from specc_targets.local.steps import run_op


async def run_region(run: Running, region: Region, here: Here) -> None:
    """Run a region; the results are then in `here.frame`.

    After a failure nothing new starts, what is running ends, and the first failure is raised.
    """
    here.halt.check()
    if len(region.ops) == 1:
        op = region.ops[0]
        here.frame.results[op.name] = await run_op(run, op, here)
    elif region.ops:
        await _Region(run, region, here).run()


class _Region:
    def __init__(self, run: Running, region: Region, here: Here) -> None:
        self._run, self._region, self._outer = run, region, here.halt
        self._halt = Halt(here.halt)
        self._here = replace(here, halt=self._halt)
        self._waiting = {name: len(sources) for name, sources in region.predecessors.items()}
        self._successors: dict[str, list[str]] = {name: [] for name in self._waiting}
        for name, sources in region.predecessors.items():
            for source in sources:
                self._successors[source].append(name)
        self._ended: deque[tuple[str, bool]] = deque()
        self._news: Future[None] | None = None
        self._failure: StepFailure | None = None
        self._error: BaseException | None = None

    async def run(self) -> None:
        running = self._start([op for op in self._region.ops if not self._waiting[op.name]])
        while running:
            if not self._ended:
                self._news = Future(self._run.kernel)
                await self._news
            name, succeeded = self._ended.popleft()
            running -= 1
            if succeeded and not self._halt.requested:
                running += self._start(self._released(name))
        self._halt.close()
        if self._error is not None:
            raise self._error
        if self._failure is not None:
            raise self._failure
        self._outer.check()

    def _start(self, ops: list[Op]) -> int:
        for op in ops:
            self._run.kernel.spawn(self._one(op))
        return len(ops)

    def _released(self, name: str) -> list[Op]:
        """The operations that waited for this one only."""
        ready: list[Op] = []
        for successor in self._successors[name]:
            self._waiting[successor] -= 1
            if not self._waiting[successor]:
                ready.append(self._region.by_name[successor])
        return ready

    async def _one(self, op: Op) -> None:
        succeeded = False
        try:
            self._here.frame.results[op.name] = await run_op(self._run, op, self._here)
            succeeded = True
        except Halted:
            pass
        except StepFailure as failure:
            self._failure = self._failure or failure
            self._halt.request()
        except GeneratorExit:  # the loop has ended
            raise
        except BaseException as error:  # a bug of ours, or the loop is to end: ends the run in `run`
            self._error = error
            self._halt.request()
        self._ended.append((op.name, succeeded))
        if self._news is not None:
            self._news.set(None)
