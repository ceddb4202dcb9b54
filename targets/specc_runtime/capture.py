"""What the user's functions print and log: caught line by line, with the step and items that it came from.

`place` says which call the current code belongs to; whoever runs calls sets it before each and calls `leave` after.
`installed` puts line-splitting streams in place of `sys.stdout` and `sys.stderr`, and listens to `logging`. Every line
comes to the sink whole, whatever other threads print meanwhile. A thread that the user's code starts has no place, but
asyncio's tasks and `asyncio.to_thread` keep that of their maker.

A call in a thread cannot be stopped, and may go on when the run is over. What such a thread prints then goes to
standard error, with the same secrets hidden, and never to standard output, where the results are.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Literal, TextIO, cast

from specc_runtime.captured_logging import Handler, listening
from specc_runtime.captured_streams import Guard, LineStream, Unfinished

Place = tuple[str, tuple[int, ...]]
"""The path of a step (`process/fetch`), and the index in each map around it."""
Stream = Literal["stdout", "stderr", "logging", "metrics"]
Sink = Callable[[Place | None, Stream, str | None, str], None]
"""Gets the place, the stream, the level of what was logged (`WARNING`), and a line without its newline, secrets hidden.

Called in the thread that printed, in many at the same time. What it raises is swallowed: printing must not fail a step.
"""

place: ContextVar[Place | None] = ContextVar("specc_place", default=None)
"""The call that the current code belongs to; None outside of calls."""

_unfinished: Unfinished = {}
_sinks: list[Sink] = []
_meters: list[Callable[[Place | None, str], None]] = []
_redactions: list[Callable[[str], str]] = []
_busy = threading.local()
_left: set[threading.Thread] = set()
"""Threads that outlive the run which they belong to."""
_own: set[threading.Thread] = set()
"""Threads of the program around the runs."""


def is_installed() -> bool:
    """Whether there is a sink."""
    return bool(_sinks)


def capturing() -> bool:
    """Whether something takes what is printed."""
    return bool(_sinks)


def metering() -> bool:
    """Whether something takes the metrics of steps."""
    return bool(_meters)


@contextmanager
def metered(meter: Callable[[Place | None, str], None]) -> Iterator[None]:
    """Give `meter` the place and the line of all metrics meanwhile: lines of the stream `metrics`, which no sink gets.

    It is called in many threads at the same time; what it raises is swallowed.
    """
    _meters.append(meter)
    try:
        yield
    finally:
        _meters.remove(meter)


def leave() -> None:
    """End the call of `place`: hand on what it printed without a newline at the end."""
    if _unfinished:
        key = (threading.get_ident(), place.get())
        for stream in [found for found in list(_unfinished) if found[1:] == key]:
            if text := _unfinished.pop(stream, ""):
                deliver(key[1], stream[0], None, text)


def deliver(where: Place | None, stream: Stream, level: str | None, text: str) -> None:
    """Hand a line to the sink, with secrets hidden; to standard error where none is installed.

    For lines that come from elsewhere, such as another process; what is printed here gets there by itself.
    """
    text = _hide(text, _redactions)
    if stream == "metrics":
        for meter in _meters[-1:]:
            with suppress(Exception):  # whatever it raises, the step that logged is well
                meter(where, text)
        return
    if not _sinks or getattr(_busy, "delivering", False):  # a sink that prints must not call itself
        _write_out(text)
        return
    _busy.delivering = True
    try:
        _sinks[-1](where, stream, level, text)
    except Exception:  # whatever a sink raises, the step that printed is well
        _write_out(text)
    finally:
        _busy.delivering = False


def hidden(text: str) -> str:
    """The text with the secrets of the run that goes on hidden."""
    return _hide(text, _redactions)


def _hide(text: str, redactions: Iterable[Callable[[str], str]]) -> str:
    for redact in redactions:
        text = redact(text)
    return text


def _is_late() -> bool:
    """Whether this thread belongs to a run that is over.

    While one of those goes on, a thread that nobody knows is held to be begun by it, unless another run does.
    """
    thread = threading.current_thread()
    if thread in _left:
        return True
    if _sinks or thread in _own or not any(left.is_alive() for left in _left.copy()):
        return False
    _left.add(thread)
    return True


def _write_out(text: str) -> None:
    try:
        os.write(2, f"{text}\n".encode(errors="backslashreplace"))
    except OSError:  # nowhere left to write
        return


@contextmanager
def redacting(redact: Callable[[str], str]) -> Iterator[None]:
    """Have `redact` go over every line, before any sink sees it: meanwhile, and as long as the sink is installed.

    What other processes printed may come late.
    """
    _redactions.append(redact)
    try:
        yield
    finally:
        if not _sinks:
            _redactions.remove(redact)


@contextmanager
def installed(sink: Sink) -> Iterator[None]:
    """Give `sink` all that is printed and logged meanwhile, in any thread of this process.

    Threads that began meanwhile and have not ended are held to be the run's: what they print later goes to standard
    error, and what is hidden now stays so.
    """
    before: tuple[TextIO, TextIO] = (sys.stdout, sys.stderr)
    redactions = list(_redactions)
    _own.update(set(threading.enumerate()) - _left)
    out = LineStream(before[0], "stdout", _unfinished, place.get, deliver)
    err = LineStream(before[1], "stderr", _unfinished, place.get, deliver)
    for stream in before:
        _flush(stream)
    _sinks.append(sink)
    sys.stdout, sys.stderr = out, err
    try:
        with listening(Handler((out, err), _logged)):
            yield
    finally:
        hidden = tuple(_redactions)
        _left.update(set(threading.enumerate()) - _own)
        for ended in [thread for thread in _left if not thread.is_alive()]:
            _left.discard(ended)
        for caught in (out, err):
            caught.release(_is_late, lambda text: _hide(text, hidden))
        if _left:
            guards = Guard(before[0], out, _is_late), Guard(before[1], err, _is_late)
            sys.stdout, sys.stderr = cast("tuple[TextIO, TextIO]", guards)
        else:
            sys.stdout, sys.stderr = before
        for key in list(_unfinished):
            if text := _unfinished.pop(key, ""):
                deliver(key[2], key[0], None, text)
        _sinks.remove(sink)
        if not _left:
            _redactions[:] = redactions


def _logged(record: logging.LogRecord, text: str) -> None:
    for line in text.split("\n"):
        deliver(place.get(), "logging", record.levelname, line)


def _flush(stream: Any) -> None:
    try:
        stream.flush()
    except (OSError, ValueError):  # closed, or its reader is gone
        return


def _forget() -> None:
    """In a forked child: what it prints goes where its descriptors lead, not to its parent's sink."""
    _unfinished.clear()
    _sinks.clear()
    _meters.clear()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, LineStream):
            stream.release()


os.register_at_fork(after_in_child=_forget)
