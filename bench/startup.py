"""Start-up: the least whole-process milliseconds of `specc --help` and `specc check` beside bare Python."""

from __future__ import annotations

import argparse
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

EXPECTED = {"specc check, 20 steps, 5 faults": 2}
"""Exit codes other than 0."""


def milliseconds(commands: dict[str, Sequence[str]], folder: Path, runs: int) -> dict[str, float]:
    """The minimum of each command; the commands take turns, so that a slow moment hits them all alike."""
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(runs):
        for name, command in commands.items():
            begin = time.perf_counter()
            done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
            best[name] = min(best[name], (time.perf_counter() - begin) * 1000)
            if done.returncode != EXPECTED.get(name, 0):
                sys.exit(f"{name} ended with {done.returncode}:\n{done.stderr.decode()}")
    return best


def main() -> int:
    """Print the table; with `--check`, fail when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal is missed")
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    generate = runpy.run_path(str(Path(__file__).parent / "compile.py"))
    python, tool = sys.executable, str(Path(sys.executable).parent / "specc")
    commands: dict[str, Sequence[str]] = {
        "python": [python, "-c", "pass"],
        "python + import pydantic": [python, "-c", "from pydantic import BaseModel"],
        "python + import click": [python, "-c", "import click"],
        "specc --help": [tool, "--help"],
        "specc check, 20 steps": [tool, "check", "spec.toml"],
        "specc check, 20 steps, 5 faults": [tool, "check", "faults.toml"],
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = generate["spec"](20)
        (folder / "spec.toml").write_text(text)
        (folder / "faults.toml").write_text(text.replace("${steps.start}", "${steps.strat}").replace("= 3", '= "3"'))
        (folder / "functions.py").write_text(generate["FUNCTIONS"])
        best = milliseconds(commands, folder, arguments.runs)
    for title, value in best.items():
        print(f"{value:8.1f} ms  {title}")
    bare, models = best["python"], best["python + import pydantic"]
    goals = (
        ("specc --help", best["specc --help"] / bare, 5.0, "bare Python"),
        ("specc check, 20 steps", best["specc check, 20 steps"] / models, 2.0, "python + import pydantic"),
    )
    for title, ratio, goal, floor in goals:
        print(f"{title}: {ratio:.2f}x {floor} (goal <= {goal:g}x)")
    missed = any(ratio > goal for _, ratio, goal, _ in goals)
    return 1 if arguments.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
