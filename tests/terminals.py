"""A terminal that a test types into and looks at: a pseudo-terminal, and a screen that understands what is drawn."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

UP, DOWN, ENTER, INTERRUPT, END_OF_INPUT, ERASE_LINE = "\x1b[A", "\x1b[B", "\r", "\x03", "\x04", "\x15"


class Terminal:
    """A program on a terminal of its own. Whatever is waited for has an end, and a failure shows the screen."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        columns: int = 100,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
        seconds: float = 30,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.screen.write_process_input = self.type  # type: ignore[method-assign]  # as pyte says to do
        self.stream = pyte.ByteStream(self.screen)
        self.seconds = seconds
        self.written = b""
        """Everything that the program has written."""
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        kept = {
            key: value
            for key, value in os.environ.items()
            if key not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
        }
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**kept, "TERM": "xterm-256color", **(environment or {})},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            preexec_fn=_lead,  # noqa: PLW1509 - nothing else gives a process a terminal; there are no threads here
            close_fds=True,
        )
        os.close(theirs)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.ours)

    @property
    def text(self) -> str:
        """What the screen shows, without what is blank at the right and below."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.ours, keys.encode())

    def wait_for(self, text: str) -> None:
        """Read until the screen shows `text`."""
        self._read(lambda: text in self.text, f"`{text}`")

    def end(self) -> int:
        """Read until the program ends; its exit code."""
        self._read(lambda: False, "the end")
        return self.process.wait(self.seconds)

    def _read(self, done: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + self.seconds
        while not done():
            ready, _, _ = select.select([self.ours], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"{what} did not come; the screen:\n{self.text}"
            try:
                data = os.read(self.ours, 65536)
            except OSError:  # Linux: nobody has the other end open any more
                data = b""
            if not data:
                assert what == "the end", f"the program ended before {what} came; the screen:\n{self.text}"
                return
            self.written += data
            self.stream.feed(data)


def _lead() -> None:
    """Make the terminal that of the process, so that Ctrl-C is a signal where nothing else is done with it."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
