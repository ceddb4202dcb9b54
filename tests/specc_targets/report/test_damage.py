"""Whatever the files of a run hold, its page is written, and says what is missing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from run_folders import START, content_of
from specc_targets.report import write_page

MakeRun = Callable[..., Any]


def states(data: dict[str, Any]) -> dict[str, str]:
    return {step["key"]: step["state"] for step in data["steps"]}


def named(data: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(step for step in data["steps"] if step["key"] == key)
    return found


def said(data: dict[str, Any]) -> str:
    return " ".join(text for _, text in data["notes"])


def test_damage_is_told_and_the_rest_is_shown(good_run: Any) -> None:
    good_run.lines[3] = good_run.lines[3].replace(b"work", b"w0rk")
    good_run.lines.insert(5, b"\xff\xfe nonsense \n")
    good_run.lines[-1] = good_run.lines[-1][:-6]
    good_run.close()
    (good_run.path / "result.json").write_text("{")
    (good_run.path / "events.jsonl").write_text('{"event": 5}\n[]\n{"event": "step-started", "step": {}}\nnot json\n')
    data = content_of(write_page(good_run.path, "killed"))
    assert "journal.jsonl has 2 damaged lines (the first is line 4)" in said(data)
    assert "torn" in said(data)
    assert "result.json cannot be read" in said(data)
    assert "events.jsonl has 2 damaged lines" in said(data)
    assert named(data, "work")["done"] == 9


def test_records_that_ran_together_are_told_apart(good_run: Any) -> None:
    good_run.lines[3] = good_run.lines[3].rstrip(b"\n")
    data = good_run.data()
    assert named(data, "work")["done"] == 10
    assert "1 damaged line" in said(data)


def test_what_is_no_file_is_told(good_run: Any) -> None:
    good_run.close()
    (good_run.path / "journal.jsonl").unlink()
    os.mkfifo(good_run.path / "journal.jsonl")
    (good_run.path / "plan.json").unlink()
    (good_run.path / "plan.json").mkdir()
    data = content_of(write_page(good_run.path, "killed"))
    assert "plan.json cannot be read" in said(data)
    assert "journal.jsonl cannot be read" in said(data)


def test_no_plan_leaves_the_steps_that_left_traces(good_run: Any) -> None:
    (good_run.path / "plan.json").write_text("{}")
    assert states(good_run.data()) == {"numbers": "succeeded", "work": "succeeded", "join": "succeeded"}
    (good_run.path / "plan.json").write_text('{"specc": 1, "module": {"name": 5}}')
    assert "plan.json is of no form" in said(good_run.data())


def test_an_empty_folder_is_a_page_too(tmp_path: Path) -> None:
    data = content_of(write_page(tmp_path, "killed"))
    assert data["steps"] == []
    assert "journal.jsonl is missing" in said(data)


@pytest.mark.parametrize(
    "record",
    [
        ["item"],
        ["item", 5, "x", None, "a", [], {}],
        ["step", None, 1, 2, 3, 4, 5],
        ["step", "numbers", 1, 1e400, -5, "x", []],
        ["failed", "work[1]"],
        ["failed", 7, 7, 7, 7, 7, 7, 7],
        ["run"],
        ["step-blob", "numbers", {"codec": "json", "sha256": "../../secret", "size": 9}, 1, 1, 1, 1],
        ["skipped"],
        ["unheard of", 1],
    ],
)
def test_odd_records_break_nothing(good_run: Any, record: list[Any]) -> None:
    good_run.lines[2:2] = []
    good_run.records(record)
    assert states(good_run.data())["work"] == "succeeded"


texts = st.sampled_from(
    ["numbers", "work", "work[1]", "join", "a/b", "x!y", "", "finally/x", "\ud800", "work[1]/deep{2}"]
)
numbers = st.floats() | st.integers() | st.sampled_from([START, START + 1, -1, 0, 1e308])
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=5) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
kinds = st.sampled_from(["run", "item", "step", "item-blob", "step-blob", "failed", "skipped", "end"])
records = st.one_of(
    st.tuples(kinds, st.lists(values, max_size=9)).map(lambda pair: [pair[0], *pair[1]]),
    st.tuples(st.just("item"), texts, st.integers(), values, numbers, numbers, numbers).map(list),
    st.tuples(st.just("step"), texts, values, numbers, numbers, numbers, numbers).map(list),
    st.tuples(st.just("failed"), texts, values, texts, texts, texts, numbers, numbers, texts, values).map(list),
)
names = st.sampled_from(["step-started", "step-finished", "step-failed", "step-recovered", "step-skipped", "retrying"])
events = st.fixed_dictionaries(
    {"event": names | values, "time": st.just("2027-01-15T08:00:01Z") | values, "step": texts | values},
    optional={"items": values, "error": values, "total": values, "attempt": values, "delay": values, "cached": values},
)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(records, max_size=8), st.lists(events, max_size=6), st.dictionaries(texts, values), values)
def test_no_content_stops_the_page(
    make_run: MakeRun, found: list[Any], told: list[Any], header: dict[str, Any], result: Any
) -> None:
    run = shared(make_run)
    for name in ("journal.jsonl", "events.jsonl", "log.jsonl"):
        (run.path / name).unlink(missing_ok=True)
    run.records(["run", 1, "x"], *found)
    run.close()
    for name in ("events.jsonl", "log.jsonl"):
        (run.path / name).write_text("".join(json.dumps(event) + "\n" for event in told))
    run.write("run.json", header)
    run.write("result.json", {"error": result, "outputs": result, "duration": result, "status": "failed"})
    for status in ("failed", "running"):
        assert content_of(write_page(run.path, status))["run"]["status"] == status


def shared(make_run: MakeRun, kept: list[Any] = []) -> Any:  # noqa: B006  # one folder serves all examples
    if not kept:
        kept.append(make_run())
    return kept[0]
