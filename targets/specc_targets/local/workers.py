"""Threads that run the users' functions."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from specc_targets.local.kernel import Future, Kernel

DEFAULT_THREADS = 32
"""Without `-j`: enough for steps that wait for a network, few enough to be started at once."""


class Workers:
    """At most `limit` threads, each started only when there is work for it.

    They are daemons: a function cannot be stopped from outside, and one that hangs must not keep an interrupted run
    from ending.
    """

    def __init__(self, kernel: Kernel, limit: int, *, asked: bool = False) -> None:
        self._kernel = kernel
        self.limit = limit
        """The most jobs at the same time."""
        self.asked = asked
        """Whether the user has said so."""
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._threads = self._outstanding = 0
        self._hungry: dict[Callable[[], None], None] = {}

    def submit(self, job: Callable[[], Any]) -> Future[Any]:
        """Run `job` in a thread."""
        future: Future[Any] = Future(self._kernel)
        self._outstanding += 1
        if self._outstanding > self._threads < self.limit:
            self._threads += 1
            threading.Thread(target=self._work, name=f"specc-{self._threads}", daemon=True).start()
        self._jobs.put((future, job))
        return future

    async def inline(self, job: Callable[[], Any]) -> Any:
        """Run `job` in the loop's own thread, as one of the `limit`; nothing else of the run goes on meanwhile."""
        if self._outstanding < self.limit:
            self._outstanding += 1
            try:
                return self._now(job)
            finally:
                self._outstanding -= 1
        taken: Future[None] = Future(self._kernel)
        done = threading.Event()

        def hold() -> None:
            self._kernel.post(lambda: taken.set(None))
            done.wait()

        held = self.submit(hold)
        await taken
        try:
            return self._now(job)
        finally:
            done.set()
            await held

    def _now(self, job: Callable[[], Any]) -> Any:
        self._kernel.inline = threading.get_ident()
        try:
            return contextvars.copy_context().run(job)  # what the call sets is not left behind in the caller's thread
        finally:
            self._kernel.inline = None

    @property
    def waiting(self) -> bool:
        """Whether jobs wait for a thread. Safe in any thread."""
        return not self._jobs.empty()

    @property
    def free(self) -> int:
        """How many more jobs could run now."""
        return self.limit - self._outstanding

    def when_free(self, offer: Callable[[], None]) -> None:
        """Call `offer` whenever a thread has nothing to do; those who asked earlier come later next time."""
        self._hungry[offer] = None

    def forget(self, offer: Callable[[], None]) -> None:
        """Call it no more."""
        self._hungry.pop(offer, None)

    def close(self) -> None:
        """Let the threads end when they have nothing left to do."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _work(self) -> None:
        while (item := self._jobs.get()) is not None:
            future, job = item
            try:
                result, error = job(), None
            except BaseException as caught:  # whoever waits for the job gets it
                result, error = None, caught
            self._kernel.post(lambda future=future, result=result, error=error: self._end(future, result, error))  # type: ignore[misc]  # mypy infers no types for defaults of a lambda
            del item, future, job, result, error  # an idle thread holds no values

    def _end(self, future: Future[Any], result: Any, error: BaseException | None) -> None:
        self._outstanding -= 1
        future.set(result, error)
        for offer in list(self._hungry):
            if self._outstanding >= self.limit:
                return
            if offer in self._hungry:
                del self._hungry[offer]
                self._hungry[offer] = None
                offer()
