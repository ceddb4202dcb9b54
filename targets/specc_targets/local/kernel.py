"""The one loop of a run: coroutines that wait for worker threads and for time, without ever polling.

`asyncio` would do, at several times the cost per item; this is what the engine needs of it.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Interrupted(BaseException):
    """The run was asked to stop. No `except Exception` of a function that is ended by it stops it."""


class Future(Generic[T]):
    """A result that is not there yet. Only the loop's thread may touch it."""

    __slots__ = ("_error", "_kernel", "_result", "_waiters", "done")

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._result: T | None = None
        self._error: BaseException | None = None
        self._waiters: list[Task] = []
        self.done = False

    def set(self, result: T | None, error: BaseException | None = None) -> None:
        """Give the result, once; those who wait go on. Later results are ignored."""
        if self.done:
            return
        self.done, self._result, self._error = True, result, error
        self._kernel.resume(self._waiters)

    def wait(self, task: Task) -> None:
        """Have `task` go on when the result is there."""
        self._waiters.append(task)

    def __await__(self) -> Generator[Future[T], None, T]:
        if not self.done:
            yield self
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # set together with `done`


class Task(Future[Any]):
    """A coroutine that the loop runs."""

    __slots__ = ("coroutine",)

    def __init__(self, kernel: Kernel, coroutine: Coroutine[Any, Any, Any]) -> None:
        super().__init__(kernel)
        self.coroutine = coroutine


class Kernel:
    """Runs coroutines until the main one ends. `post` is the only part that other threads may call."""

    def __init__(self) -> None:
        self._ready: deque[Task] = deque()
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._timers: list[tuple[float, int, Future[None]]] = []
        self._number = itertools.count()
        self.inline: int | None = None
        """The thread, when it is the user's code that runs in the loop's own."""

    def post(self, callback: Callable[[], None]) -> None:
        """Have the loop call `callback`. Safe in any thread, and in signal handlers."""
        self._inbox.put(callback)

    def spawn(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine beside this one."""
        task = Task(self, coroutine)
        self._ready.append(task)
        return task

    def resume(self, tasks: list[Task]) -> None:
        """Have tasks go on."""
        self._ready.extend(tasks)

    def timer(self, seconds: float, future: Future[None] | None = None) -> Future[None]:
        """A future that is done after `seconds`; `future` itself where it is given, which may be done earlier."""
        future = Future(self) if future is None else future
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._number), future))
        return future

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run until `coroutine` ends, and give its result. Whatever a posted callback raises ends the loop."""
        main = Task(self, coroutine)
        self._ready.append(main)
        try:
            while not main.done:
                while self._ready:
                    self._step(self._ready.popleft())
                if not main.done:
                    self._receive()
        finally:
            left, self._ready = list(self._ready), deque()
            for task in left:
                task.coroutine.close()
        return _result_of(main)  # type: ignore[no-any-return]  # a task's result may be anything

    def _step(self, task: Task) -> None:
        try:
            awaited = task.coroutine.send(None)
        except StopIteration as stop:
            task.set(stop.value)
        except BaseException as error:  # whoever waits for the task gets it
            task.set(None, error)
        else:
            awaited.wait(task)

    def _receive(self) -> None:
        """Wait for something to happen: a message, or the time of the next timer."""
        timeout = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None
        try:
            self._inbox.get(timeout=timeout)()
            while True:
                self._inbox.get_nowait()()
        except Empty:
            pass
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2].set(None)


def _result_of(task: Task) -> Any:
    try:
        next(task.__await__())
    except StopIteration as stop:
        return stop.value
    raise RuntimeError("the main task is not done")
