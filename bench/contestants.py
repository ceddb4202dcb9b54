"""Who takes part: the floors, specc in its modes, and the peers that are installed."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import floors
import measuring
import workloads

HERE = Path(__file__).parent
SPECC = str(Path(sys.executable).parent / "specc")


@dataclass(frozen=True)
class Contestant:
    """Something that does the workloads."""

    name: str
    floor: str | None = None
    """The floor that it is compared with."""

    def prepare(self, folder: Path, workload: str, size: int) -> None:
        """Put into an empty folder what a run needs; not measured."""

    def command(self, workload: str, size: int) -> list[str]:
        """What is run in the folder; its last line on standard output is the result."""
        raise NotImplementedError

    def takes(self, workload: str, size: int) -> bool:
        """Whether it can do this at all."""
        return True

    def result(self, out: str) -> int:
        """The result in what was printed."""
        return int(out.strip().rpartition("\n")[2])

    def measure(self, folder: Path, workload: str, size: int, limit: float) -> measuring.Measured:
        """One run in a fresh folder. Raises `measuring.Failed`, also when the result is wrong."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.prepare(folder, workload, size)
        environment = {"PYTHONPATH": str(HERE), "SPECC_STATE": str(folder / ".specc"), "HOME": str(folder)}
        found = measuring.run(self.command(workload, size), folder, limit=limit, env=environment)
        out = (folder / "out").read_text(encoding="utf-8", errors="replace")
        if self.result(out) != workloads.expected(workload, size):
            raise measuring.Failed(f"wrong result: {out[-200:]}")
        return found


@dataclass(frozen=True)
class Floor(Contestant):
    """What the standard library does."""

    key: str = ""

    def command(self, workload: str, size: int) -> list[str]:
        """`python floors.py ...`."""
        return [sys.executable, str(HERE / "floors.py"), self.key, workload, str(size)]


@dataclass(frozen=True)
class Ours(Contestant):
    """`specc run --local`."""

    options: tuple[str, ...] = ()
    isolation: str | None = None

    def prepare(self, folder: Path, workload: str, size: int) -> None:
        """A spec, and its functions."""
        workloads.write(folder, workload, size, self.isolation)

    def command(self, workload: str, size: int) -> list[str]:
        """`specc run --local ...`."""
        return [SPECC, "run", "--local", "--json", *self.options, "spec.toml"]

    def result(self, out: str) -> int:
        """The output `result` of the run."""
        return int(json.loads(out)["outputs"]["result"])


@dataclass(frozen=True)
class Peer(Contestant):
    """Another tool: a script in `bench/peers`, run by the Python of an environment of its own."""

    script: str = ""
    python: str = ""
    mode: str = ""
    largest: dict[str, int] = field(default_factory=dict)
    """Workload -> the most that it is asked for; a workload that is not there does not apply."""

    def takes(self, workload: str, size: int) -> bool:
        """Whether it can do this in bearable time."""
        return size <= self.largest.get(workload, 0)

    def command(self, workload: str, size: int) -> list[str]:
        """The peer's own script."""
        return [self.python, str(HERE / "peers" / self.script), workload, str(size), self.mode]


FLOORS = [
    Floor("plain loop", key="loop"),
    Floor("ThreadPool", key="threads"),
    Floor("process pool, chunked", key="processes"),
    Floor("append-only log, threads", key="log"),
    Floor("SQLite WAL, commit per 1,000", key="sqlite-batched"),
    Floor("SQLite WAL, commit per item", key="sqlite"),
]
assert {floor.key for floor in FLOORS} == set(floors.FLOORS)
MEMORY = Ours("specc, in memory", "ThreadPool", ("--no-journal",))
DURABLE = Ours("specc, durable (default)", "append-only log, threads")
PROCESS = Ours("specc, durable, isolated processes", "process pool, chunked", isolation="process")
OURS = [MEMORY, DURABLE, PROCESS]


def bytecode() -> None:
    """An installed program has its bytecode, so what is measured may write it."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.pop("PYTHONUNBUFFERED", None)
