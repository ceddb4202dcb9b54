"""A run whose events are read one by one, while it goes on in a thread of its own."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator, Mapping
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from specc.api.events import Event
from specc.api.results import RunResult
from specc.api.running import local, run_until

if TYPE_CHECKING:
    from specc.api.spec import Spec


class Work:
    """A run in a thread; `tell` is called there with every event, and `end` when there is a result or an error."""

    def __init__(
        self,
        spec: Spec,
        params: Mapping[str, Any],
        options: Mapping[str, Any],
        tell: Callable[[Event], object] | None,
        end: Callable[[], object],
    ) -> None:
        self._cancel = local().cancellation()
        self._found: list[RunResult] = []
        self._error: list[BaseException] = []
        found, failed, cancel = self._found, self._error, self._cancel

        def work() -> None:  # holds on to nothing of this object, so that a forgotten stream ends its run
            try:
                found.append(run_until(spec, params, cancel, on_event=tell, **options))
            except BaseException as error:  # whoever asks for the result gets it
                failed.append(error)
            end()

        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(work,), name="specc-run", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the run to stop; asked twice, `finally` steps stop, too."""
        self._cancel.request()

    def join(self) -> None:
        """Wait for the thread's end."""
        self._thread.join()

    def result(self) -> RunResult:
        """What came of the run, when it has ended. Raises what the run raised."""
        self._thread.join()
        if self._error:
            raise self._error[0]
        return self._found[0]


class RunStream(Iterator[Event]):
    """The events of a run, which begins at once. Leaving it early (`close`, `with`) stops the run and waits for it."""

    def __init__(self, spec: Spec, params: Mapping[str, Any], **options: Any) -> None:
        self._queue: SimpleQueue[Event | None] = SimpleQueue()
        queue = self._queue
        self._ended = False
        spec.checked()  # what is wrong with the spec is said here, not at the first event
        self._work = Work(spec, params, options, queue.put, lambda: queue.put(None))

    def __next__(self) -> Event:
        if self._ended:
            raise StopIteration
        event = self._queue.get()
        if event is None:
            self._ended = True
            self._work.result()
            raise StopIteration
        return event

    @property
    def result(self) -> RunResult:
        """What came of the run; waits for its end."""
        return self._work.result()

    def close(self) -> None:
        """Stop the run, if it goes on, and wait until it has ended."""
        if not self._ended:
            self._ended = True
            self._work.stop()
            self._work.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_work"):
            self.close()
