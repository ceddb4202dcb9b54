"""A run that goes on after its matrix has changed: configurations that are still there keep what they have done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WORK = """
import os
def fit(lr, seed):
    with open("marks", "a") as file:
        file.write(f"{lr}/{seed}\\n")
    if os.environ.get("FAIL") == f"{lr}/{seed}":
        raise ValueError("no")
    return [lr, seed]
def both(value): return value
def total(pairs): return len(pairs)
"""
PLAIN = """
[steps.train]
call = "work:fit"
max_parallel = 1
matrix = MATRIX
"""
GROUP = """
[steps.train]
matrix = MATRIX
max_parallel = 1
yield = "${steps.after}"
[steps.train.steps.fit]
call = "work:fit"
with = { lr = "${matrix.lr}", seed = "${matrix.seed}" }
[steps.train.steps.after]
call = "work:both"
with.value = "${steps.fit}"
"""
REST = """
[steps.total]
call = "work:total"
with.pairs = "${steps.train}"
[outputs]
all = "${steps.train}"
total = "${steps.total}"
"""
FIRST = "{ lr = [1, 2], seed = [0, 1] }"


class Project:
    def __init__(self, folder: Path, steps: str) -> None:
        self.folder, self.steps = folder, steps
        (folder / "work.py").write_text(WORK)

    def run(self, matrix: str, *options: str, fail: str = "") -> tuple[dict[str, object], list[str], str]:
        """The outcome, the configurations that were called, and standard error."""
        head = 'specc = 1\nkind = "pipeline"\nname = "sweep"\n'
        (self.folder / "spec.toml").write_text(head + self.steps.replace("MATRIX", matrix) + REST)
        marks = self.folder / "marks"
        marks.unlink(missing_ok=True)
        command = [sys.executable, "-m", "specc.cli", "run", "--local", "spec.toml", *options, "--json"]
        environment = {**os.environ, "FAIL": fail, "SPECC_STATE": str(self.folder / "state")}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        called = marks.read_text().split() if marks.exists() else []
        return json.loads(done.stdout), called, done.stderr


@pytest.mark.parametrize("steps", [PLAIN, GROUP], ids=["call", "group"])
def test_configurations_are_known_again(steps: str, tmp_path: Path) -> None:
    project = Project(tmp_path, steps)
    outcome, called, _ = project.run(FIRST, fail="2/1")
    assert outcome["status"] == "failed"
    assert called == ["1/0", "1/1", "2/0", "2/1"]
    longer = "{ lr = [3, 2, 1], seed = [1, 0] }"  # other indices for all of them, and a new value
    outcome, called, told = project.run(longer, "--resume")
    assert called == ["3/1", "3/0", "2/1"]
    assert outcome["outputs"] == {"all": [[3, 1], [3, 0], [2, 1], [2, 0], [1, 1], [1, 0]], "total": 6}
    assert "configurations that are still there hold: train" in told
    outcome, called, _ = project.run("{ lr = [2], seed = [0] }", "--resume", str(outcome["run"]))
    assert called == []
    assert outcome["outputs"] == {"all": [[2, 0]], "total": 1}


def test_what_the_step_does_has_changed(tmp_path: Path) -> None:
    project = Project(tmp_path, PLAIN)
    project.run(FIRST, fail="2/1")
    project.steps = PLAIN + 'with = { lr = "${matrix.lr + 1}", seed = "${matrix.seed}" }\n'
    _, called, told = project.run("{ lr = [1, 2], seed = [0] }", "--resume")
    assert called == ["2/0", "3/0"]
    assert "done anew: total, train" in told
