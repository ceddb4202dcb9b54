"""The programs of containers, run on this machine: in processes forked from the `zygote` where they are specc's own.

An image is not looked at. The code of a step is that of a function with the same store, which is of the same stack; any
other command is run as it is, with what this machine has.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from specc_targets.emulator.sandbox import CrashedError, receive, send

STEP = ("python", "-m", "specc_runtime.batch_main")
"""The command of containers that hold the code of steps."""
_KILLED = 30.0
"""Seconds from SIGTERM to SIGKILL (AWS Batch and Amazon ECS)."""
_NOT_FOUND, _NOT_RUNNABLE = 127, 126


@dataclass(frozen=True)
class Ran:
    """How a program ended."""

    status: int
    """Its exit status, as a container has it: 128 and the number of the signal that ended it."""
    printed: str
    timed_out: bool = False


class Program:
    """One process, which another thread may stop."""

    def __init__(self, address: str, code: Path | None, directory: Path) -> None:
        """`address` is that of the zygote; `code` the folder of the steps' code, where there is one."""
        self._address, self._code, self._directory = address, code, directory
        self._process: int | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def run(self, command: Sequence[str], environment: Mapping[str, str], timeout: float | None) -> Ran:
        """Run the command to its end; after `timeout` seconds it is stopped."""
        descriptor, log = tempfile.mkstemp(prefix="container-", suffix=".log", dir=self._directory)
        os.close(descriptor)
        over = threading.Event()

        def end() -> None:
            over.set()
            self.stop()

        clock = threading.Timer(timeout or 0, end)
        clock.daemon = True
        if timeout is not None:
            clock.start()
        try:
            status = self._run(list(command), dict(environment), log)
        finally:
            clock.cancel()
        printed = Path(log).read_text(errors="replace")
        Path(log).unlink()
        return Ran(status, printed, over.is_set())

    def stop(self) -> None:
        """Tell the process to stop, and kill it when it does not."""
        with self._lock:
            self._stopped = True
            self._signal(signal.SIGTERM)
        killer = threading.Timer(_KILLED, self._kill)
        killer.daemon = True
        killer.start()

    def _kill(self) -> None:
        with self._lock:
            self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process, number)
        except (ProcessLookupError, PermissionError):
            self._process = None

    def _started(self, process: int) -> None:
        with self._lock:
            self._process = process
            if self._stopped:
                self._signal(signal.SIGTERM)

    def _ended(self) -> None:
        with self._lock:
            self._process = None

    def _run(self, command: list[str], environment: dict[str, str], log: str) -> int:
        if self._code is not None and tuple(command) == STEP:
            return self._forked(environment, log)
        with Path(log).open("wb") as output:
            try:
                process = subprocess.Popen(
                    command,
                    cwd=self._directory,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except (FileNotFoundError, IndexError):
                output.write(f"there is no program {command[:1]} on this machine\n".encode())
                return _NOT_FOUND
            except OSError as error:
                output.write(f"{command[0]}: {error.strerror}\n".encode())
                return _NOT_RUNNABLE
            self._started(process.pid)
            status = process.wait()
            self._ended()
        return status if status >= 0 else 128 - status

    def _forked(self, environment: dict[str, str], log: str) -> int:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self._address)
            send(
                connection,
                {
                    "module": STEP[2],
                    "code": str(self._code),
                    "environment": environment,
                    "log": log,
                    "bytecode": str(self._directory / "bytecode"),
                },
            )
            try:
                self._started(receive(connection)["process"])
                status: int = receive(connection)["status"]
            except CrashedError:
                status = -signal.SIGKILL
            self._ended()
        return status if status >= 0 else 128 - status
