"""What a program prints, handed on line by line while it runs."""

from __future__ import annotations

import codecs
import contextlib
import contextvars
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from specc_runtime.captured_streams import LONGEST, last_state

TOLD_LINES = 20
"""Last lines of standard error that the message of a failure holds."""
TOLD = 500
"""Characters of each, and of the command."""
_CHUNK = 64 * 1024


def follow(
    stream: IO[bytes], out: Any, last: deque[str] | None = None, on_line: Callable[[str], None] | None = None
) -> threading.Thread:
    """Print what comes from `stream` line by line, in a thread that is taken for this one; also a last line half said.

    Of a line that was drawn over with carriage returns only the last state is printed. `last` gets the lines that are
    not empty, cut; `on_line` each as it is. Whatever these raise, the stream is read to its end: else the program that
    prints would wait for ever.
    """

    def handle(line: str) -> None:
        if last is not None and line.strip():
            last.append(line if len(line) <= TOLD else f"{line[:TOLD]}…")
        out.write(f"{line}\n")  # captured like whatever a step prints; at once, which is half the work of `print`
        out.flush()
        if on_line is not None:
            on_line(line)

    def read() -> None:
        for line in lines(stream):
            with contextlib.suppress(Exception):
                handle(line)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(read,), daemon=True)
    thread.start()
    return thread


class Collector:
    """Reads a stream to its end in a thread, and keeps it."""

    def __init__(
        self, stream: IO[bytes], limit: int, on_limit: Callable[[], None], on_line: Callable[[str], None] | None = None
    ) -> None:
        """`on_limit` is called once more than `limit` bytes have come, of which no more are kept."""
        self.data = bytearray()
        self.is_too_much = False
        self._stream, self._limit, self._on_limit, self._on_line = stream, limit, on_limit, on_line
        self.thread = threading.Thread(target=contextvars.copy_context().run, args=(self._read,), daemon=True)
        self.thread.start()

    def _read(self) -> None:
        if self._on_line is None:
            while chunk := _some(self._stream):
                self._keep(chunk)
            return
        for line in lines(self._stream, self._keep):
            with contextlib.suppress(Exception):
                self._on_line(line)

    def _keep(self, chunk: bytes) -> None:
        if self.is_too_much:
            return
        self.data += chunk
        if len(self.data) > self._limit:
            self.is_too_much = True
            self._on_limit()


def join(threads: Iterable[threading.Thread], seconds: float) -> None:
    """Wait for all of them, `seconds` at most."""
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def lines(stream: IO[bytes], on_chunk: Callable[[bytes], None] | None = None) -> Iterator[str]:
    """The lines of a stream as they come, without their ends; a very long one in pieces. `on_chunk` gets all bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    while chunk := _some(stream):
        if on_chunk is not None:
            on_chunk(chunk)
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in whole:
            yield last_state(line)
        if "\r" in rest[:-1]:
            rest = rest[:-1].rpartition("\r")[2] + rest[-1]
        if len(rest) > LONGEST:
            yield rest
            rest = ""
    if rest := last_state(rest + decoder.decode(b"", True)):
        yield rest


def _some(stream: IO[bytes]) -> bytes:
    """What there is, at least one byte; none at the end, and when the stream was closed meanwhile."""
    try:
        return stream.read1(_CHUNK)  # type: ignore[attr-defined,no-any-return]  # of the pipes that `Popen` makes
    except (OSError, ValueError):
        return b""
