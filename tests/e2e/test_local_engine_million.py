"""A map of a million items: it ends, in bounded memory, and tells how far it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
ITEMS = 1_000_000
MOST_MEMORY = 300
"""MB, with a million results that are asked for; 136 when this was written. See `test_results_that_nobody_asks_for_take_no_memory` for the others."""
MOST_CPU = 60.0
"""Seconds of processor time: unlike the time on the clock, it does not depend on what else the machine does."""
WORK = """
def numbers(count):
    yield from range(count)
def double(x): return 2 * x
def total(values): return sum(values)
def nothing(): return "done"
"""
SPEC = """
specc = 1
kind = "pipeline"
name = "million"
[params.count]
type = "integer"
[steps.numbers]
call = "million_work:numbers"
with.count = "${params.count}"
[steps.double]
call = "million_work:double"
each.x = "${steps.numbers}"
"""
ASKED = (
    '[steps.total]\ncall = "million_work:total"\nwith.values = "${steps.double}"\n[outputs]\nfound = "${steps.total}"\n'
)
LEFT = '[steps.total]\ncall = "million_work:nothing"\nafter = ["double"]\n[outputs]\nfound = "${steps.total}"\n'
LAUNCHER = """
import json, os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(json.dumps([usage.ru_maxrss, usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status)]), file=sys.stderr)
"""
"""A small process that starts the measured one, which would else count this one's memory as its own."""


@dataclass(frozen=True)
class Done:
    outcome: dict[str, Any]
    peak: float
    """MB."""
    cpu: float
    """Seconds."""


def play(folder: Path, more: str, count: int, *options: str) -> Done:
    folder.mkdir(exist_ok=True)
    (folder / "million_work.py").write_text(WORK)
    (folder / "spec.toml").write_text(SPEC + more)
    run = [sys.executable, "-m", "specc.cli", "run", "--local", "--json", "-p", f"count={count}", "spec.toml", *options]
    command = [sys.executable, "-I", "-S", "-c", LAUNCHER, *run]
    environment = {**os.environ, "SPECC_STATE": str(folder / ".specc")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    said, _, measured = done.stderr.rstrip("\n").rpartition("\n")
    peak, cpu, code = json.loads(measured)
    assert code == 0, said
    return Done(json.loads(done.stdout), peak / 1024, cpu)


@pytest.mark.parametrize("options", [["--no-journal"], []], ids=["in memory", "durable"])
def test_a_million_items(tmp_path: Path, options: list[str]) -> None:
    done = play(tmp_path, ASKED, ITEMS, *options)
    assert done.outcome["outputs"] == {"found": ITEMS * (ITEMS - 1)}
    print(f"a million items, {options}: {done.peak:.0f} MB, {done.cpu:.1f} s of processor time")
    assert done.peak <= MOST_MEMORY
    assert done.cpu <= MOST_CPU
    journals = list(tmp_path.glob(".specc/runs/*/journal.jsonl"))
    assert len(journals) == (0 if options else 1)


def test_results_that_nobody_asks_for_take_no_memory(tmp_path: Path) -> None:
    small, large = (play(tmp_path / str(count), LEFT, count, "--no-journal") for count in (ITEMS // 100, ITEMS))
    floor = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LAUNCHER, sys.executable, "-c", f"x = list(range({ITEMS})); y = list(x)"],
        capture_output=True,
        text=True,
        check=True,
    )
    items = json.loads(floor.stderr)[0] / 1024
    print(f"10,000: {small.peak:.0f} MB; a million: {large.peak:.0f} MB; two lists of a million: {items:.0f} MB")
    assert large.peak - small.peak <= 2.5 * items


WATCHER = """
import json, sys, time
from pathlib import Path
from specc.frontend import check
from specc_targets.local import run
folder = Path(sys.argv[1])
found, seen = [], []
def watch(event):
    if type(event).__name__ == "ItemsFinished":
        found.append(time.process_time())
        seen.append((event.done, event.total))
module = check(folder / "spec.toml").module
result = run(module, {"count": int(sys.argv[2])}, root=folder, on_event=watch)
assert result.status == "succeeded", result.error
print(json.dumps([max(after - before for before, after in zip(found, found[1:])), seen]))
"""


def test_progress_is_told_at_least_every_second(tmp_path: Path) -> None:
    (tmp_path / "million_work.py").write_text(WORK)
    (tmp_path / "spec.toml").write_text(SPEC + ASKED)
    command = [sys.executable, "-c", WATCHER, str(tmp_path), str(ITEMS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    gap, seen = json.loads(done.stdout)
    assert gap <= 1.0, "seconds of processor time between two events"
    assert all(total == ITEMS for _, total in seen)
    assert [number for number, _ in seen] == sorted(number for number, _ in seen)
    assert seen[-1] == [ITEMS, ITEMS]
    assert len(seen) < 5_000, "an event for every so many items, not for every item"
