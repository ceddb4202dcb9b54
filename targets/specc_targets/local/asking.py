"""Questions of a run to people: put wherever they can be seen; the first answer counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from specc_runtime.approvals import Decision, Question
from specc_targets.local.halt import Halt
from specc_targets.local.kernel import Future, Kernel
from specc_targets.local.runs.approvals import ApprovalFiles

_PERIOD = 0.2
"""Seconds between two looks at whether somebody has answered."""
_ANYWAY = 25
"""Looks after which files are read although their folder seems unchanged: its clock is coarse."""
Answer = Callable[[Decision], None]
"""Takes a decision. Safe in any thread; all but the first are ignored."""


class Asker(Protocol):
    """Puts questions to somebody, in a way of its own. Must not wait for the answer."""

    def ask(self, question: Question, answer: Answer) -> None:
        """Put a question. An answer may come at any time, or never."""

    def withdraw(self, question: Question) -> None:
        """The question needs no answer any more."""


class Approvals:
    """The questions of one run that are open."""

    def __init__(self, files: ApprovalFiles | None = None, asker: Asker | None = None) -> None:
        self._files, self._asker = files, asker
        self._open: dict[Question, list[Future[Decision]]] = {}
        """Steps that wait; a handler may ask the same for two of them at a time, and one answer does for both."""
        self._watching = False

    @property
    def possible(self) -> bool:
        """Whether anybody could answer."""
        return self._files is not None or self._asker is not None

    async def ask(self, kernel: Kernel, question: Question, halt: Halt, tell: Callable[[], None]) -> Decision | None:
        """Put a question, `tell` that it is put, and wait for a decision; None when there was none in time.

        Raises `Halted`, `StateError`.
        """
        found: Future[Decision] = Future(kernel)
        if self._files is not None:
            self._files.ask(question)
        tell()
        self._open.setdefault(question, []).append(found)
        if self._files is not None and not self._watching:
            self._watching = True
            kernel.spawn(self._watch(kernel, self._files))
        if self._asker is not None:
            self._asker.ask(question, lambda decision: kernel.post(lambda: self._decide(question, decision)))
        if question.seconds is not None:
            kernel.timer(question.seconds, found)  # type: ignore[arg-type]  # which gives None

        def wake() -> None:
            found.set(None)

        halt.add(wake)
        try:
            decision = await found
        finally:
            halt.remove(wake)
            self._leave(question, found)
        if decision is None:
            halt.check()
        return decision

    def settle(self, question: Question) -> None:
        """The decision has been taken in."""
        if self._files is not None:
            self._files.settle(question)

    def _decide(self, question: Question, decision: Decision) -> None:
        for future in self._open.get(question, ()):
            future.set(decision)

    def _leave(self, question: Question, future: Future[Decision]) -> None:
        """One step waits no longer."""
        waiting = self._open[question]
        waiting.remove(future)
        if not waiting:
            del self._open[question]
            if self._asker is not None:
                self._asker.withdraw(question)

    async def _watch(self, kernel: Kernel, files: ApprovalFiles) -> None:
        """Look for answers as long as there are questions: at one folder, and only when it changes at its files."""
        stamp, looks = -1, 0
        while self._open:
            current, looks = files.stamp(), looks + 1
            if current != stamp or looks % _ANYWAY == 0:
                stamp = current
                for question in self._open:
                    decision = files.decision(question)
                    if decision is not None:
                        self._decide(question, decision)
            await kernel.timer(_PERIOD)
        self._watching = False
