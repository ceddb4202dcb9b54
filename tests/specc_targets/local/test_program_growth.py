"""How many scripts of a map run at a time: as many as compute at once, more where they wait or where that is asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specc.frontend import check
from specc_targets.local import RunResult, run

pytestmark = pytest.mark.slow
CORES = os.cpu_count() or 1
SPEC = """\
specc = 1
kind = "pipeline"
name = "grown"
[steps.cell]
script = "cell.py"
matrix.number = { range = [COUNT] }
globals = { number = "${matrix.number}", enough = ENOUGH }
outputs = ["most"]
"""
BURN = """\
import os, time
number = enough = 0
open(f"here-{number}", "w").close()
most = 0
while time.process_time() < 0.4:
    most = max(most, sum(name.startswith("here-") for name in os.listdir()))
os.unlink(f"here-{number}")
"""
MEET = """\
import os, time
number = enough = 0
open(f"here-{number}", "w").close()
until = time.monotonic() + 30
most = 0
while most < enough and time.monotonic() < until:
    time.sleep(0.01)
    most = sum(name.startswith("here-") for name in os.listdir())
"""


def most_at_once(folder: Path, script: str, count: int, more: str = "", jobs: int | None = None) -> int:
    (folder / "cell.py").write_text(script)
    text = SPEC.replace("COUNT", str(count)).replace("ENOUGH", str(count)) + more
    compiled = check(folder / "spec.toml", text=text.encode())
    assert compiled.module is not None, compiled.diagnostics
    found: RunResult = run(compiled.module, {}, root=folder, max_workers=jobs)
    assert found.error is None
    return max(cell["most"] for cell in found.results["cell"])


def test_scripts_that_compute_are_not_more_than_there_are_processors(tmp_path: Path) -> None:
    assert most_at_once(tmp_path, BURN, 8) <= max(CORES, 1)


@pytest.mark.parametrize(
    ("more", "jobs"), [("max_parallel = 5", None), ("", 5), ("", None)], ids=["limit", "-j", "wait"]
)
def test_there_are_more_where_that_is_asked_for_or_they_wait(tmp_path: Path, more: str, jobs: int | None) -> None:
    assert most_at_once(tmp_path, MEET, 5, more, jobs) == 5
