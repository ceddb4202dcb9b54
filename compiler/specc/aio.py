"""The functions of `specc` for `async` code: same names, same arguments, same results.

Each does its work in a thread of its own, so the event loop goes on. Cancelling the task stops the run: its `finally`
steps run, and the thread has ended when `CancelledError` comes out. Events come in the loop's thread.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from specc.api.events import Event
from specc.api.functions import load
from specc.api.results import Artifacts, Findings, RunResult, TestResult
from specc.api.running import local, run_tests
from specc.api.spec import OnEvent, Source, Spec
from specc.api.streams import Work

__all__ = ["RunStream", "check", "compile", "load", "run", "stream", "test"]

T = TypeVar("T")


async def check(source: Source | Spec) -> Findings:
    """Everything that is wrong or odd in a spec; see `specc.check`."""
    return await asyncio.to_thread(load(source).check)


async def compile(source: Source | Spec, targets: Iterable[str] | None = None) -> Artifacts:
    """The compiled files by their paths; see `specc.compile`."""
    return await asyncio.to_thread(load(source).compile, targets)


async def run(
    source: Source | Spec,
    params: Mapping[str, Any] | None = None,
    *,
    jobs: int | None = None,
    journal: bool = True,
    resume: str | None = None,
    cache: bool = True,
    engine: str | None = None,
    on_event: OnEvent | None = None,
) -> RunResult:
    """Run a spec on this machine; see `specc.run`."""
    async with stream(source, params, jobs=jobs, journal=journal, resume=resume, cache=cache, engine=engine) as events:
        async for event in events:
            if on_event is not None:
                on_event(event)
        return await events.result()


def stream(
    source: Source | Spec,
    params: Mapping[str, Any] | None = None,
    *,
    jobs: int | None = None,
    journal: bool = True,
    resume: str | None = None,
    cache: bool = True,
    engine: str | None = None,
) -> RunStream:
    """Run a spec and give its events as they come: `async with aio.stream(...) as events: async for event in events`.

    The run begins with the block (or with the first event), and leaving the block early stops it.
    """
    return RunStream(
        load(source),
        params or {},
        {"jobs": jobs, "journal": journal, "resume": resume, "cache": cache, "engine": engine},
    )


async def test(  # a test of a spec's, not of pytest's
    source: Source | Spec,
    name: str | None = None,  # noqa: PT028  # not a test of pytest's
    *,
    jobs: int | None = None,  # noqa: PT028  # not a test of pytest's
) -> list[TestResult]:
    """Run the tests that a spec carries; see `specc.test`."""
    cancel = local().cancellation()
    spec = load(source)
    task = asyncio.create_task(asyncio.to_thread(lambda: run_tests(spec, name, jobs=jobs, cancel=cancel)))
    return await _finished(task, cancel.request)


class RunStream(AsyncIterator[Event]):
    """The events of a run, in the loop that reads them."""

    def __init__(self, spec: Spec, params: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        self._spec, self._params, self._options = spec, params, options
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._over = asyncio.Event()
        self._work: Work | None = None
        self._read = False

    def _begin(self) -> Work:
        if self._work is None:
            loop, queue, over = asyncio.get_running_loop(), self._queue, self._over

            def post(call: Callable[..., object], *arguments: Any) -> None:
                with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                    loop.call_soon_threadsafe(call, *arguments)

            def end() -> None:
                post(queue.put_nowait, None)
                post(over.set)

            def tell(event: Event) -> None:
                post(queue.put_nowait, event)

            self._work = Work(self._spec, self._params, self._options, tell, end)
        return self._work

    async def __anext__(self) -> Event:
        self._begin()
        event = None if self._read else await self._queue.get()
        if event is None:
            self._read = True
            await self.result()
            raise StopAsyncIteration
        return event

    async def result(self) -> RunResult:
        """What came of the run; waits for its end. Raises what the run raised."""
        work = self._begin()
        await _finished(self._over.wait(), work.stop)
        return work.result()

    async def aclose(self) -> None:
        """Stop the run, if it goes on, and wait until it has ended."""
        work = self._work
        if work is not None:
            if not self._over.is_set():
                work.stop()
            await _finished(self._over.wait(), work.stop)
            work.join()

    async def __aenter__(self) -> Self:
        self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        work: Work | None = getattr(self, "_work", None)
        if work is not None and not self._over.is_set():
            work.stop()  # whoever forgot it cannot wait for it


async def _finished(work: Awaitable[T], stop: Callable[[], object]) -> T:
    """The result of what a thread does. When the task is cancelled, the thread is asked to stop and waited for."""
    waited = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not waited.done():
        try:
            await asyncio.wait([waited])
        except asyncio.CancelledError as error:
            cancelled = error
            stop()
    if cancelled is not None:
        raise cancelled
    return waited.result()
