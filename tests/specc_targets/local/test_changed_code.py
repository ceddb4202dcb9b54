"""Code that changes while a sweep goes on, or before it goes on: nothing is mixed without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from run_folders import content_of
from specc.cli import shell
from specc.frontend import check
from specc_targets.local.code_watch import CODE, changed_notes
from specc_targets.local.engine import RunResult
from specc_targets.local.keeping import run_kept
from specc_targets.local.launch import begin, go_on
from specc_targets.report import write_page

SCRIPT = """\
import os
from pathlib import Path
from helper import twice
lr = 0
result = {"version": twice(1), "lr": lr}
if lr == 1 and os.environ.get("EDIT"):
    with open(os.environ["EDIT"], "a") as file:
        file.write(os.environ["WITH"])
if lr == 2 and os.environ.get("FAIL"):
    raise ValueError("no luck")
"""
SPEC = """\
specc = 1
kind = "pipeline"
name = "changing"
[steps.train]
script = "train.py"
globals.lr = "${matrix.lr}"
outputs = ["result"]
max_parallel = 1
[steps.train.matrix]
lr = [0, 1, 2]
[outputs]
trained = "${steps.train}"
[steps.after]
script = "after.py"
entry = "main"
after = ["train"]
"""


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder, self.warnings = folder, list[str]()
        self.write("train.py", SCRIPT)
        self.write("helper.py", "def twice(x):\n    return 2 * x\n")
        self.write("after.py", "def main():\n    return 1\n")
        self.write("spec.toml", SPEC)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def run(self, *, resume: bool = False) -> RunResult:
        compilation = check(self.folder / "spec.toml")
        assert compilation.module is not None, compilation.diagnostics
        spec, module = str(self.folder / "spec.toml"), compilation.module
        self.warnings.clear()
        kept = go_on(None, None) if resume else begin(module, {}, spec=spec, root=self.folder)
        self.path = kept.directory.path
        return run_kept(module, {}, root=self.folder, kept=kept, warn=self.warnings.append)

    @property
    def report_notes(self) -> list[str]:
        page = content_of(write_page(self.path, "succeeded"))
        return [text for _, text in page["notes"]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / ".specc"))
    return Project(tmp_path)


CHANGED = "the code of `train` changed during the run ({}): cells may come from both"


@pytest.mark.parametrize("file", ["train.py", "helper.py"])
def test_a_script_that_changes_under_way_is_told_once(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], file: str
) -> None:
    monkeypatch.setenv("EDIT", str(project.folder / file))
    monkeypatch.setenv("WITH", "\nnew = 1\n")
    assert project.run().status == "succeeded"
    assert project.warnings == [CHANGED.format(file)]
    assert changed_notes(project.path) == [CHANGED.format(file)]
    assert changed_notes(project.path, "after") == []
    assert f"T{CHANGED.format(file)[1:]}." in project.report_notes
    for format, where in (("table", "out"), ("json", "err")):
        assert shell.run(["results", str(project.path), "--format", format]) == 0
        printed = getattr(capfd.readouterr(), where)
        assert printed.endswith(f"warning: {CHANGED.format(file)}\n")


@pytest.mark.parametrize(("file", "text"), [("train.py", "\n# a comment\n"), ("after.py", "\nnew = 1\n")])
def test_what_does_not_matter_to_the_cells_is_not_told(
    project: Project, monkeypatch: pytest.MonkeyPatch, file: str, text: str
) -> None:
    monkeypatch.setenv("EDIT", str(project.folder / file))
    monkeypatch.setenv("WITH", text)
    assert project.run().status == "succeeded"
    assert project.warnings == []
    assert changed_notes(project.path) == []


def test_a_run_that_goes_on_with_other_code_says_what_holds(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIL", "1")
    assert project.run().status == "failed"
    project.write("train.py", SCRIPT.replace('"lr": lr', '"lr": lr, "more": 1'))
    monkeypatch.delenv("FAIL")
    result = project.run(resume=True)
    assert [cell["result"].get("more") for cell in result.outputs["trained"]] == [None, None, 1]
    (warning,) = project.warnings
    assert warning.startswith("the code of `train` has changed since this run worked on it (train.py): cells that are")
    assert "a new run, without `--resume`, makes all of them again" in warning
    assert changed_notes(project.path) == [CHANGED.format("train.py")]


def test_code_that_is_the_same_or_made_nothing_yet_is_no_matter(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIL", "1")
    project.write("train.py", SCRIPT.replace("lr == 2", "lr == 0"))
    assert project.run().status == "failed"
    project.write("train.py", SCRIPT)
    assert project.run(resume=True).status == "failed"
    assert project.warnings == []
    monkeypatch.delenv("FAIL")
    assert project.run(resume=True).status == "succeeded"
    assert (project.warnings, changed_notes(project.path)) == ([], [])


@pytest.mark.parametrize("damaged", ["", "[]", '{"steps": {"train": 1}}', '{"steps": []}'])
def test_a_damaged_file_says_nothing(tmp_path: Path, damaged: str) -> None:
    assert changed_notes(tmp_path) == []
    (tmp_path / CODE).write_text(damaged)
    assert changed_notes(tmp_path) == []


def test_names_of_files_are_few(tmp_path: Path) -> None:
    step = {"code": "script x", "sources": {}, "changed": ["a", "b", "c", "d", "e"]}
    (tmp_path / CODE).write_text(json.dumps({"steps": {"x": step}}))
    assert changed_notes(tmp_path) == [
        "the code of `x` changed during the run (a, b, c and 2 more): cells may come from both"
    ]
