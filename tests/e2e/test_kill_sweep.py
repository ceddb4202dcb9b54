"""A sweep of a hundred scripts that is killed at any moment, again and again: no configuration that is done runs again."""

from __future__ import annotations

import random
import signal
from pathlib import Path
from typing import Any

import pytest

from e2e.kill_specs import Killed
from e2e.killing import Folder, Journal, Marks, nothing_repeated
from specc_targets.local.runs.directory import RunDirectory
from specc_targets.results.cells import Cell, RunCells

KILLS = 3
AT_ONCE = 4
UNHEARD = 3 * AT_ONCE
"""Configurations that may have ended without a record: a worker goes on with its batch, of some 30 ms of work, before the
engine, which may have no processor just then, has read its answers."""
SCRIPT = """\
import os

a = b = 0
key = ""
marks = os.open(os.environ["SPECC_TEST_MARKS"], os.O_WRONLY | os.O_APPEND)
os.write(marks, f"begin {key}\\n".encode())
product = a * b
os.write(marks, f"end {key}\\n".encode())
"""
SWEEP = Killed(
    f"""
    [steps.cell]
    script = "cell.py"
    matrix = {{ a = {{ range = [10] }}, b = {{ range = [10] }} }}
    globals = {{ a = "${{matrix.a}}", b = "${{matrix.b}}", key = "cell[${{10 * matrix.a + matrix.b}}]" }}
    outputs = ["product"]
    max_parallel = {AT_ONCE}
    [outputs]
    products = "${{steps.cell[*].product}}"
    """,
    {"products": [a * b for a in range(10) for b in range(10)]},
    frozenset(f"cell[{number}]" for number in range(100)),
    UNHEARD,
)
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [1])
def test_no_configuration_that_is_done_runs_again(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    folder = Folder(tmp_path / "sweep", SWEEP)
    (folder.path / "cell.py").write_text(SCRIPT)
    marks, journal = Marks(), Journal()
    for kill in range(KILLS):
        process = folder.start("--resume") if folder.runs() else folder.start()
        left = 2 * len(SWEEP.calls - journal.good)
        wanted = folder.lines + round(left * chance.uniform(0.05, 1.5 / (KILLS - kill + 0.5)))
        folder.stop_after(process, wanted, chance.uniform(0.0, 0.004), signal.SIGKILL)
        assert folder.finish(process) in {0, -signal.SIGKILL}, folder.errors
        marks, journal = nothing_repeated(folder, SWEEP, marks, journal)
        _check_results(folder, journal)
    assert 0 < len(journal.good & SWEEP.calls) < 100, "the kills came too late to show anything"
    assert folder.finish(folder.start("--resume")) == 0, folder.errors
    marks, journal = nothing_repeated(folder, SWEEP, marks, journal)
    assert folder.outcome["outputs"] == SWEEP.outputs
    assert sum(marks.begun[call] for call in SWEEP.calls) <= 100 + KILLS * UNHEARD
    cells = _check_results(folder, journal)
    assert [cell.status for cell in cells] == ["succeeded"] * 100


def _check_results(folder: Folder, journal: Journal) -> list[Cell]:
    """The results have a row for each configuration: with its result where the journal has one, else pending."""
    runs = folder.runs()
    if not runs:
        return []
    with RunCells(RunDirectory(runs[0])) as run:
        (step,) = run.steps
        cells = list(run.of(step))
    found: list[Any] = [(cell.configuration, cell.status, cell.result) for cell in cells]
    assert found == [
        ({"a": a, "b": b}, "succeeded", {"product": a * b})
        if f"cell[{10 * a + b}]" in journal.good
        else ({"a": a, "b": b}, "pending", None)
        for a in range(10)
        for b in range(10)
    ]
    return cells
