"""One editor, from its first message to its end: who reads, who handles, and what ends it all."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from specc.language_server.protocol import SpeccProtocol, tell

_LOOK_SECONDS = 2.0
"""After so long it is looked whether the editor is still there."""
_MOST_BYTES = 1 << 30
"""Of one message."""
_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")


class Conversation:
    """Reads ahead in a thread of its own, so that it is known what waits; all else happens in one loop."""

    def __init__(self, protocol: SpeccProtocol, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self._protocol = protocol
        self._stdin = stdin
        protocol.set_writer(_Writer(stdout, self.end))
        protocol.end = self.end
        self._ended = False

    def end(self) -> None:
        """Handle nothing more."""
        self._ended = True
        self._news.set()

    async def run(self, parent: Callable[[], int | None]) -> None:
        """Handle messages until the editor says `exit`, or is gone, or a signal comes."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_failed)
        self._news = asyncio.Event()
        for name in _SIGNALS:
            with suppress(AttributeError, NotImplementedError):  # systems that know other signals
                self._loop.add_signal_handler(getattr(signal, name), self.end)
        self._watch(parent)
        threading.Thread(target=self._read, daemon=True).start()
        while not self._ended:
            await self._news.wait()
            self._news.clear()
            while self._protocol.waiting and not self._ended:
                self._protocol.handle_next()
                await asyncio.sleep(0)  # what is due is done between messages

    def _read(self) -> None:
        with suppress(OSError, ValueError):  # what the editor sends is no message: nothing more will come
            while (body := _body(self._stdin)) is not None:
                try:
                    message = json.loads(body)
                except (ValueError, RecursionError):
                    message = None
                self._protocol.take(message)
                self._wake(self._news.set)
        self._wake(self.end)

    def _wake(self, callback: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(callback)

    def _watch(self, parent: Callable[[], int | None]) -> None:
        process = parent()
        if process is not None and not _lives(process):
            self.end()
        else:
            self._loop.call_later(_LOOK_SECONDS, self._watch, parent)


class _Writer:
    """Writes what the library sends; an editor that takes nothing any more is gone."""

    def __init__(self, stream: IO[bytes], gone: Callable[[], None]) -> None:
        self._stream = stream
        self._gone = gone

    def close(self) -> None:
        self._stream.close()

    def write(self, data: bytes) -> None:
        try:
            self._stream.write(data)
            self._stream.flush()
        except OSError:
            self._gone()


def _body(stream: IO[bytes]) -> bytes | None:
    """The next message; None at the end. Raises `ValueError` for what cannot be one."""
    length = 0
    while line := stream.readline():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
            if not 0 < length <= _MOST_BYTES:
                raise ValueError("no message is as long as this")
        elif not line.strip() and length:
            body = stream.read(length)
            return body if len(body) == length else None
    return None


def _lives(process: int) -> bool:
    if process <= 0 or os.name == "nt":  # there, asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to somebody else
        return True
    return True


def _failed(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    tell("something failed", error if error is not None else RuntimeError(context.get("message")))
