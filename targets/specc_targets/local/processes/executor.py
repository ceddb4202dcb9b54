"""Runs calls in warm worker processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from specc_runtime.errors import TIMEOUT, names_of
from specc_targets.local.execution import Call, Item, Outcome
from specc_targets.local.processes.batch import IMPORT, Batch, Ending, OnLog
from specc_targets.local.processes.memory import Groups
from specc_targets.local.processes.outcomes import ended, in_seconds, lost, over_limit, timed_out
from specc_targets.local.processes.pool import Place, Pool
from specc_targets.local.processes.starting import Starter, StarterGoneError, StartError, new_starter
from specc_targets.local.processes.turns import Turns
from specc_targets.local.processes.worker import Worker
from specc_targets.local.slots import Closed, SlotPool

_TRIES = 2
"""Processes that may end while they import a module before that is the module's doing."""
_ENDED = "was stopped because the run ended"


class ProcessExecutor:
    """At most `limit` processes: started when there is work for them, and used again for any function.

    Each imports a module once. Callers beyond the limit wait, the first to come is the first to go on.
    """

    def __init__(
        self,
        root: Path,
        *,
        limit: int,
        on_log: OnLog | None,
        slots: SlotPool | None = None,
        starter: Callable[..., Starter] = new_starter,
    ) -> None:
        """Functions are imported from `root`. `slots` is shared with whoever else leases things in this run.

        `on_log` gets each line that is printed or logged, in the thread that waits for the call; None leaves standard
        output and standard error to the functions, and both lead to the standard error of this process.
        """
        self._root, self._on_log, self._new_starter = root, on_log, starter
        self._turns = Turns(limit)
        self.capacity = limit
        """How many processes there are at most."""
        self._slots = SlotPool() if slots is None else slots
        self._groups = Groups()
        self._lock = threading.Lock()
        self._pool = Pool()
        self._starter: Starter | None = None
        self._closed = False

    @property
    def starting(self) -> int:
        """How many processes are being started or import, and how many calls wait for one."""
        return self._pool.starting

    def warm(self) -> None:
        """Have what starts processes ready; returns at once."""
        self._prepared()

    def run(self, call: Call, items: Sequence[Item], report: Callable[[int, Outcome], None]) -> None:
        """Run `items` one after the other, as `Executor.run` says."""
        if not call.slots:
            self._run(call, items, 0, len(items), {}, report)
            return
        for position in range(len(items)):  # nothing is held between two items
            try:
                with self._slots.lease(call.slots, self) as leased:
                    self._run(call, items, position, position + 1, leased, report)
            except Closed:
                report(position, lost(call, _ENDED))

    def _run(
        self,
        call: Call,
        items: Sequence[Item],
        first: int,
        end: int,
        leased: Mapping[str, str],
        report: Callable[[int, Outcome], None],
    ) -> None:
        position, tries = first, 0
        try:
            self._turns.take()
        except Closed:
            position = _report_all(report, position, end, lost(call, _ENDED))
            return
        try:
            while position < end:
                try:
                    place, worker = self._take(call)
                except (StartError, Closed) as error:
                    how = _ENDED if self._closed else f"could not be started: {error}"
                    _report_all(report, position, end, lost(call, how))
                    return
                began = time.monotonic()

                def loaded(place: Place = place, began: float = began) -> None:
                    self._pool.loaded(place, time.monotonic() - began)

                batch = Batch(worker, call, report, self._on_log, self._groups, position, loaded)
                healthy = False
                try:
                    ending = batch.run(items[:end], leased)
                    healthy = ending is None
                finally:
                    self._give_back(place, healthy=healthy)
                position = batch.position
                if ending is None or position == end:
                    return
                if self._closed:
                    _report_all(report, position, end, lost(call, _ENDED, ending.began, ending.seconds))
                    return
                if not ending.loaded and ending.reason == "gone":
                    tries += not worker.used  # one that has been idle may have ended before it was asked
                    if tries < _TRIES:
                        continue
                outcome = _unanswered(call, ending)
                position = _report_all(report, position, position + 1 if ending.loaded else end, outcome)
        finally:
            self._turns.give_back()

    def _take(self, call: Call) -> tuple[Place, Worker]:
        """A process: the one that was used last, if there is one. Raises `StartError` and `Closed`."""
        while True:
            place = self._pool.take(call.function.partition(":")[0])
            worker = place.worker
            if worker is None:
                break
            if call.memory is None or self._groups.resident(worker.group) <= call.memory / 2:
                return place, worker
            self._give_back(place, healthy=False)  # what other calls left in it is not this call's doing
        try:
            worker = self._new_worker()
        except BaseException:
            self._give_back(place, healthy=False)
            raise
        self._pool.started(place, worker)
        return place, worker

    def _new_worker(self) -> Worker:
        starter = self._prepared()
        try:
            return Worker(starter)
        except StarterGoneError:
            with self._lock:
                if self._closed:
                    raise
                if self._starter is starter:
                    self._starter = None
            starter.close()
            return Worker(self._prepared())

    def _prepared(self) -> Starter:
        with self._lock:
            if self._closed:
                raise Closed
            if self._starter is None:
                self._starter = self._new_starter(self._root, logs=self._on_log is not None)
            return self._starter

    def _give_back(self, place: Place, *, healthy: bool) -> None:
        if not self._pool.give_back(place, healthy=healthy) and place.worker is not None:
            place.worker.end()
            place.worker.close()

    def close(self) -> None:
        """Kill all processes at once and wait for them; what is running is reported as lost. May be called again."""
        with self._lock:
            self._closed = True
            starter, self._starter = self._starter, None
        self._turns.close()
        idle = self._pool.close()
        self._slots.abandon(self)
        if starter is not None:
            starter.close()
        for worker in idle:
            worker.close()


def _report_all(report: Callable[[int, Outcome], None], position: int, end: int, outcome: Outcome) -> int:
    for one in range(position, end):
        report(one, outcome)
    return end


def _unanswered(call: Call, ending: Ending) -> Outcome:
    """What is to be said of the item under way; or of all items, when the function could not be imported."""
    importing = "" if ending.loaded else f" while `{call.function.partition(':')[0]}` was imported"
    if ending.reason == "memory":
        return lost(call, over_limit(call) + importing, ending.began, ending.seconds, ending.memory)
    if ending.reason == "gone":
        return lost(call, ended(ending.code) + importing, ending.began, ending.seconds, ending.memory)
    if ending.loaded:
        return timed_out(call, ending.began, ending.seconds, 0.0, ending.memory)
    assert call.timeout is not None
    module = call.function.partition(":")[0]
    message = f"the import of `{module}` for step `{call.step}` took longer than {in_seconds(call.timeout + IMPORT)}"
    return Outcome("timeout", "", b"", names_of(TIMEOUT), message, "", ending.began, ending.seconds)
