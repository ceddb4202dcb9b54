"""Sandboxes: forked processes that run a Lambda handler for real, kept warm and shared by every function of a server.

A sandbox is one connection to the `zygote`, a process that has the slow imports behind it and forks a child for each
connection. Messages are JSON with a four-byte length in front.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

JsonObject = dict[str, Any]
_LONGEST_LOG = 1024 * 1024
"""Bytes of what one invocation writes that are kept."""


@dataclass(frozen=True)
class FunctionConfiguration:
    """What a sandbox is started with; equal configurations share sandboxes, as executions of one function do."""

    name: str
    version: str
    handler: str
    code: Path
    environment: tuple[tuple[str, str], ...]
    timeout: float
    memory: int
    """MiB."""


@dataclass(frozen=True)
class Answer:
    """What came of one invocation."""

    body: JsonObject
    """`{"result": ...}` or `{"error": {...}}`."""
    printed: str = ""
    """What the handler wrote to standard output and error."""


class CrashedError(Exception):
    """The sandbox ended without an answer."""


def send(connection: socket.socket, message: Any) -> None:
    """Write one message."""
    body = json.dumps(message).encode()
    connection.sendall(struct.pack("!I", len(body)) + body)


def receive(connection: socket.socket) -> Any:
    """Read one message. Raises `CrashedError` when the other side has gone, `TimeoutError` when time is over."""
    (length,) = struct.unpack("!I", _exactly(connection, 4))
    return json.loads(_exactly(connection, length))


def _exactly(connection: socket.socket, length: int) -> bytes:
    parts: list[bytes] = []
    while length:
        part = connection.recv(min(length, 1 << 20))
        if not part:
            raise CrashedError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


class Sandbox:
    """One warm process."""

    def __init__(self, address: str, configuration: FunctionConfiguration) -> None:
        self.configuration = configuration
        descriptor, self._log = tempfile.mkstemp(prefix="sandbox-", suffix=".log", dir=Path(address).parent)
        os.close(descriptor)
        self._read = 0
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(address)
        send(
            self._connection,
            {
                "name": configuration.name,
                "handler": configuration.handler,
                "code": str(configuration.code),
                "environment": dict(configuration.environment),
                "timeout": configuration.timeout,
                "memory": configuration.memory,
                "log": self._log,
                "bytecode": str(Path(address).parent / "bytecode"),
            },
        )
        self._process: int = receive(self._connection)["process"]

    def invoke(self, event: Any) -> JsonObject:
        """Run the handler once: `{"result": ...}` or `{"error": {...}}`.

        Raises `TimeoutError` or `CrashedError`, after which the sandbox is gone.
        """
        self._connection.settimeout(self.configuration.timeout)
        send(self._connection, event)
        answer = receive(self._connection)
        assert isinstance(answer, dict)
        return answer

    def printed(self) -> str:
        """What was written since the last time, the last of it where it is much."""
        with Path(self._log).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(self._read, size - _LONGEST_LOG))
            self._read = size
            return file.read().decode(errors="replace")

    def kill(self) -> None:
        """End the process at once."""
        self._connection.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        Path(self._log).unlink(missing_ok=True)


class SandboxPool:
    """At most `size` sandboxes; an idle one of another function makes room when all are taken."""

    def __init__(self, directory: Path, size: int, environment: Mapping[str, str]) -> None:
        self.address = str(directory / "zygote.socket")
        """Where the process listens that sandboxes are forked from."""
        self._size = size
        self._idle: list[Sandbox] = []
        self._alive = 0
        self._changed = threading.Condition()
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "specc_targets.emulator.zygote", self.address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        assert self._zygote.stdout is not None
        self._zygote.stdout.readline()

    def invoke(self, configuration: FunctionConfiguration, event: Any) -> Answer:
        """Run a function once in a sandbox of its configuration; failures of the sandbox are worded as Lambda does."""
        sandbox = self._take(configuration)
        try:
            answer = Answer(sandbox.invoke(event), sandbox.printed())
        except TimeoutError:
            message = f"Task timed out after {configuration.timeout:.2f} seconds"
            answer = _failure("Sandbox.Timedout", message, sandbox.printed())
            self._discard(sandbox)
            return answer
        except (CrashedError, OSError):
            answer = _failure("Runtime.ExitError", "Runtime exited without providing a reason", sandbox.printed())
            self._discard(sandbox)
            return answer
        with self._changed:
            self._idle.append(sandbox)
            self._changed.notify()
        return answer

    def close(self) -> None:
        """End every sandbox and the process that they were forked from."""
        with self._changed:
            idle, self._idle = self._idle, []
        for sandbox in idle:
            sandbox.kill()
        self._zygote.kill()
        self._zygote.wait()

    def _take(self, configuration: FunctionConfiguration) -> Sandbox:
        with self._changed:
            while True:
                for index in range(len(self._idle) - 1, -1, -1):
                    if self._idle[index].configuration == configuration:
                        return self._idle.pop(index)
                if self._alive < self._size:
                    break
                if self._idle:
                    self._idle.pop(0).kill()
                    self._alive -= 1
                    break
                self._changed.wait()
            self._alive += 1
        try:
            return Sandbox(self.address, configuration)
        except BaseException:
            with self._changed:
                self._alive -= 1
                self._changed.notify()
            raise

    def _discard(self, sandbox: Sandbox) -> None:
        sandbox.kill()
        with self._changed:
            self._alive -= 1
            self._changed.notify()


def _failure(name: str, message: str, printed: str) -> Answer:
    return Answer({"error": {"errorType": name, "errorMessage": message}}, printed)
