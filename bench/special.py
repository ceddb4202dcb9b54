"""Two more measurements: taking up a run that was killed half way, and calls in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import measuring
import workloads
from contestants import DURABLE, SPECC


@dataclass(frozen=True)
class Resumed:
    """A run that was killed, beside one that was not."""

    full: float
    """Seconds of a whole run."""
    resumed: float
    """Seconds of taking up the other."""
    recorded: int
    """Items in the journal when it was killed."""
    repeated: int
    """Items that are in the journal twice."""


def killed_and_resumed(folder: Path, size: int) -> Resumed:
    """Kill a run once half of its items are in the journal, and take it up. Raises `measuring.Failed`."""
    full = DURABLE.measure(folder, "W1", size, 0.0).seconds
    shutil.rmtree(folder)
    workloads.write(folder, "W1", size)
    environment = {"SPECC_STATE": str(folder / ".specc")}
    command = [SPECC, "run", "--local", "--json", "spec.toml"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdout=quiet, stderr=quiet) as process:
        while process.poll() is None and len(_items(folder)) < size // 2:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
    recorded = len(set(_items(folder)))
    if not size // 2 <= recorded < size:
        raise measuring.Failed(f"killed too late: {recorded} of {size} items were in the journal")
    taken_up = measuring.run([*command, "--resume"], folder, env=environment)
    if json.loads((folder / "out").read_bytes())["outputs"]["result"] != workloads.expected("W1", size):
        raise measuring.Failed("wrong result")
    repeated = sum(times > 1 for times in Counter(_items(folder)).values())
    return Resumed(full, taken_up.seconds, recorded, repeated)


def _items(folder: Path) -> list[bytes]:
    """What identifies each item in the journal: the fields before its value."""
    found = []
    for path in (folder / ".specc" / "runs").glob("*/journal.jsonl"):
        *lines, _ = path.read_bytes().split(b"\n")
        found += [b",".join(line[9:].split(b",", 3)[:3]) for line in lines if line[9:].startswith(b'["item')]
    return found


ISOLATED = workloads.HEAD + (
    '[steps.double]\ncall = "bench_work:double"\neach.x = "${range(50)}"\nisolation = "process"\n'
    '[outputs]\nresult = "${sum(steps.double)}"\n'
)
BARE = """
import subprocess, sys
from concurrent.futures import ThreadPoolExecutor
def one(x):
    code = f"import bench_work; print(bench_work.double({x}))"
    return int(subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE).stdout)
with ThreadPoolExecutor(2) as pool:
    print(sum(pool.map(one, range(50))))
"""


def isolated(folder: Path) -> tuple[float, float]:
    """Seconds of 50 isolated calls, and of 50 bare Python processes, two at a time. Raises `measuring.Failed`."""
    shutil.rmtree(folder, ignore_errors=True)
    workloads.write(folder, "W1", 1)
    (folder / "spec.toml").write_text(ISOLATED, encoding="utf-8")
    environment = {"SPECC_STATE": str(folder / ".specc")}
    ours = measuring.run([SPECC, "run", "--local", "--json", "spec.toml"], folder, env=environment)
    if json.loads((folder / "out").read_bytes())["outputs"]["result"] != 2450:
        raise measuring.Failed("wrong result")
    bare = measuring.run([sys.executable, "-c", BARE], folder)
    return ours.seconds, bare.seconds
