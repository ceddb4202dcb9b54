"""What programs print is handed on as it comes."""

from __future__ import annotations

import io
import os
import threading
from collections import deque

import pytest

from specc_runtime.programs.streams import Collector, follow, lines


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (b"", []),
        (b"a\nb\n", ["a", "b"]),
        (b"a\n\nb", ["a", "", "b"]),
        (b" 10%\r 50%\r100%\ndone\r\n", ["100%", "done"]),
        (b" 10%\r 50%", [" 50%"]),
        ("é\n".encode() + b"\xff\n", ["é", "�"]),
    ],
)
def test_lines(printed: bytes, expected: list[str]) -> None:
    for size in (1, 2, 1 << 16):
        assert list(lines(io.BufferedReader(_Slow(printed, size)))) == expected


class _Slow(io.RawIOBase):
    """Gives some bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size = data, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # typeshed wants any buffer
        given, self._data = self._data[: self._size], self._data[self._size :]
        buffer[: len(given)] = given
        return len(given)


def test_a_line_without_end_comes_in_pieces_and_a_progress_bar_does_not() -> None:
    long = list(lines(io.BytesIO(b"x" * 300_000)))  # type: ignore[arg-type]  # it has `read1`
    assert len(long) > 1
    assert "".join(long) == "x" * 300_000
    assert list(lines(io.BytesIO(b"\r" + b"bar\r" * 100_000))) == ["bar"]  # type: ignore[arg-type]  # reads as a pipe does


def test_a_line_is_printed_while_the_program_goes_on() -> None:
    reader, writer = os.pipe()
    seen = threading.Event()

    def on_line(line: str) -> None:
        assert line == "first"
        seen.set()

    with os.fdopen(reader, "rb") as stream:
        thread = follow(stream, io.StringIO(), on_line=on_line)
        os.write(writer, b"first\nsec")
        assert seen.wait(30), "it waits for more"
        os.close(writer)
        thread.join()


def test_what_cannot_be_printed_does_not_stop_the_program() -> None:
    reader, writer = os.pipe()
    closed = io.StringIO()
    closed.close()
    last: deque[str] = deque()
    with os.fdopen(reader, "rb") as stream:
        thread = follow(stream, closed, last)
        for _ in range(40):
            os.write(writer, b"x" * 9_999 + b"\n")  # more than a pipe holds
        os.close(writer)
        thread.join()
    assert len(last) == 40
    assert len(last[0]) == 501


def test_a_collector_says_once_when_it_is_too_much() -> None:
    told: list[int] = []
    collector = Collector(io.BytesIO(b"x" * 200_000), 100_000, lambda: told.append(1))  # type: ignore[arg-type]  # reads as a pipe does
    collector.thread.join()
    assert (collector.is_too_much, told) == (True, [1])
    seen: list[str] = []
    collector = Collector(io.BytesIO(b"a\nb"), 100, lambda: None, seen.append)  # type: ignore[arg-type]  # reads as a pipe does
    collector.thread.join()
    assert (bytes(collector.data), seen) == (b"a\nb", ["a", "b"])
