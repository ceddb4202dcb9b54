"""Whole-process seconds of `specc check` and `specc compile` on generated specs, beside the floor.

The floor is one process that parses the same TOML, validates the same shape with a pydantic model, builds a networkx
graph and prints JSON: no compiler written in Python with these tools can be faster than about that.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FLOOR = """
import sys, json, re, tomllib
import networkx
from pydantic import BaseModel, ConfigDict, Field

class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")
    call: str
    with_: dict[str, object] = Field(default={}, alias="with")
    each: dict[str, object] = {}
    max_parallel: int | None = None

class Spec(BaseModel):
    model_config = ConfigDict(extra="forbid")
    specc: int
    kind: str
    name: str
    params: dict[str, dict[str, object]] = {}
    steps: dict[str, Step]
    outputs: dict[str, str] = {}

with open(sys.argv[1], "rb") as file:
    spec = Spec.model_validate(tomllib.load(file))
graph = networkx.DiGraph()
graph.add_nodes_from(spec.steps)
for name, step in spec.steps.items():
    for value in [*step.with_.values(), *step.each.values()]:
        for source in re.findall(r"steps\\.(\\w+)", str(value)):
            graph.add_edge(source, name)
order = list(networkx.topological_sort(graph))
json.dump({"StartAt": order[0], "States": {name: {"Type": "Task", "Resource": spec.steps[name].call,
          "Parameters": spec.steps[name].with_, "Next": list(graph.successors(name))} for name in order}}, sys.stdout)
"""

FUNCTIONS = """
def start(limit: int) -> list[int]:
    return list(range(limit))


def one(x: int) -> int:
    return x


def add(numbers: list[int]) -> list[int]:
    return numbers
"""


def spec(steps: int) -> str:
    """Rungs of four steps each: a map over the rung before, a chain of two, and a join of the chain and the map."""
    lines = [
        "specc = 1",
        'kind = "pipeline"',
        'name = "bench"',
        "",
        "[params.limit]",
        'type = "integer"',
        "default = 3",
        "",
    ]
    lines += ["[steps.start]", 'call = "functions:start"', 'with.limit = "${params.limit}"', ""]
    before, made, rung = "start", 1, 0
    while made < steps:
        kinds = [
            (f"fan_{rung}", 'call = "functions:one"', f'each.x = "${{steps.{before}}}"\nmax_parallel = 10'),
            (f"left_{rung}", 'call = "functions:add"', f'with.numbers = "${{steps.{before}}}"'),
            (f"right_{rung}", 'call = "functions:add"', f'with.numbers = "${{steps.left_{rung}}}"'),
            (
                f"join_{rung}",
                'call = "functions:add"',
                f'with.numbers = "${{steps.fan_{rung} if len(steps.right_{rung}) > 0 else steps.right_{rung}}}"',
            ),
        ]
        for name, call, binding in kinds[: steps - made]:
            lines += [f"[steps.{name}]", call, binding, ""]
            before = name
            made += 1
        if before.startswith("fan_"):
            break
        rung += 1
    lines += ["[outputs]", f'result = "${{steps.{before}}}"', ""]
    return "\n".join(lines)


@dataclass(frozen=True)
class Time:
    """The least wall time of several runs."""

    seconds: float
    refused: bool
    """Whether nothing was written, because the result is larger than its target allows."""


TOO_LARGE = {"SPC410", "SPC415"}
"""Findings that a state machine, or the history of its run, is larger than Step Functions takes."""


def measure(command: Sequence[str], folder: Path, runs: int) -> Time | None:
    """Run a process several times; None when it fails."""
    best: Time | None = None
    for _ in range(runs):
        begin = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        took = time.perf_counter() - begin
        codes = set(re.findall(r"error\[(SPC\d+)\]", done.stderr))
        refused = done.returncode == 2 and bool(codes) and codes <= TOO_LARGE
        if done.returncode != 0 and not refused:
            print(done.stderr, file=sys.stderr)
            return None
        best = Time(took, refused) if best is None or took < best.seconds else best
    return best


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10, 100, 1_000, 10_000])
    parser.add_argument("--runs", type=int, default=3, help="the minimum of so many runs counts")
    arguments = parser.parse_args()
    python, tool = sys.executable, str(Path(sys.executable).parent / "specc")
    every = "local,graph,asl"
    commands = {
        "floor": [python, "-c", FLOOR, "spec.toml"],
        "check": [tool, "check", "spec.toml"],
        "compile -t asl": [tool, "compile", "spec.toml", "-t", "asl", "-o", "out"],
        f"compile -t {every}": [tool, "compile", "spec.toml", "-t", every, "-o", "out"],
    }
    terraform = shutil.which("terraform")
    print(f"seconds, whole process, minimum of {arguments.runs} run(s); ratio to the floor of the same size")
    print(f"{'steps':>7}  " + "  ".join(f"{name:>26}" for name in commands))
    table: dict[int, dict[str, Time | None]] = {}
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "spec.toml").write_text(spec(size))
            (folder / "functions.py").write_text(FUNCTIONS)
            row = {title: measure(command, folder, arguments.runs) for title, command in commands.items()}
        table[size] = row
        floor = row["floor"]
        cells = [
            f"{value.seconds:.3f}{'*' * value.refused} ({value.seconds / floor.seconds:4.1f}x)"
            if value is not None and floor is not None
            else "failed"
            for value in row.values()
        ]
        print(f"{size:>7}  " + "  ".join(f"{cell:>26}" for cell in cells), flush=True)
    print("* refused: larger than Step Functions allows (1,000,000 bytes a machine, 25,000 events a run)")
    growth(table, f"compile -t {every}")
    if terraform is None:
        print("terraform is not here: its row in the design's table is 0.17 / 0.10 / 0.48 / 45.0 seconds")
    return 0


def growth(table: Mapping[int, Mapping[str, Time | None]], column: str) -> None:
    """Say how time grows from 1,000 to 10,000 steps, as a multiple of ten times."""
    small, large = table.get(1_000, {}).get(column), table.get(10_000, {}).get(column)
    if small and large:
        times = large.seconds / small.seconds / 10
        print(f"growth of `{column}` from 1,000 to 10,000 steps: {times:.2f}x linear (goal <= 1.2x)")


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    sys.exit(main())
