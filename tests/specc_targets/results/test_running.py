"""A run that is going tells which of its cells are under way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import specc
from specc_schemas.events import json_schema
from specc_targets.local import items
from specc_targets.local.runs.directory import list_runs

SPEC = """\
specc = 1
kind = "pipeline"
name = "going"
[steps.calls]
call = "going_work:work"
each.x = "${range(3)}"
[steps.groups]
each.x = "${range(2)}"
[steps.groups.steps.one]
call = "going_work:work"
with.x = "${x}"
[steps.groups.steps.two]
call = "going_work:work"
with.x = "${steps.one}"
"""
WORK = """\
import time

def work(x: int) -> int:
    time.sleep(0.1 if x == 1 else 0.0)
    return x
"""


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The events of a run in which only the second call takes its time."""
    (tmp_path / "going_work.py").write_text(WORK)
    (tmp_path / "spec.toml").write_text(SPEC)
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / ".specc"))
    monkeypatch.setattr(items, "TELLING", 0.04)
    assert specc.run(tmp_path / "spec.toml").succeeded
    (run,) = list_runs(tmp_path / ".specc")
    return [json.loads(line) for line in (run.path / "events.jsonl").read_text().splitlines()]


def test_calls_that_take_their_time_and_groups_are_told(lines: list[dict[str, Any]]) -> None:
    told = [line for line in lines if line["event"] == "item-started"]
    assert [line["items"] for line in told if line["step"] == "groups"] == [[0], [1]]
    (slow,) = [line for line in told if line["step"] == "calls"]
    assert slow["items"] == [1]
    assert slow["seconds"] >= 0.04


def test_the_lines_fit_the_schema(lines: list[dict[str, Any]]) -> None:
    validator: Callable[..., Any] = pytest.importorskip("jsonschema").Draft202012Validator
    schema = validator(json_schema())
    for line in lines:
        schema.validate(line)
