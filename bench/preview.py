"""Whole-process seconds of `specc preview` on the examples, beside the floor.

The floor is what nobody who runs a Pulumi program in Python can do without: one process that imports `pulumi` and the
classes of pulumi-aws that the program of the example uses, without an engine to talk to. Goal: the largest example in
less than three seconds on an idle machine. CPU seconds are told, too: they say the same on one that is not idle.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SPECS = Path(__file__).parents[1] / "specs"
GOAL = 3.0


@dataclass(frozen=True)
class Time:
    """The least of several runs, by wall time."""

    seconds: float
    cpu: float
    """Of the process and all that it started."""
    out: str


def measure(command: Sequence[str], folder: Path, runs: int) -> Time:
    """Run a process several times."""
    found = []
    for _ in range(runs):
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        took, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit(f"{' '.join(command)}: {done.stderr}")
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append(Time(took, cpu, done.stdout))
    return min(found, key=lambda item: item.seconds)


def floor(types: Sequence[str]) -> str:
    """A program that imports the classes of some types, such as `aws:s3/bucket:Bucket`."""
    names = []
    for item in sorted(set(types)):
        _, module, name = item.split(":")
        service = module.partition("/")[0]
        names.append(f"aws.{'lambda_' if service == 'lambda' else service}.{name}")
    return "\n".join(["import pulumi", "import pulumi_aws as aws", *names])


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="the minimum of so many runs counts")
    arguments = parser.parse_args()
    tool = str(Path(sys.executable).parent / "specc")
    print(f"seconds, whole process, minimum of {arguments.runs} run(s)")
    print(
        f"{'example':>12}  {'resources':>9}  {'preview':>8}  {'of CPU':>8}  {'floor':>8}  {'of CPU':>8}  {'ratio':>6}"
    )
    slowest = 0.0
    for spec in sorted((*SPECS.glob("*/*.toml"), *SPECS.glob("*/*.yaml"))):
        if spec.stem != spec.parent.name:
            continue
        with tempfile.TemporaryDirectory() as name:
            made = measure([tool, "preview", str(spec), "--json"], Path(name), arguments.runs)
            changes = json.loads(made.out)["changes"]
            least = measure(
                [sys.executable, "-c", floor([item["type"] for item in changes])], Path(name), arguments.runs
            )
        slowest = max(slowest, made.seconds)
        cells = f"{made.seconds:8.2f}  {made.cpu:8.2f}  {least.seconds:8.2f}  {least.cpu:8.2f}"
        print(f"{spec.stem:>12}  {len(changes):>9}  {cells}  {made.cpu / least.cpu:5.1f}x", flush=True)
    print(f"slowest: {slowest:.2f} s (goal < {GOAL:g} s on an idle machine)")
    return 0


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    sys.exit(main())
