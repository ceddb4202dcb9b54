"""Questions on a terminal: put one after the other, answered in words, and taken back when nobody needs the answer."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import IO

import pytest

from specc_runtime.approvals import Decision, Question
from specc_targets.local.watching import asking
from specc_targets.local.watching.asking import TerminalAsker
from specc_targets.local.watching.opening import open_progress

PATIENCE = 20


class Screen(StringIO):
    """A text that can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._written = threading.Condition()

    def write(self, text: str, /) -> int:
        with self._written:
            self._written.notify_all()
            return super().write(text)

    def wait_for(self, text: str) -> None:
        """Wait until it says so."""
        with self._written:
            assert self._written.wait_for(lambda: text in self.getvalue(), PATIENCE)


class Terminal:
    """A pipe in the place of a keyboard, and a text in that of a screen."""

    def __init__(self) -> None:
        self.keyboard, self._fingers = os.pipe()
        self.screen = Screen()
        self.decisions: list[Decision] = []
        self.decided = threading.Semaphore(0)

    @contextmanager
    def aside(self) -> Iterator[IO[str]]:
        yield self.screen

    def type(self, text: str) -> None:
        os.write(self._fingers, text.encode())

    def take(self, decision: Decision) -> None:
        self.decisions.append(decision)
        self.decided.release()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(asking, "system_user", lambda: "user:ann")
    return Terminal()


def question(step: str, *by: str, message: str = "go on?") -> Question:
    return Question(run="r", step=step, message=message, by=by or ("user:ann",))


@pytest.mark.parametrize(
    ("typed", "approved", "comment"),
    [
        ("y\n", True, None),
        ("Yes, fine\n", None, None),
        ("no  not today\n", False, "not today"),
        ("ok go\n", True, "go"),
    ],
)
def test_answers(terminal: Terminal, typed: str, approved: bool | None, comment: str | None) -> None:
    with TerminalAsker(terminal.aside, terminal.keyboard) as asker:
        asker.ask(question("gate"), terminal.take)
        terminal.type(typed)
        if approved is None:  # no answer: it is asked again
            terminal.type("y\n")
        assert terminal.decided.acquire(timeout=PATIENCE)
    (decision,) = terminal.decisions
    assert (decision.approved, decision.comment, decision.by) == (approved is not False, comment, "user:ann")
    assert "gate asks user:ann: go on?" in terminal.screen.getvalue()


def test_one_after_the_other(terminal: Terminal) -> None:
    with TerminalAsker(terminal.aside, terminal.keyboard) as asker:
        for step in ("first", "second"):
            asker.ask(question(step), terminal.take)
        terminal.type("y\n")
        assert terminal.decided.acquire(timeout=PATIENCE)
        terminal.type("n\n")
        assert terminal.decided.acquire(timeout=PATIENCE)
    assert [decision.approved for decision in terminal.decisions] == [True, False]


def test_who_sits_there_may_have_a_role_but_is_nobody_else(terminal: Terminal) -> None:
    with TerminalAsker(terminal.aside, terminal.keyboard) as asker:
        asker.ask(question("others", "user:bob"), terminal.take)
        asker.ask(question("owners", "user:bob", "role:owner"), terminal.take)
        terminal.type("y\n")
        assert terminal.decided.acquire(timeout=PATIENCE)
    assert [decision.by for decision in terminal.decisions] == ["role:owner"]
    assert "others" not in terminal.screen.getvalue()


def test_a_question_that_is_answered_elsewhere_is_taken_back(terminal: Terminal) -> None:
    with TerminalAsker(terminal.aside, terminal.keyboard) as asker:
        first, second = question("first"), question("second")
        asker.ask(first, terminal.take)
        asker.withdraw(first)
        asker.ask(second, terminal.take)
        terminal.screen.wait_for("second asks")
        terminal.type("y\n")
        assert terminal.decided.acquire(timeout=PATIENCE)
    assert len(terminal.decisions) == 1


def test_nothing_hangs_when_the_run_ends_first(terminal: Terminal) -> None:
    with TerminalAsker(terminal.aside, terminal.keyboard) as asker:
        asker.ask(question("gate"), terminal.take)
    assert terminal.decisions == []


def test_messages_cannot_move_the_cursor(terminal: Terminal) -> None:
    with TerminalAsker(terminal.aside, terminal.keyboard) as asker:
        asker.ask(question("gate", message="\x1b[2Jpublish?\r"), terminal.take)
        terminal.type("y\n")
        assert terminal.decided.acquire(timeout=PATIENCE)
    assert "\x1b" not in terminal.screen.getvalue()
    assert "\r" not in terminal.screen.getvalue()


def test_programs_that_read_lines_are_not_asked() -> None:
    with open_progress("json") as watched:
        assert watched.aside is None


@pytest.mark.slow
def test_a_run_at_a_terminal_is_answered_there(tmp_path: Path) -> None:
    (tmp_path / "spec.toml").write_text(
        'specc = 1\nkind = "pipeline"\nname = "gated"\n[steps.gate]\napprove = { by = ["role:owner"], message = "go?" }\n'
        '[outputs]\nwhy = "${steps.gate.comment}"\n'
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "specc.cli", "run", "--local", "spec.toml"],
        cwd=tmp_path, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"},
        preexec_fn=_take_terminal,  # noqa: PLW1509  # one system call, before anything else
    )  # fmt: skip
    os.close(theirs)
    shown, answered = "", False
    while select.select([ours], [], [], PATIENCE)[0]:
        try:
            shown += os.read(ours, 4096).decode(errors="replace")
        except OSError:  # the other side is closed
            break
        if not answered and "yes or no" in shown:
            os.write(ours, b"y looks fine\n")
            answered = True
    assert process.stdout is not None
    assert (process.wait(PATIENCE), process.stdout.read()) == (0, b'why = "looks fine"\n')
    os.close(ours)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert "gate asks role:owner: go?" in plain
    assert "succeeded after" in plain.rpartition("looks fine")[2]


def _take_terminal() -> None:
    """Make the terminal that of the new session, as a shell does."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
