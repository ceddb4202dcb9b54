"""What a worker process does: it answers one batch of items after the other until the engine hangs up."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

from specc_runtime import capture, slots
from specc_runtime.codecs import encode
from specc_runtime.errors import CodecError, class_names, message_of
from specc_runtime.functions import load_function, prepare
from specc_runtime.programs import usage
from specc_runtime.tracebacks import format_error
from specc_runtime.tracking.spool import Spool
from specc_runtime.workers.arguments import unpack
from specc_runtime.workers.baton import Baton
from specc_runtime.workers.frames import CHUNK, Frame, Reader, write
from specc_runtime.workers.peak import Peak

Request = tuple[str, str, str | None, bool, dict[str, str], list[tuple[tuple[int, ...], bytes]]]
"""The function, the step's path, the codec, whether an item may be killed, what is leased, and the items: their indices
and their arguments, packed. They are packed one by one, so that items share nothing and one that cannot be read fails
alone."""


class Loop:
    """Takes requests from the engine, and answers.

    The answers to a request are ("loaded",) and for each item one ("done", codec, ...), ("unfit", message, ...) or
    ("failed", names, message, traceback, ...), where `...` is started, seconds, cpu, memory; or for all items together
    one ("unloadable", names, message, traceback). Among them are ("log", step, items, stream, level, text).
    """

    def __init__(self, engine: socket.socket, baton: Baton) -> None:
        self._engine, self._baton = engine, baton
        self._reader = Reader()
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._place: capture.Place = ("", ())
        self._peak = Peak()
        self._spool: Spool | None = None
        os.register_at_fork(after_in_child=self._let_go)

    def serve(self, *, logs: bool) -> NoReturn:
        """Answer until the engine is gone, then end."""
        _write_whole_lines()
        with contextlib.ExitStack() as stack:
            if logs:
                stack.enter_context(capture.installed(self._log))
                stack.enter_context(capture.metered(lambda place, text: self._log(place, "metrics", None, text)))
                self._spool = Spool()
            try:
                while True:
                    self._answer(self._receive())
            except OSError:  # the engine is gone: nothing of this matters any more
                os._exit(1)

    def _receive(self) -> Request:
        while True:
            chunk = self._engine.recv(CHUNK)
            if not chunk:
                raise BrokenPipeError
            frames: list[Frame] = self._reader.feed(chunk)
            if frames:
                ((request, _),) = frames  # the next is sent when this one is answered
                return request

    def _send(self, *about: Any, data: bytes = b"") -> None:
        with self._lock:
            write(self._engine, about, data)

    def _answer(self, request: Request) -> None:
        reference, step, codec, guarded, leased, items = request
        self._place = (step, ())
        capture.place.set(self._place)
        with slots.leased_by_process(leased):
            try:
                slots.hold(leased)
                function = prepare(load_function(reference), codec)
            except BaseException as error:  # whatever the user's module raises
                self._end_item()
                self._send("unloadable", *_described(error))
                return
            self._peak.bytes()  # noticed, so that it is not the first item's
            self._between(guarded, "loaded")
            for indices, packed in items:
                self._place = (step, indices)
                capture.place.set(self._place)
                about, data = _run(function, packed, codec, self._peak)
                self._end_item()
                self._between(guarded, *about, data=data)

    def _between(self, guarded: bool, *about: Any, data: bytes = b"") -> None:
        if guarded:
            self._baton.take()
        self._send(*about, data=data)
        if guarded:
            self._baton.give_back()

    def _end_item(self) -> None:
        if os.getpid() != self._process:  # the function has forked, and its child has come back here
            os._exit(0)
        capture.leave()
        if self._spool is not None:
            self._spool.drain(self._place)
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except Exception:  # the user's code may have closed or replaced them
            return

    def _log(self, place: capture.Place | None, stream: str, level: str | None, text: str) -> None:
        step, items = place or self._place
        self._send("log", step, items, stream, level, text)

    def _let_go(self) -> None:
        """In a process that the user's code forked: only one process may talk to the engine."""
        self._lock = threading.Lock()
        self._engine.close()
        self._baton.close()


def _run(function: Callable[..., Any], packed: bytes, codec: str | None, peak: Peak) -> tuple[tuple[Any, ...], bytes]:
    peak.restart()
    usage.taken()
    started, clock, cpu = time.time(), time.perf_counter(), time.process_time()
    about: tuple[Any, ...]
    data = b""
    try:
        value = function(unpack(packed))
        try:
            encoded = encode(value, codec)
            about, data = ("done", encoded.codec), encoded.data
        except CodecError as error:
            about = ("unfit", str.__str__(message_of(error)))
        del value
    except BaseException as error:  # whatever a user's function raises is its failure, `sys.exit` too
        about = ("failed", *_described(error))
    seconds, own = time.perf_counter() - clock, time.process_time() - cpu
    others, most = usage.taken()
    return (*about, started, seconds, own + others, max(peak.bytes(), most)), data


def _write_whole_lines() -> None:
    """With PYTHONUNBUFFERED, too: `print` writes a line in pieces, and the processes functions fork share a file."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, write_through=False)


def _described(error: BaseException) -> tuple[tuple[str, ...], str, str]:
    """Its names, its message, its traceback; exact strings, which is what `marshal` takes."""
    try:
        trace = format_error(error)
    except BaseException:  # a user's class may do anything, also while it is printed
        trace = ""
    return class_names(error), str.__str__(message_of(error)), trace
