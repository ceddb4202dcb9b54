"""Text streams that hand on whole lines."""

from __future__ import annotations

import io
import threading
from codecs import utf_8_decode
from collections.abc import Callable, Iterable
from typing import Any, Literal, TextIO

_Where = tuple[str, tuple[int, ...]] | None
Unfinished = dict[tuple[Literal["stdout", "stderr"], int, _Where], str]
"""The begun lines: by stream, thread and place."""

LONGEST = 64 * 1024
"""Characters of a line that are kept for its end to come; a longer one is handed on in pieces."""


class LineStream(io.TextIOBase):
    """Takes the place of a text stream, and delivers what is written to it line by line.

    Of a line that was drawn over with carriage returns, as progress bars are, only the last state is delivered.
    """

    def __init__(
        self,
        behind: TextIO,
        name: Literal["stdout", "stderr"],
        unfinished: Unfinished,
        place: Callable[[], _Where],
        deliver: Callable[[_Where, Literal["stdout", "stderr"], None, str], None],
    ) -> None:
        self._behind, self._name, self._unfinished = behind, name, unfinished
        self._place, self._deliver = place, deliver
        self._released = False
        self._is_late: Callable[[], bool] = lambda: False
        self._redact: Callable[[str], str] = str
        self._bytes: io.BufferedIOBase = _ByteStream(self)

    def release(self, is_late: Callable[[], bool] = lambda: False, redact: Callable[[str], str] = str) -> None:
        """From now on write to the stream behind, through `redact`; someone may have kept a reference to this one.

        Threads that `is_late` are true in are of a run that is over: what they write is delivered as before.
        """
        self._is_late, self._redact = is_late, redact
        self._released = True

    def write(self, text: str, /) -> int:
        """Deliver the lines that `text` completes."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._released and not self._is_late():
            self._behind.write(self._redact(text))
            return len(text)
        where = self._place()
        key = (self._name, threading.get_ident(), where)
        begun = self._unfinished.pop(key, None) if self._unfinished else None
        whole, newline, rest = (f"{begun}{text}" if begun else text).rpartition("\n")
        if newline:
            for line in whole.split("\n"):
                self._deliver(where, self._name, None, last_state(line))
        if len(rest) > LONGEST:
            self._deliver(where, self._name, None, last_state(rest))
        elif rest:
            self._unfinished[key] = rest if "\r" not in rest[:-1] else rest[:-1].rpartition("\r")[2] + rest[-1]
        return len(text)

    def writelines(self, lines: Iterable[str], /) -> None:  # type: ignore[override]  # text, where the base has any
        """Write each of them."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush the stream behind, which others may still write to; a begun line waits for its end."""
        self._behind.flush()

    def fileno(self) -> int:
        """The descriptor behind, for processes that inherit it. Raises `OSError` when there is none."""
        return self._behind.fileno()

    def isatty(self) -> bool:
        """No: what is written is taken apart."""
        return False

    def readable(self) -> bool:
        """Only for writing."""
        return False

    def writable(self) -> bool:
        """Only for writing."""
        return True

    def close(self) -> None:
        """Stay open: the next step prints, too."""

    def detach(self) -> Any:
        """The stream of bytes, which goes on being used here."""
        return self._bytes

    def reconfigure(self, **options: Any) -> None:
        """Accept whatever encoding or buffering is asked for; lines are delivered as text at once."""

    @property
    def buffer(self) -> io.BufferedIOBase:
        """The same for bytes, in UTF-8."""
        return self._bytes

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a read-only one
        """Any text can be written."""
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]  # typeshed lets it be None, a text stream's never is
        """How bytes that are no UTF-8 are read."""
        return "replace"

    @property
    def line_buffering(self) -> bool:
        """Lines are delivered as soon as they are whole."""
        return True

    @property
    def name(self) -> str:
        """As Python calls its own."""
        return f"<{self._name}>"

    @property
    def mode(self) -> str:
        """Only for writing."""
        return "w"


class Guard:
    """Stands for a stream after a run that has left threads behind: those get `late`, all others what it stands for."""

    def __init__(self, behind: TextIO, late: LineStream, is_late: Callable[[], bool]) -> None:
        self.behind: TextIO = behind.behind if isinstance(behind, Guard) else behind
        """What it stands for."""
        self._late, self._is_late = late, is_late

    def __getattr__(self, name: str) -> Any:
        return getattr(self._late if self._is_late() else self.behind, name)


class _ByteStream(io.BufferedIOBase):
    def __init__(self, text: LineStream) -> None:
        self._text = text
        self._begun: dict[int, bytes] = {}

    def write(self, data: Any, /) -> int:
        given = bytes(data)
        thread = threading.get_ident()
        text, used = utf_8_decode(waiting := self._begun.pop(thread, b"") + given, "replace", False)
        if used < len(waiting):  # a letter that is not complete yet
            self._begun[thread] = waiting[used:]
        self._text.write(text)
        return len(given)

    def flush(self) -> None:
        self._text.flush()

    def fileno(self) -> int:
        return self._text.fileno()

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        """Stay open, as the text stream does."""

    @property
    def raw(self) -> Any:
        return self

    @property
    def name(self) -> str:
        return self._text.name


def last_state(line: str) -> str:
    """What a terminal would show of a line in the end: what stands after the last carriage return."""
    line = line.rstrip("\r")
    return line.rpartition("\r")[2] if "\r" in line else line
