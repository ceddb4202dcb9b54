"""`specc approve`: what it lists, what it refuses, what it prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc_runtime.approvals import Question, now
from specc_targets.local.runs.approvals import ApprovalFiles
from specc_targets.local.runs.directory import RunDirectory

RUN = "20300101-100000-abc123"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ApprovalFiles:
    """The folder of a run that was killed while it waited."""
    monkeypatch.setenv("SPECC_STATE", str(tmp_path))
    header = {"spec": "a spec.toml", "name": "gated", "started": "2030-01-01T10:00:00+00:00", "parameters": {}}
    run = RunDirectory.create(tmp_path, RUN, header)
    run.close()
    found = ApprovalFiles(run.path)
    for step, items, by in (
        ("gate", (), ("user:ann",)),
        ("each/ask", (0,), ("role:owner",)),
        ("each/ask", (1,), ("role:owner",)),
    ):
        found.ask(Question(run=RUN, step=step, items=items, message="go on?", by=by, asked=now()))
    return found


@pytest.fixture
def approve(specc: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: specc("approve", *arguments)


def decisions(files: ApprovalFiles) -> dict[str, Any]:
    kept = (Question.of_json(json.loads(file.read_bytes())) for file in files.path.glob("*.question.json"))
    return {one.place: decision.as_json() for one in kept if (decision := files.decision(one)) is not None}


def test_lists_what_is_asked(files: ApprovalFiles, approve: Callable[..., Any]) -> None:
    shown = approve("--list").out
    assert f"{RUN} gate: go on?  (user:ann)\n  specc approve {RUN} gate\n" in shown
    assert f"specc approve {RUN} 'each/ask[1]' --as role:owner" in shown
    listed = json.loads(approve("--list", "--json", RUN[-6:]).out)
    assert [one["place"] for one in listed] == ["each/ask[0]", "each/ask[1]", "gate"]
    assert decisions(files) == {}


def test_decides(files: ApprovalFiles, approve: Callable[..., Any]) -> None:
    done = approve(RUN, "each/ask[1]", "--as", "role:owner", "--reject", "--comment", "not now")
    assert done.code == 0
    assert f"rejected `each/ask[1]` of run {RUN} as role:owner\n" in done.out
    assert f"specc run --local 'a spec.toml' --resume {RUN}" in done.err
    (found,) = decisions(files).values()
    assert (found["approved"], found["by"], found["comment"]) == (False, "role:owner", "not now")
    told = json.loads(approve("abc123", "gate", "--as", "user:ann", "--json").out)
    assert (told["place"], told["decision"]["approved"]) == ("gate", True)
    assert "waits for nobody" in approve(RUN, "gate", "--as", "user:ann").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "asks 3 questions, so name the step"),
        ((RUN, "each/ask", "--as", "role:owner"), "asks 2 questions, so name the step"),
        ((RUN, "gate", "--as", "user:bob"), "`gate` asks user:ann, not `user:bob`"),
        ((RUN, "gate", "--as", "ann"), "write `user:NAME` or `role:NAME`"),
        ((RUN, "each/ask[0]", "--as", "user:ann"), "if you are one, say so: `--as role:owner`"),
        ((RUN, "gaet"), "step `gaet` of run"),
        ((RUN, "gate", "--as", "user:ann", "--comment", "x" * 3000), "at most 2,000 characters"),
        (("nothing",), "there is no run `nothing`"),
        (("--list", "--reject"), "`--list` decides nothing"),
        ((RUN, "--spec", "a.toml"), "`--spec` goes with `--stack`"),
    ],
)
def test_refuses(files: ApprovalFiles, approve: Callable[..., Any], arguments: tuple[str, ...], said: str) -> None:
    done = approve(*arguments)
    assert done.code == 2
    assert said in done.err
    assert decisions(files) == {}


def test_where_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, approve: Callable[..., Any]) -> None:
    monkeypatch.setenv("SPECC_STATE", str(tmp_path))
    assert (approve("--list").code, approve("--list", "--json").out) == (0, "[]\n")
    assert "waits for anybody" in approve().err


def test_status_says_who_is_waited_for(files: ApprovalFiles, specc: Callable[..., Any]) -> None:
    shown = specc("status", RUN).out
    assert f"gate asks user:ann: go on?\n  specc approve {RUN} gate\n" in shown
