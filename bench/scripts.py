"""Seconds of 50 runs of a small script with values, beside 50 bare Python processes that run it edited by hand.

Everybody runs two at a time, in turns in the same session. `calls alone` are the runs of a process that has made some
before, without the start of `specc` itself. The least of several runs counts.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import contestants
import measuring

CELLS = 50
GOAL = 1.5
"""Times the bare processes, at most, for the whole of `specc run`."""
SCRIPT = """\
lr = 0.1
seed = 0
decay = lr / 10


def train(rate=lr):
    return rate * seed + decay


if __name__ == "__main__":
    result = train()
    print(f"loss={result}")
"""
IMPORTS = "json, argparse, dataclasses"
SPEC = """\
specc = 1
kind = "pipeline"
name = "bench-scripts"

[steps.train]
script = "train.py"
matrix.seed = {{ range = [0, {0}] }}
globals = {{ lr = 0.5, seed = "${{matrix.seed}}" }}
outputs = ["result"]
max_parallel = 2

[outputs]
result = "${{sum(steps.train[*].result)}}"
"""
BARE = """\
import subprocess, sys
from concurrent.futures import ThreadPoolExecutor
def one(seed):
    done = subprocess.run([sys.executable, f"edited_{seed}.py"], stdout=subprocess.PIPE, check=True)
    return float(done.stdout.rpartition(b"=")[2])
with ThreadPoolExecutor(2) as pool:
    print(sum(pool.map(one, range(int(sys.argv[1])))))
"""
ALONE = """\
import os, sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from specc_runtime.actions.script import run
from specc_runtime.functions import use_root
use_root(Path.cwd())
def one(seed):
    return run(script="train.py", globals={"lr": 0.5, "seed": seed}, outputs=["result"])["result"]
from specc_runtime import capture
with capture.installed(lambda *line: None), ThreadPoolExecutor(2) as pool:
    list(pool.map(one, range(4)))
    begin = time.perf_counter()
    found = sum(pool.map(one, range(int(sys.argv[1]))))
    took = time.perf_counter() - begin
print(found, took)
"""
EXPECTED = sum(0.5 * seed + 0.05 for seed in range(CELLS))


def write(folder: Path, source: str) -> None:
    """The script, the same with values edited into it, and the spec."""
    folder.mkdir(exist_ok=True)
    (folder / "train.py").write_text(source)
    (folder / "spec.toml").write_text(SPEC.format(CELLS))
    for seed in range(CELLS):
        edited = source.replace("lr = 0.1", "lr = 0.5").replace("seed = 0\n", f"seed = {seed}\n")
        (folder / f"edited_{seed}.py").write_text(edited)


def measure(folder: Path) -> dict[str, float]:
    """Seconds by name. Raises `measuring.Failed`."""
    bare = measuring.run([sys.executable, "-c", BARE, str(CELLS)], folder).seconds
    _check(float((folder / "out").read_text()))
    environment = {"SPECC_STATE": str(folder / ".specc")}
    whole = measuring.run([contestants.SPECC, "run", "--local", "--json", "spec.toml"], folder, env=environment).seconds
    _check(json.loads((folder / "out").read_bytes())["outputs"]["result"])
    measuring.run([sys.executable, "-c", ALONE, str(CELLS)], folder)
    found, alone = map(float, (folder / "out").read_text().split())
    _check(found)
    return {"python script.py": bare, "specc run --local": whole, "calls alone": alone}


def _check(found: float) -> None:
    if abs(found - EXPECTED) > 1e-6:
        raise measuring.Failed(f"wrong result: {found}")


def main() -> int:
    """Print the table; with `--check`, fail when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="the least of so many runs counts")
    parser.add_argument("--check", action="store_true", help="exit with 1 when the goal is missed")
    options = parser.parse_args()
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"):
        os.environ.pop(name, None)  # an installed program has its bytecode
    sources = {"nothing": SCRIPT, IMPORTS: f"import {IMPORTS}\n{SCRIPT}"}
    missed = False
    print(f"{CELLS} runs of a script, two at a time; milliseconds for each (times `python script.py`)\n")
    with tempfile.TemporaryDirectory() as name:
        for imports, source in sources.items():
            folder = Path(name) / "run"
            write(folder, source)
            best: dict[str, float] = {}
            for _ in range(options.runs + 1):  # the first one warms caches; to count it cannot make the least better
                for title, seconds in measure(folder).items():
                    best[title] = min(seconds, best.get(title, seconds))
            bare = best["python script.py"]
            print(f"a script that imports {imports}:")
            for title, seconds in best.items():
                print(f"  {title:20} {seconds / CELLS * 1000:8.2f}  {seconds / bare:5.2f}x")
            ratio = best["specc run --local"] / bare
            missed |= ratio > GOAL
            print(f"  {'ok    ' if ratio <= GOAL else 'MISSED'} whole run: {ratio:.2f}x (goal <= {GOAL:g}x)\n")
    print(f"load {os.getloadavg()[0]:.1f}")
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
