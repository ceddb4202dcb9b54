"""Worker processes: for calls that have a `timeout`, because a thread cannot be stopped and a process can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from specc_runtime.worker_main import Message

_START = 60.0
"""Seconds that starting a process and importing the user's module may take beyond the call's own timeout."""


class TimedOut(Exception):  # noqa: N818  # becomes the error `timeout`
    """The call took too long; its process was killed."""


class Lost(Exception):  # noqa: N818  # becomes the error `lost`
    """The process ended without an answer. The argument is its exit code: negative for a signal."""


class Process:
    """One worker process, the leader of a process group of its own."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "specc_runtime.worker_main", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        self._connection = Connection(ours.detach())
        self._loaded: set[str] = set()

    def load(self, root: Path, reference: str, timeout: float) -> Message:
        """Have the process import the function, once."""
        if reference in self._loaded:
            return ("done", "json", b"null")
        answer = self.ask(("load", str(root), reference), timeout)
        if answer[0] == "done":
            self._loaded.add(reference)
        return answer

    def ask(self, message: Message, timeout: float) -> Message:
        """The answer to a message. Raises `TimedOut` and `Lost`."""
        try:
            self._connection.send(message)
            if not self._connection.poll(timeout):
                raise TimedOut
            answer: Message = self._connection.recv()
        except (EOFError, OSError):
            self.kill()
            raise Lost(self._popen.returncode) from None
        return answer

    def kill(self) -> None:
        """End the process and everything it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()

    def close(self) -> None:
        """Kill it, and let go of the connection."""
        self.kill()
        self._connection.close()


class Processes:
    """Warm processes: one for each call that goes on at the same time, started when needed and used again."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._idle: list[Process] = []
        self._all: set[Process] = set()
        self._lock = threading.Lock()
        self._closed = False

    def call(self, reference: str, arguments: Any, codec: str | None, timeout: float) -> Message:
        """Call a function with a time limit, which the import of its module does not count against.

        Raises `TimedOut` and `Lost`. Blocks: call it in a worker thread.
        """
        process = self._take()
        healthy = False
        try:
            answer = process.load(self._root, reference, timeout + _START)
            if answer[0] == "done":
                answer = process.ask(("call", reference, arguments, codec), timeout)
            healthy = True
            return answer
        finally:
            self._give_back(process, healthy)

    def _take(self) -> Process:
        with self._lock:
            if self._closed:
                raise Lost(-signal.SIGKILL)
            if self._idle:
                return self._idle.pop()
            process = Process()
            self._all.add(process)
            return process

    def _give_back(self, process: Process, healthy: bool) -> None:
        with self._lock:
            if healthy and not self._closed:
                self._idle.append(process)
                return
            self._all.discard(process)
        process.close()

    def close(self) -> None:
        """Kill every process; calls that go on end with `Lost`."""
        with self._lock:
            self._closed = True
            processes = list(self._all)
        deadline = time.monotonic() + 5
        for process in processes:
            process.kill()
            if time.monotonic() > deadline:
                break
