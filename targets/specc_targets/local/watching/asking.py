"""Asks whoever sits at the terminal: one question after the other, with the display out of the way meanwhile."""

from __future__ import annotations

import contextlib
import getpass
import os
import select
import threading
from collections.abc import Callable
from types import TracebackType
from typing import IO, Self

from specc_runtime.approvals import Decision, Question, now
from specc_targets.local.asking import Answer

_PATIENCE = 0.2
"""Seconds between two looks at whether a question still needs an answer."""
_YES = frozenset({"y", "yes", "approve", "ok"})
_NO = frozenset({"n", "no", "reject"})

Aside = Callable[[], contextlib.AbstractContextManager[IO[str]]]
"""Takes the display away for as long as somebody is asked; gives where to write."""


def system_user() -> str:
    """Whoever runs this process, as `by` names them: `user:alice`."""
    try:
        return f"user:{getpass.getuser()}"
    except (OSError, KeyError, ImportError):  # a process of a number that has no name
        return f"user:{os.getuid()}"


class TerminalAsker:
    """Puts questions on a terminal, and reads the answers from it.

    Who sits there is taken for the user of the system, and for any role: local runs trust the operating system.
    """

    def __init__(self, aside: Aside, keyboard: int) -> None:
        self._aside, self._keyboard = aside, keyboard
        self._questions: dict[Question, Answer] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._typed = b""
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def ask(self, question: Question, answer: Answer) -> None:
        """Put a question after those that are there, unless only other people may decide."""
        if _as_whom(question) is None:
            return
        with self._changed:
            self._questions[question] = answer
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="specc-asking", daemon=True)
                self._thread.start()

    def withdraw(self, question: Question) -> None:
        """The question needs no answer any more."""
        with self._changed:
            self._questions.pop(question, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._questions and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                question, answer = next(iter(self._questions.items()))
            try:
                decision = self._put(question)
            except OSError:  # the terminal is gone; `specc approve` is still there
                return
            with self._changed:
                self._questions.pop(question, None)
            if decision is not None:
                answer(decision)

    def _put(self, question: Question) -> Decision | None:
        """What is answered; None when the question was withdrawn."""
        who = _as_whom(question)
        assert who is not None
        self._typed = b""  # what was typed before the question is no answer to it
        with self._aside() as screen:
            screen.write(f"\n{_clean(question.place)} asks {question.people}: {_clean(question.message)}\n")
            while True:
                screen.write(f"as {who}: yes or no, then a comment if you like > ")
                screen.flush()
                line = self._line(question)
                if line is None:
                    screen.write("\nno longer asked\n")
                    return None
                word, _, comment = line.strip().partition(" ")
                if word.lower() in _YES | _NO:
                    return Decision(approved=word.lower() in _YES, by=who, comment=comment.strip() or None, at=now())
                if not line:
                    return None

    def _line(self, question: Question) -> str | None:
        """The next line that is typed; None when the question is withdrawn before. Raises `OSError`."""
        while True:
            with self._changed:
                if self._closed or question not in self._questions:
                    return None
            line, newline, rest = self._typed.partition(b"\n")
            if newline:
                self._typed = rest
                return (line + newline).decode(errors="replace")
            if select.select([self._keyboard], [], [], _PATIENCE)[0]:
                found = os.read(self._keyboard, 4096)
                if not found:
                    return ""  # the end of what there is to read
                self._typed += found


def _as_whom(question: Question) -> str | None:
    """As whom the person at the terminal may decide; None when only others may."""
    own = system_user()
    if own in question.by:
        return own
    return next((one for one in question.by if one.startswith("role:")), None)


def _clean(text: str) -> str:
    """A text without what moves a terminal's cursor."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)
