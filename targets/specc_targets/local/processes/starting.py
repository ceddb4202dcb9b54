"""Two ways to start worker processes: forked from a nursery, which is cheap, or each from nothing."""

from __future__ import annotations

import contextlib
import marshal
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from specc_runtime.workers.baton import Baton

_PATIENCE = 6.0
"""Seconds to wait for the end of something that has been killed; more than the nursery's own."""
_DESCRIPTORS = 4
"""That come with a new process: its socket, its pidfd, both ends of the baton."""


class StartError(Exception):
    """No process can be started. The message says why."""


class StarterGoneError(StartError):
    """What starts processes has ended itself, and with it all that it had started; a new one may do."""


class Started(NamedTuple):
    """A process that has just been started: the leader of a session, and so of a process group, of its own."""

    pid: int
    connection: socket.socket
    handle: int | None
    """A pidfd, which is readable when the process has ended; None where there are none."""
    baton: Baton


class Starter(Protocol):
    """Starts processes, and ends them. Used from many threads."""

    def start(self) -> Started:
        """A new process. Raises `StartError`."""

    def end(self, started: Started) -> int | None:
        """Kill the process and all in its group, and wait for it.

        The exit code, negative for a signal: of a process that had ended before, its own. None when nobody knows.
        """

    def close(self) -> None:
        """Kill all processes and wait for them; those that are being started, too."""


def new_starter(root: Path, *, logs: bool) -> Starter:
    """The best there is on this machine; the processes import users' modules from `root`."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            os.close(os.pidfd_open(os.getpid()))
            return Nursery(root, logs=logs)
    return Singles(root, logs=logs)


def _popen(code: str, root: Path, descriptors: Sequence[int]) -> subprocess.Popen[bytes]:
    """Python that runs `code`, with our module path but without our environment being changed for what it starts.

    The user's package comes later: a module of the user called `socket` is not what we want to start with.
    """
    users = str(root.resolve())
    path = [entry for entry in sys.path if entry and os.path.realpath(entry) != users]
    try:
        os.fstat(2)
        output = 2
    except OSError:  # started without a standard error
        output = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.path[:] = {path!r}; {code}"],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=descriptors,
        start_new_session=True,
    )


class Nursery:
    """Asks a process that has the runtime imported to fork."""

    def __init__(self, root: Path, *, logs: bool) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        call = f"main({theirs.fileno()}, {os.getpid()}, {str(root)!r}, logs={logs})"
        with theirs:
            self._popen = _popen(f"from specc_runtime.workers.nursery import main; {call}", root, [theirs.fileno()])

    def start(self) -> Started:
        """Fork. Raises `StartError`."""
        try:
            answer, descriptors = self._ask("start")
        except OSError:
            raise StarterGoneError("the process that starts others has ended") from None
        if answer[0] == "failed":
            raise StartError(answer[1])
        if len(descriptors) != _DESCRIPTORS:
            for descriptor in descriptors:
                os.close(descriptor)
            raise StartError("this process has too many files open")
        connection, handle, *baton = descriptors
        return Started(answer[1], socket.socket(fileno=connection), handle, Baton((baton[0], baton[1])))

    def end(self, started: Started) -> int | None:
        """Kill, wait, ask how it ended."""
        try:
            self._ask("kill", started.pid)
            assert started.handle is not None
            wait_for(started.handle, _PATIENCE)
            status: int | None = self._ask("status", started.pid)[0][1]
        except OSError:  # the nursery is gone, which ends all processes it has started
            return None
        return status

    def _ask(self, *request: Any) -> tuple[Any, list[int]]:
        with self._lock:
            self._control.send(marshal.dumps(request))
            answer, descriptors, _, _ = socket.recv_fds(self._control, 4096, _DESCRIPTORS, socket.MSG_CMSG_CLOEXEC)
        if not answer:
            raise BrokenPipeError
        return marshal.loads(answer), descriptors

    def close(self) -> None:
        """The nursery kills all that is below it when it is left alone."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._popen.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        with self._lock:
            self._control.close()


class Singles:
    """Starts an interpreter for each process."""

    def __init__(self, root: Path, *, logs: bool) -> None:
        self._root, self._logs = root, logs
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def start(self) -> Started:
        """Start an interpreter. Raises `StartError`."""
        ours, theirs = socket.socketpair()
        baton = Baton()
        arguments = f"{theirs.fileno()}, {baton.ends!r}, {str(self._root)!r}, logs={self._logs}"
        with theirs, self._lock:
            if self._closed:
                raise StartError("the run has ended")
            try:
                code = f"from specc_runtime.workers.single import main; main({arguments})"
                popen = _popen(code, self._root, [theirs.fileno(), *baton.ends])
            except OSError as error:
                ours.close()
                baton.close()
                raise StartError(str(error)) from None
            self._running[popen.pid] = popen
        handle = None
        with contextlib.suppress(OSError, AttributeError):
            handle = os.pidfd_open(popen.pid)
        return Started(popen.pid, ours, handle, baton)

    def end(self, started: Started) -> int | None:
        """Kill the group before its leader is let go: until then no other group can have its number."""
        with self._lock:
            popen = self._running.pop(started.pid, None)
        if popen is None:
            return None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(popen.pid, signal.SIGKILL)
        return popen.wait()

    def close(self) -> None:
        """Kill all groups."""
        with self._lock:
            self._closed = True
            running, self._running = list(self._running.values()), {}
            for popen in running:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(popen.pid, signal.SIGKILL)
        for popen in running:
            popen.wait()


def wait_for(descriptor: int, seconds: float) -> bool:
    """Whether there is something to read within `seconds`."""
    import select

    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
