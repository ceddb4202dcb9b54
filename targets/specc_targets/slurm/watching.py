"""The thread that looks for results, and asks SLURM what has become of jobs without one."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specc_targets.local.execution import Outcome
from specc_targets.slurm import programs
from specc_targets.slurm.endings import ALIVE, ORDINARY, unanswered
from specc_targets.slurm.programs import SlurmError, State
from specc_targets.slurm.spool import RESULTS, look_anew
from specc_targets.slurm.submission import Slip, Submission, deliver

_SHORTEST, _LONGEST = 0.02, 1.0
"""Seconds between two looks into the folders."""
_SHARE = 5
"""A look is followed by a pause of so many times its length."""
_QUICK, _PATIENT = 1.0, 20.0
"""Seconds in which a result may come after its job has ended; longer where the job ended well, or nobody knows how."""
_VIOLENT = frozenset(
    {"BOOT_FAIL", "CANCELLED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "TIMEOUT"}
)
"""States after which no result is to come."""


@dataclass(slots=True)
class _Ended:
    """A job that has ended, and has not told all."""

    since: float
    state: State | None


class Watcher:
    """Watches arrays until `close`."""

    def __init__(
        self,
        look: float,
        again: Callable[[list[Slip]], None],
        on_outcome: Callable[[str, Outcome], None],
        on_turn: Callable[[], None],
    ) -> None:
        """`again` has items done by other jobs; `on_outcome` is told of each outcome, with the step's path.

        `on_turn` is called after every look.
        """
        self._look, self._again, self._on_outcome, self._on_turn = look, again, on_outcome, on_turn
        self._withdrawn: list[tuple[str, tuple[int, ...]]] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._submissions: list[Submission] = []
        self._kept: list[Submission] = []
        self._ended: dict[tuple[str, int], _Ended] = {}
        self._told: set[tuple[str, str]] = set()
        self._asked = self._looked = time.monotonic()
        self._unreachable = self._closed = False
        self._thread = threading.Thread(target=self._work, name="specc-slurm-watcher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def add(self, submission: Submission) -> None:
        """Watch another one. Safe in any thread."""
        with self._lock:
            self._submissions.append(submission)
        self._wake.set()

    def withdraw(self, some: tuple[str, tuple[int, ...]]) -> None:
        """Cancel the jobs of a map that have not begun. Safe in any thread; returns at once."""
        self._withdrawn.append(some)
        self._wake.set()

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def close(self) -> list[Submission]:
        """Watch no longer; what is under way, or has failed."""
        self._closed = True
        self._wake.set()
        self._thread.join()
        return [*self._submissions, *self._kept]

    def _work(self) -> None:
        pause = _SHORTEST
        while not self._closed:
            self._wake.wait(pause)
            self._wake.clear()
            began = time.monotonic()
            with self._lock:
                submissions = list(self._submissions)
            news = False
            try:
                news = self._round(submissions, began)
                self._on_turn()
            except Exception as error:  # the run must not wait for ever for what this thread has died of
                _fail(submissions, error)
            took = time.monotonic() - began
            pause = max(_SHORTEST if news else min(_LONGEST, 1.3 * pause), _SHARE * took)

    def _round(self, submissions: Sequence[Submission], now: float) -> bool:
        news = False
        for submission in submissions:
            for outcome in submission.collect(deliver):
                self._on_outcome(submission.wanted.call.step, outcome)
                news = True
            submission.tidy()
            if submission.is_over:
                self._forget(submission)
        self._cancel_abandoned(submissions)
        waiting = [submission for submission in submissions if submission.open]
        if news or not waiting:
            self._looked = now
        elif now - self._looked > min(self._look, 2):
            self._looked = now
            for submission in waiting:
                look_anew(submission.folder / RESULTS)
        if waiting and now - self._asked > self._look:
            self._ask(waiting, now)
            self._asked = time.monotonic()
        for submission in waiting:
            self._give_up(submission, now)
        return news

    def _forget(self, submission: Submission) -> None:
        with self._lock:
            self._submissions.remove(submission)
            if submission.failed:
                self._kept.append(submission)
        if not submission.failed:
            shutil.rmtree(submission.folder, ignore_errors=True)

    def _cancel_abandoned(self, submissions: Sequence[Submission]) -> None:
        """Cancel the jobs all of whose callers have gone, and those that are not to begin."""
        withdrawn = [self._withdrawn.pop(0) for _ in range(len(self._withdrawn))]
        jobs: list[str] = []
        for submission in submissions:
            for task, items in submission.tasks().items():
                slips = [submission.open[item] for item in items]
                if all(slip.caller.abandoned for slip in slips) or (
                    withdrawn and all(slip.belongs_to(withdrawn) for slip in slips) and not submission.has_begun(task)
                ):
                    jobs.append(f"{submission.job}_{task}")
                    for item in items:
                        submission.drop(item)
        if jobs:
            try:
                programs.cancel(jobs)
            except SlurmError:  # they have ended, or SLURM will be told when the run ends
                return

    def _ask(self, waiting: Sequence[Submission], now: float) -> None:
        """Ask SLURM where the jobs stand."""
        try:
            states = programs.states(submission.job for submission in waiting)
        except SlurmError as error:
            if not self._unreachable:
                self._unreachable = True
                _say(f"SLURM does not answer ({error}); the run waits for it")
            return
        if self._unreachable:
            self._unreachable = False
            _say("SLURM answers again")
        for submission in waiting:
            for task, items in submission.tasks().items():
                number = (submission.job, task)
                state = states.get(number)
                if state is None or state.word not in ALIVE:
                    self._ended.setdefault(number, _Ended(now, state))
                    continue
                self._ended.pop(number, None)
                if state.word == "PENDING" and state.reason not in ORDINARY:
                    self._tell_reason(submission, items[0], state.reason)

    def _tell_reason(self, submission: Submission, item: int, reason: str) -> None:
        if (submission.job, reason) not in self._told:
            self._told.add((submission.job, reason))
            indices = submission.open[item].entry.indices
            text = f"specc: SLURM job {submission.job} waits: {reason}"
            deliver(submission.wanted.call.step, indices, "logging", "WARNING", text)

    def _give_up(self, submission: Submission, now: float) -> None:
        """Report what has no result though its job has ended for a while."""
        over: dict[int, _Ended] = {}
        for task in submission.tasks():
            ended = self._ended.get((submission.job, task))
            if ended is not None:
                patience = _QUICK if ended.state is not None and ended.state.word in _VIOLENT else _PATIENT
                if now - ended.since > min(patience, 4 * self._look):
                    over[task] = ended
        if not over:
            return
        look_anew(submission.folder / RESULTS)
        for outcome in submission.collect(deliver):
            self._on_outcome(submission.wanted.call.step, outcome)
        known = programs.history([submission.job]) if any(ended.state is None for ended in over.values()) else {}
        for task, items in submission.tasks().items():
            if task not in over:
                continue
            number = (submission.job, task)
            begun, state = submission.has_begun(task), over[task].state or known.get(number)
            outcome = unanswered(submission.wanted.call, submission.folder, number, state, begun=begun)
            rest = items[1:] if begun else []  # the first was under way; the others had not begun
            for item in items[: len(items) - len(rest)]:
                submission.end(item, outcome)
            if rest:
                self._again([submission.open.pop(item) for item in rest])
            self._ended.pop(number, None)


def _fail(submissions: Sequence[Submission], error: Exception) -> None:
    names = (type(error).__name__,)
    for submission in submissions:
        for item in list(submission.open):
            submission.end(item, Outcome("failed", names=names, message=f"the engine `slurm` cannot go on: {error}"))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
