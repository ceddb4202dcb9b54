"""A real cluster on this machine: a scheduler and two workers, each a process of its own, over TCP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

FUNCTIONS = """
import logging
import os
import time
from pathlib import Path

import helper

def numbers(limit: int) -> list[int]:
    return list(range(limit))

def double(x: int) -> int:
    print(f"doubling {x}")
    logging.getLogger("birds").warning("twice %d", x)
    return helper.twice(x)

def total(values: list) -> int:
    return sum(values)

def check(x: int) -> int:
    if x == 3:
        raise ValueError("three is not allowed")
    return x

def sleep(x: float) -> float:
    time.sleep(x)
    return x

def wait(x: int, folder: str) -> int:
    # The first time item 5 is called it waits for its end; it is called again elsewhere.
    began = Path(folder, "began")
    if x == 5 and not began.exists():
        began.write_text(str(os.getpid()))
        time.sleep(600)
    return x

def leave(x: int) -> int:
    os._exit(7)

def kill_worker(x: int) -> int:
    if x == 1:
        # the parent is the nursery, whose parent is the Dask worker
        status = Path(f"/proc/{os.getppid()}/status").read_text()
        worker = int(status.split("PPid:")[1].split()[0])
        os.kill(worker, 9)
        time.sleep(600)
    return x

def reverse(data: bytes) -> bytes:
    return data[::-1]

def slot() -> str:
    return os.environ.get("SPECC_SLOT_GPU", "")

def where() -> str:
    return str(Path(__file__).parent)
"""


class Cluster:
    """Processes that the tests may kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        paths = [str(Path(path).resolve()) for path in sys.path if path]
        self._environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical",
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        }
        self._file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        self._start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        wait_until(self._read_address)
        self.address: str = self._read_address()

    def _read_address(self) -> str:
        try:
            return json.loads(self._file.read_text())["address"]
        except (OSError, ValueError):  # not there yet, or not whole
            return ""

    def add_worker(self, *options: str) -> subprocess.Popen[bytes]:
        return self._start(
            "dask_worker", "--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder / "w"), *options
        )

    def _start(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--scheduler-file", str(self._file), *options]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log, cwd=self.folder)
        self.processes.append(process)
        return process

    def wait_for_workers(self, count: int) -> None:
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)

    def wait_until(self, true: Callable[[], Any]) -> None:
        wait_until(true)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def wait_until(true: Callable[[], Any], seconds: float = 60) -> None:
    """Look again and again, up to a limit that only a failure reaches."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and two workers without nannies: one that is killed does not come back."""
    pytest.importorskip("distributed")
    folder = tmp_path / "cluster"
    folder.mkdir()
    found = Cluster(folder)
    try:
        found.start()
        for _ in range(2):
            found.add_worker("--no-nanny")
        found.wait_for_workers(2)
        yield found
    finally:
        found.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "work.py").write_text(dedent(FUNCTIONS))
    (folder / "helper.py").write_text("def twice(x):\n    return 2 * x\n")
    return folder
