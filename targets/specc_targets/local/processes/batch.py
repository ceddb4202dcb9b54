"""One batch of items on one worker process: what is asked, what is answered, and when it is too much."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from specc_runtime.workers.arguments import pack
from specc_runtime.workers.frames import Frame
from specc_targets.local.execution import Call, Item, Outcome
from specc_targets.local.processes.memory import Groups
from specc_targets.local.processes.outcomes import timed_out
from specc_targets.local.processes.worker import Gone, Worker

IMPORT = 60.0
"""Seconds that the import of the user's module may take beyond the call's own timeout."""
_LOOK = 0.025
"""Seconds between two looks at the memory of a process."""
_LEAST = 0.001
"""Seconds to wait for a process that cannot be stopped just now."""
_STUCK = 5.0
"""Seconds after which a process is killed that has begun to answer and does not go on, because something stopped it."""

OnLog = Callable[[str, tuple[int, ...], str, str | None, str], None]
"""Gets the step's path, the item's indices, the stream, the level of what was logged, and the line."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended in the middle of a batch."""

    reason: Literal["gone", "timeout", "memory"]
    code: int | None
    """Its exit code, negative for a signal; None when nobody knows it."""
    loaded: bool
    """Whether the function had been imported."""
    began: float
    """When the item under way, or the import, began at the earliest, in seconds since the epoch."""
    seconds: float
    """How long it went on at the longest."""
    memory: int
    """The most that was seen."""


class Batch:
    """Runs the items of one call; one object for one process."""

    def __init__(
        self,
        worker: Worker,
        call: Call,
        report: Callable[[int, Outcome], None],
        on_log: OnLog | None,
        groups: Groups,
        first: int,
        on_loaded: Callable[[], None],
    ) -> None:
        self._worker, self._call, self._report, self._on_log, self._groups = worker, call, report, on_log, groups
        self._on_loaded = on_loaded
        self.position = first
        """Of the first item that has not been reported."""
        self._loaded = self._answered = False
        self._memory = 0
        self._refused: tuple[float, int] | None = None
        self._began, self._clock = time.time(), time.monotonic()
        self._deadline = None if call.timeout is None else self._clock + call.timeout + IMPORT
        self._look = self._clock if call.memory is not None else None

    def run(self, items: Sequence[Item], leased: Mapping[str, str]) -> Ending | None:
        """Run the items from the first on. None when all are reported, else how the process ended before that."""
        call = self._call
        guarded = call.timeout is not None or call.memory is not None
        todo = [(tuple(indices), pack(arguments)) for indices, arguments in items[self.position :]]
        end = len(items)
        try:
            request = (call.function, call.step, call.codec, guarded, dict(leased), todo)
            self._worker.send(request, None if call.timeout is None else call.timeout + IMPORT)
            while self.position < end and not self._answered:
                for frame in self._worker.receive(self._patience()):
                    self._take(frame, end)
                reason = self._exceeded() if guarded else None
                if reason is not None and self._may_stop():
                    ending = self._stop(reason, end)
                    if ending is not None:
                        return ending
        except Gone:
            return self._end("gone", end)
        return None

    def _patience(self) -> float | None:
        limits = [limit for limit in (self._deadline, self._look) if limit is not None]
        return max(_LEAST, min(limits) - time.monotonic()) if limits else None

    def _take(self, frame: Frame, end: int) -> None:
        about, data = frame
        kind = about[0]
        if kind == "log":
            if self._on_log is not None:
                self._on_log(*about[1:])
            return
        if kind == "unloadable":
            self._answered = True
            now = time.time()
            outcome = Outcome("failed", names=about[1], message=about[2], traceback=about[3], started=now)
            while self.position < end:
                self._next(outcome)
            return
        if self._deadline is not None or self._look is not None:
            self._began, self._clock = time.time(), time.monotonic()
            self._deadline = None if self._call.timeout is None else self._clock + self._call.timeout
        if kind == "loaded":
            self._loaded = self._worker.used = True
            self._on_loaded()
        else:
            self._next(self._outcome(about, data))

    def _next(self, outcome: Outcome) -> None:
        self._report(self.position, outcome)
        self.position += 1

    def _outcome(self, about: tuple[Any, ...], data: bytes) -> Outcome:
        limit = self._call.timeout
        if limit is not None and about[-3] > limit:  # it ended just before it could be killed
            return timed_out(self._call, *about[-4:])
        if about[0] == "done":
            _, codec, started, seconds, cpu, memory = about
            return Outcome("done", codec, data, (), "", "", started, seconds, cpu, memory)
        if about[0] == "unfit":
            _, message, started, seconds, cpu, memory = about
            return Outcome("unfit", "", b"", ("CodecError",), message, "", started, seconds, cpu, memory)
        _, names, message, trace, started, seconds, cpu, memory = about
        return Outcome("failed", "", b"", names, message, trace, started, seconds, cpu, memory)

    def _exceeded(self) -> Literal["timeout", "memory"] | None:
        now = time.monotonic()
        if self._look is not None and now >= self._look:
            self._look = now + _LOOK
            limit, group = self._call.memory, self._worker.group
            used = self._groups.resident(group)
            if limit is not None and used > limit:
                used = self._groups.proportional(group)
                self._memory = max(self._memory, used)
                if used > limit:
                    return "memory"
            self._memory = max(self._memory, used)
        return "timeout" if self._deadline is not None and now >= self._deadline else None

    def _may_stop(self) -> bool:
        """Take the baton; from a process that does not give it back for long, it is no longer waited for."""
        if self._worker.baton.try_take():
            return True
        now = time.monotonic()
        if self._refused is None or self._refused[1] != self._worker.heard:
            self._refused = now, self._worker.heard
        return now - self._refused[0] > _STUCK

    def _stop(self, reason: Literal["timeout", "memory"], end: int) -> Ending | None:
        """End the process, unless it is about to begin the next item, in time: then None. The baton is ours."""
        position, loaded = self.position, self._loaded
        for frame in self._worker.rest():
            self._take(frame, end)
        if (position, loaded) != (self.position, self._loaded):
            self._worker.baton.give_back()
            self._refused = None
            return None
        return self._end(reason, end)

    def _end(self, reason: Literal["gone", "timeout", "memory"], end: int) -> Ending | None:
        code = self._worker.end("await" if reason == "gone" else "kill")
        began, seconds = self._began, time.monotonic() - self._clock
        for frame in self._worker.rest():
            self._take(frame, end)
        return Ending(reason, code, self._loaded, began, seconds, self._memory)
