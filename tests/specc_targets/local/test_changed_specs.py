"""A run that goes on after its spec has changed does anew what the change touches, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WORK = """
import os
def mark(name, value):
    with open("marks", "a") as file:
        file.write(f"{name}\\n")
    if os.environ.get("FAIL") == name:
        raise ValueError(name)
    return value
def numbers(): return mark("numbers", [1, 2, 3])
def double(x): return mark(f"double{x}", x * 2)
def treble(x): return mark(f"treble{x}", x * 3)
def total(xs): return mark("total", sum(xs))
def other(): return mark("other", 7)
"""
SPEC = """
specc = 1
kind = "pipeline"
name = "changing"
[steps.numbers]
call = "work:numbers"
[steps.other]
call = "work:other"
[steps.each]
call = "work:double"
each.x = "${steps.numbers}"
max_parallel = 1
[steps.total]
call = "work:total"
with.xs = "${steps.each}"
[outputs]
total = "${steps.total}"
other = "${steps.other}"
"""


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "work.py").write_text(WORK)
        self.spec(SPEC)

    def spec(self, text: str) -> None:
        (self.folder / "spec.toml").write_text(text)

    def run(self, *options: str, fail: str = "") -> tuple[int, dict[str, object], list[str], str]:
        """Exit code, outcome, what was called, and standard error."""
        marks = self.folder / "marks"
        marks.unlink(missing_ok=True)
        command = [sys.executable, "-m", "specc.cli", "run", "--local", *options, "--json"]
        environment = {**os.environ, "FAIL": fail, "SPECC_STATE": str(self.folder / "state")}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        called = marks.read_text().split() if marks.exists() else []
        return done.returncode, json.loads(done.stdout), sorted(called), done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_step_that_computes_something_else_is_done_anew_with_all_that_use_it(project: Project) -> None:
    assert project.run("spec.toml", fail="total")[0] == 1
    project.spec(SPEC.replace("work:double", "work:treble"))
    code, outcome, called, said = project.run("--resume", fail="total")
    assert (code, called) == (1, ["total", "treble1", "treble2", "treble3"])
    assert "the spec has changed; done anew: each, total" in said
    code, outcome, called, said = project.run("--resume")
    assert (code, outcome["outputs"], called) == (0, {"total": 18, "other": 7}, ["total"])


def test_what_was_done_before_the_change_stays_forgotten(project: Project) -> None:
    """Also when the run that went on with the change ended before it came to the changed step."""
    assert project.run("spec.toml", fail="total")[0] == 1
    changed = SPEC.replace("work:double", "work:treble").replace("work:numbers", "work:numbers2")
    (project.folder / "work.py").write_text(WORK + "def numbers2(): return mark('numbers2', [1, 2, 3])\n")
    project.spec(changed)
    code, _, called, _ = project.run("--resume", fail="numbers2")
    assert (code, called) == (1, ["numbers2"])
    code, outcome, called, _ = project.run("--resume")
    assert (code, outcome["outputs"]) == (0, {"total": 18, "other": 7})
    assert called == ["numbers2", "total", "treble1", "treble2", "treble3"]


@pytest.mark.parametrize(
    "change",
    [
        ("max_parallel = 1", "max_parallel = 2"),
        ("max_parallel = 1", 'max_parallel = 1\nretry = { max = 3, delay = "1s" }'),
        ("max_parallel = 1", 'max_parallel = 1\ntimeout = "1m"'),
        ("max_parallel = 1", 'max_parallel = 1\ntolerate = 1\nisolation = "process"'),
        ('name = "changing"', 'name = "changing"\ndescription = "the same"'),
    ],
    ids=lambda change: change[1].splitlines()[-1],
)
def test_how_it_is_done_may_change(project: Project, change: tuple[str, str]) -> None:
    assert project.run("spec.toml", fail="total")[0] == 1
    project.spec(SPEC.replace(*change))
    code, outcome, called, _ = project.run("--resume")
    assert (code, outcome["outputs"], called) == (0, {"total": 12, "other": 7}, ["total"])


def test_steps_may_come_and_go(project: Project) -> None:
    assert project.run("spec.toml", fail="total")[0] == 1
    added = SPEC.replace("[outputs]", '[steps.more]\ncall = "work:other"\n[outputs]\nmore = "${steps.more}"')
    project.spec(added)
    code, outcome, called, _ = project.run("--resume")
    assert (code, called) == (0, ["other", "total"])
    assert outcome["outputs"] == {"total": 12, "other": 7, "more": 7}


def test_a_spec_that_no_longer_compiles_is_refused_and_can_be_mended(project: Project) -> None:
    assert project.run("spec.toml", fail="total")[0] == 1
    project.spec(SPEC.replace("${steps.each}", "${steps.eahc}"))
    code, outcome, called, _ = project.run("--resume")
    assert (code, outcome["status"], called) == (2, "failed", [])
    project.spec(SPEC)
    assert project.run("--resume")[0] == 0


def test_parameters_are_those_the_run_began_with(project: Project) -> None:
    assert project.run("spec.toml", fail="total")[0] == 1
    done = subprocess.run(
        [sys.executable, "-m", "specc.cli", "run", "--local", "--resume", "spec.toml", "-p", "x=1"],
        cwd=project.folder, env={**os.environ, "SPECC_STATE": str(project.folder / "state")},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "a run goes on with the parameters" in done.stderr
