"""Results as a table, on a terminal and in a document."""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contestants import Contestant
from measuring import Measured

Task = tuple[str, int]
"""A workload and its size."""


@dataclass
class Results:
    """What was measured: the best of several runs."""

    tasks: Sequence[Task]
    contestants: list[Contestant] = field(default_factory=list)
    best: dict[tuple[str, Task], Measured] = field(default_factory=dict)
    faults: dict[tuple[str, Task], str] = field(default_factory=dict)

    def add(self, name: str, task: Task, found: Measured) -> None:
        """Take note of one run."""
        before = self.best.get((name, task))
        seconds = min(found.seconds, before.seconds) if before else found.seconds
        peak = min(found.peak, before.peak) if before else found.peak
        self.best[name, task] = Measured(seconds, peak)

    def ratio(self, contestant: Contestant, task: Task) -> float | None:
        """How many times as long as its floor it takes."""
        mine, floor = self.best.get((contestant.name, task)), self.best.get((contestant.floor or "", task))
        return mine.seconds / floor.seconds if mine and floor else None

    def cells(self, contestant: Contestant) -> list[str]:
        """The row of a contestant: seconds with the ratio to its floor, and the peak at the last task of a map."""
        found = []
        for task in self.tasks:
            mine, ratio = self.best.get((contestant.name, task)), self.ratio(contestant, task)
            if mine is None:
                found.append("failed" if (contestant.name, task) in self.faults else "")
            else:
                found.append(f"{mine.seconds:.3f}" + (f" ({ratio:.1f}x)" if ratio is not None else ""))
        for task in [task for task in self.tasks if task[0] == "W1" and task[1] >= 10_000]:
            mine = self.best.get((contestant.name, task))
            found.append(f"{mine.peak:.0f}" if mine else "")
        return found

    @property
    def heads(self) -> list[str]:
        """The columns."""
        peaks = [f"MB at {size:,}" for workload, size in self.tasks if workload == "W1" and size >= 10_000]
        return [*(f"{workload} {size:,}" for workload, size in self.tasks), *peaks]


def machine() -> str:
    """What it was measured on."""
    model = (
        re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    )
    what = f"{os.cpu_count()} cores" + (f" ({model[1].strip()})" if model else "")
    return f"{time.strftime('%Y-%m-%d')}, {what}, {platform.system()}, Python {platform.python_version()}"


def text(results: Results) -> str:
    """For a terminal."""
    return "\n".join(_aligned([["", *results.heads], *([c.name, *results.cells(c)] for c in results.contestants)]))


def markdown(results: Results) -> str:
    """For a document."""
    rows = [["", *results.heads], ["---"] * (len(results.heads) + 1)]
    rows += [[contestant.name, *results.cells(contestant)] for contestant in results.contestants]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _aligned(rows: list[list[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        yield name.ljust(widths[0]) + "".join(
            "  " + cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)
        )


def put(path: Path, heading: str, written: str) -> None:
    """Replace what stands under a heading of a document between two comments."""
    begin, end = f"<!-- {heading}: written by `make bench-peers` -->", f"<!-- end of {heading} -->"
    document = path.read_text(encoding="utf-8")
    before, found, rest = document.partition(begin)
    _, also, after = rest.partition(end)
    if not found or not also:
        raise SystemExit(f"{path} has no place for them: {begin} ... {end}")
    path.write_text(f"{before}{begin}\n{written}\n{end}{after}", encoding="utf-8")
