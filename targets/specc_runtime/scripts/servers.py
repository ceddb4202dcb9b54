"""The processes that fork one for each run of a script: started when they are needed, and used again."""

from __future__ import annotations

import array
import atexit
import contextlib
import marshal
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from specc_runtime.errors import CommandError
from specc_runtime.programs import usage
from specc_runtime.programs.table import MARK

_PROGRAM = str(Path(__file__).resolve().with_name("server.py"))
_STARTING = ("PYTHON", "LC_", "LD_", "DYLD_", "MALLOC_", "GLIBC_")
_STARTING_NAMES = frozenset({"LANG", "LANGUAGE", "TZ", "HOME"})
_MOST_IDLE = 8
"""Servers that are kept for later."""
_NUMBER = 8
_CHUNK = 256 * 1024
_lock = threading.Lock()
_idle: list[Server] = []
_all: set[Server] = set()
Frame = tuple[Any, ...]


class ServerLost(CommandError):  # noqa: N818  # what happened
    """The process that led a script is gone, and with it all that it ran."""


class Server:
    """One such process. It runs one script at a time."""

    def __init__(self, environment: Mapping[str, str], folder: str, key: frozenset[tuple[str, str]]) -> None:
        """`key` is what of the environment counts when Python starts."""
        self.key = key
        self._socket, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [sys.executable or "python3", _PROGRAM, str(theirs.fileno())],
                cwd=folder,
                env={**environment, MARK: f"{os.getpid()}-scripts"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # a script that kills the group of its parent does not kill this process
            )
        except OSError as error:
            self._socket.close()
            raise CommandError(f"Python cannot be started: `{sys.executable}`: {error.strerror}") from None
        finally:
            theirs.close()
        _all.add(self)

    @property
    def is_there(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def run(
        self, request: Mapping[str, Any], descriptors: Sequence[int], report: int, sent: Callable[[], None]
    ) -> tuple[int, list[Frame]]:
        """Run a script with these for its input, output, errors and report; its status, and what it reported.

        What it used counts for the call that this thread makes (`usage`).
        More descriptors are those of locks, which the script's process holds, too, with all that it starts. `report` is
        where the report can be read; `sent` is called when the descriptors are not needed here any more. Raises
        `ServerLost`.
        """
        body = marshal.dumps(dict(request))
        head = len(body).to_bytes(_NUMBER, "big")
        process = None
        reader = _Reader(report)
        try:
            with self._interrupted_by_end():
                self._socket.sendmsg([head], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])
                sent()
                self._socket.sendall(body)
                process = self._number(reader)
                status, microseconds, memory = (self._number(reader) for _ in range(3))
        except ServerLost:
            if process is not None:  # else the kernel has done it
                with contextlib.suppress(OSError):
                    os.killpg(process, signal.SIGKILL)
            raise
        usage.add(microseconds / 1e6, memory)
        reader.rest()
        return status, reader.frames()

    @contextmanager
    def _interrupted_by_end(self) -> Iterator[None]:
        try:
            yield
        except (BrokenPipeError, ConnectionResetError):
            raise ServerLost("the process that runs the scripts of this one is gone") from None

    def _number(self, reader: _Reader) -> int:
        """The next number from the server; meanwhile reports are read, so that nobody waits to write one."""
        data = b""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        poll.register(reader.descriptor, select.POLLIN)
        while len(data) < _NUMBER:
            ready = {one for one, _ in poll.poll()}
            if reader.descriptor in ready and not reader.read():
                poll.unregister(reader.descriptor)
            if self._socket.fileno() in ready:
                chunk = self._socket.recv(_NUMBER - len(data))
                if not chunk:
                    raise ServerLost("the process that ran the script was killed, and the script with it")
                data += chunk
        return int.from_bytes(data, "big", signed=True)

    def close(self) -> None:
        """Let it end, with all that it runs."""
        _all.discard(self)
        self._socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)

    def forget(self) -> None:
        """Close what a forked process has of it, too: there it is somebody else's."""
        self._socket.close()
        self._process.returncode = 0  # nothing to wait for here


class _Reader:
    """Puts together what a script's process reports."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._data = bytearray()
        os.set_blocking(descriptor, False)

    def read(self) -> bool:
        """Read what there is; whether there may be more later."""
        try:
            chunk = os.read(self.descriptor, _CHUNK)
        except BlockingIOError:
            return True
        self._data += chunk
        return bool(chunk)

    def rest(self) -> None:
        """Read what is left of a process that has ended."""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.descriptor, _CHUNK):
                self._data += chunk

    def frames(self) -> list[Frame]:
        """What is complete of it."""
        found: list[Frame] = []
        at = 0
        while at + _NUMBER <= len(self._data):
            end = at + _NUMBER + int.from_bytes(self._data[at : at + _NUMBER], "big")
            if end > len(self._data):
                break
            found.append(marshal.loads(self._data[at + _NUMBER : end]))
            at = end
        return found


@contextmanager
def server(environment: Mapping[str, str], folder: str) -> Iterator[Server]:
    """A server for a script with this environment in `folder`; one that has run others, where there is one that fits.

    Variables that act when Python starts have to be the same, and the folder where they name others relative to it.
    """
    key = frozenset(
        (name, value) for name, value in environment.items() if name.startswith(_STARTING) or name in _STARTING_NAMES
    )
    if all(map(os.path.isabs, (environment.get("PYTHONPATH") or "/").split(os.pathsep))):
        folder = "/"  # one that stays
    key |= {("", folder)}
    with _lock:
        found = next((one for one in reversed(_idle) if one.key == key), None)
        if found is not None:
            _idle.remove(found)
    if found is not None and not found.is_there:
        found.close()
        found = None
    used = found or Server(environment, folder, key)
    try:
        yield used
    except BaseException:
        used.close()  # whatever it runs ends with it
        raise
    with _lock:
        _idle.append(used)
        dropped = _idle.pop(0) if len(_idle) > _MOST_IDLE else None
    if dropped is not None:
        dropped.close()


def _forget() -> None:
    global _lock  # noqa: PLW0603  # another thread may have held it
    _lock = threading.Lock()
    for one in _all:
        one.forget()
    _all.clear()
    _idle.clear()


def _close_idle() -> None:
    """At the end of this process: they would end by themselves, but nobody would have waited for them."""
    while _idle:
        _idle.pop().close()


os.register_at_fork(after_in_child=_forget)
atexit.register(_close_idle)
