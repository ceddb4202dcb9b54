"""CPU seconds of `specc results` on a sweep of many cells, in every format, beside the floor.

The floor is what no reader of a journal can do without: one process that reads its lines and decodes the JSON of each.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

SPEC = """\
specc = 1
kind = "pipeline"
name = "sweep"
[steps.work]
call = "steps:work"
each = {{ lr = "${{range({count})}}", seed = "${{range({count})}}" }}
with.number = "${{seed}}"
"""
FLOOR = "import json, sys\nfor line in open(sys.argv[1], 'rb'):\n    json.loads(line[9:])\n"
CASES: dict[str, Sequence[str]] = {
    "table": (),
    "csv": ("--format", "csv"),
    "json": ("--format", "json"),
    "jsonl": ("--format", "jsonl"),
    "parquet": ("--format", "parquet"),
    "filter": ("--format", "csv", "--filter", "accuracy > 0.5 and lr >= 10"),
    "sort": ("--format", "csv", "--sort=-accuracy,lr"),
    "best": ("--best", "accuracy"),
}


def run_of(folder: Path, count: int) -> Path:
    """The folder of a run with so many cells, each with three outputs."""
    from run_folders import Run

    run: Any = Run(folder, SPEC.format(count=count))
    for index in range(count):
        value = {"accuracy": index % 1000 / 1000, "loss": {"train": 1 / (index + 1), "test": 2 / (index + 1)}}
        run.item("work", index, value, 1 + index / 100, 0.01)
    run.result("succeeded", 1000)
    path: Path = run.close()
    return path


def seconds(command: Sequence[str], runs: int) -> float:
    """The least processor time of several runs of a process; of one at a time it is what people wait, too."""
    found = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if done.returncode:
            sys.exit(f"{' '.join(command)}: {done.stderr}")
    return min(found)


def measure(count: int, runs: int) -> dict[str, float]:
    """Seconds of each case, and of the floor."""
    with tempfile.TemporaryDirectory() as folder:
        path = run_of(Path(folder), count)
        found = {"floor": seconds([sys.executable, "-c", FLOOR, str(path / "journal.jsonl")], runs)}
        command = [sys.executable, "-m", "specc.cli", "results", str(path)]
        return {**found, **{name: seconds([*command, *options], runs) for name, options in CASES.items()}}


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path, help="where to write the numbers as JSON")
    given = parser.parse_args()
    found = measure(given.cells, given.runs)
    print(f"{given.cells:,} cells, best of {given.runs}\n")
    for name, took in found.items():
        print(f"{name:<8} {took:6.2f} s {took / found['floor']:6.1f} x")
    if given.json is not None:
        given.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
