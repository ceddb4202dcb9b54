"""Histories as AWS writes them, and the events of a local run that they stand for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from specc_targets.deployed.history import Reading
from specc_targets.deployed.steps import Steps
from specc_targets.local.events import (
    Event,
    ItemsFinished,
    Retrying,
    StepFailed,
    StepFinished,
    StepRecovered,
    StepSkipped,
    StepStarted,
)


def _task(step: str, action: str = "call", **more: Any) -> dict[str, Any]:
    arguments = {"FunctionName": "specc-x-default", "Payload": {"step": step, "action": action}}
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": arguments, **more}


def _steps(states: dict[str, Any]) -> Steps:
    return Steps.of({"StartAt": next(iter(states)), "States": states})


def _read(steps: Steps, *events: tuple[int, str, dict[str, Any]]) -> list[Event]:
    """`(previous id, type, details)`; ids and seconds count from 1."""
    history = []
    for number, (previous, kind, details) in enumerate(events, 1):
        key = f"{kind[0].lower()}{kind[1:]}EventDetails"
        if kind.endswith(("Entered", "Exited")):
            key = f"state{'Entered' if kind.endswith('Entered') else 'Exited'}EventDetails"
        at = datetime.fromtimestamp(number, UTC)
        history.append({"id": number, "previousEventId": previous, "type": kind, "timestamp": at, key: details})
    return [event for _, event in Reading(steps).read(history)]


def test_retries_then_success() -> None:
    found = _read(
        _steps({"fetch": _task("fetch")}),
        (0, "ExecutionStarted", {}),
        (1, "TaskStateEntered", {"name": "fetch"}),
        (2, "TaskScheduled", {}),
        (
            3,
            "TaskFailed",
            {"error": "ConnectionError", "cause": '{"errorMessage": "again", "errorType": "ConnectionError"}'},
        ),
        (4, "TaskScheduled", {}),
        (5, "TaskSucceeded", {}),
        (6, "TaskStateExited", {"name": "fetch"}),
    )
    started, retrying, finished = found
    assert started == StepStarted("fetch")
    assert isinstance(retrying, Retrying)
    assert (retrying.attempt, retrying.delay) == (1, 1.0)
    assert retrying.error is not None
    assert (retrying.error.name, retrying.error.message) == ("ConnectionError", "again")
    assert finished == StepFinished("fetch", (), 5.0)


def test_what_is_caught_is_recovered_and_a_time_out_has_its_name() -> None:
    found = _read(
        _steps({"fetch": _task("group/fetch")}),
        (0, "TaskStateEntered", {"name": "fetch"}),
        (1, "TaskScheduled", {}),
        (2, "TaskTimedOut", {"error": "States.Timeout"}),
        (3, "TaskStateExited", {"name": "fetch"}),
    )
    assert [type(event) for event in found] == [StepStarted, StepRecovered, StepFinished]
    assert isinstance(found[1], StepRecovered)
    assert found[1].error is not None
    assert (found[1].error.name, found[1].error.step) == ("timeout", "group/fetch")


def test_a_map_counts_its_items_and_tells_which_failed() -> None:
    inner = {"half-2": _task("half"), "half-record": _task("half", "record")}
    steps = _steps(
        {
            "half-scatter": _task("half", "scatter"),
            "half": {"Type": "Map", "ItemProcessor": {"StartAt": "half-2", "States": inner}},
            "half-gather": _task("half", "gather"),
            "sum": _task("sum"),
        }
    )
    found = _read(
        steps,
        (0, "TaskStateEntered", {"name": "half-scatter"}),
        (1, "TaskScheduled", {}),
        (2, "TaskSucceeded", {}),
        (3, "TaskStateExited", {"name": "half-scatter", "assignedVariables": {"scattered_half": '{"count": 2}'}}),
        (4, "MapStateEntered", {"name": "half"}),
        (5, "MapStateStarted", {"length": 2}),
        (6, "MapIterationStarted", {"name": "half", "index": 0}),
        (7, "TaskStateEntered", {"name": "half-2"}),
        (8, "TaskScheduled", {}),
        (6, "MapIterationStarted", {"name": "half", "index": 1}),
        (10, "TaskStateEntered", {"name": "half-2"}),
        (11, "TaskScheduled", {}),
        (9, "TaskSucceeded", {}),
        (13, "TaskStateExited", {"name": "half-2"}),
        (14, "MapIterationSucceeded", {"name": "half", "index": 0}),
        (12, "TaskFailed", {"error": "ValueError", "cause": "two"}),
        (16, "TaskStateExited", {"name": "half-2"}),
        (17, "TaskStateEntered", {"name": "half-record"}),
        (18, "TaskStateExited", {"name": "half-record"}),
        (19, "MapIterationSucceeded", {"name": "half", "index": 1}),
        (20, "MapStateSucceeded", {}),
        (20, "MapStateExited", {"name": "half"}),
        (22, "TaskStateEntered", {"name": "half-gather"}),
        (23, "TaskStateExited", {"name": "half-gather"}),
        (24, "TaskStateEntered", {"name": "sum"}),
        (25, "TaskStateExited", {"name": "sum"}),
    )
    assert found[0] == StepStarted("half", (), 2)
    failed = next(event for event in found if isinstance(event, StepFailed))
    assert (failed.items, failed.error and failed.error.name) == ((1,), "ValueError")
    assert [event for event in found if isinstance(event, ItemsFinished)][-1] == ItemsFinished("half", (), 2, 2, 1)
    assert found[-3:] == [StepFinished("half", (), 23.0), StepStarted("sum"), StepFinished("sum", (), 1.0)]


def test_an_array_of_jobs_is_no_item_and_gather_says_how_many_failed() -> None:
    job = {"Resource": "arn:aws:states:::batch:submitJob.sync", "Type": "Task"}
    inner = {"half-jobs": {**job, "Arguments": {"JobDefinition": "specc-x-big", "ArrayProperties": {"Size": 2}}}}
    steps = _steps(
        {
            "half-scatter": _task("half", "scatter"),
            "half-submit": _task("half", "submit"),
            "half": {"Type": "Map", "ItemProcessor": {"StartAt": "half-jobs", "States": inner}},
            "half-gather": _task("half", "gather"),
        }
    )
    found = _read(
        steps,
        (0, "TaskStateEntered", {"name": "half-scatter"}),
        (1, "TaskStateExited", {"name": "half-scatter", "assignedVariables": {"scattered_half": '{"count": 20000}'}}),
        (2, "TaskStateEntered", {"name": "half-submit"}),
        (3, "TaskStateExited", {"name": "half-submit"}),
        (4, "MapStateEntered", {"name": "half"}),
        (5, "MapStateStarted", {"length": 2}),
        (6, "MapIterationStarted", {"name": "half", "index": 1}),
        (7, "TaskStateEntered", {"name": "half-jobs"}),
        (8, "TaskScheduled", {}),
        (9, "TaskFailed", {"error": "States.TaskFailed", "cause": "{}"}),
        (10, "TaskStateExited", {"name": "half-jobs"}),
        (11, "MapIterationSucceeded", {"name": "half", "index": 1}),
        (12, "MapStateSucceeded", {}),
        (12, "MapStateExited", {"name": "half"}),
        (14, "TaskStateEntered", {"name": "half-gather"}),
        (
            15,
            "TaskStateExited",
            {"name": "half-gather", "assignedVariables": {"step_half": '{"$value": [], "failed": 7}'}},
        ),
    )
    assert found == [
        StepStarted("half", (), 20_000),
        ItemsFinished("half", (), 20_000, 20_000, 7),
        StepFinished("half", (), 15.0),
    ]


def test_a_step_in_a_container_lasts_from_its_request_to_its_answer() -> None:
    job = {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Arguments": {"JobDefinition": "specc-x-big"},
    }
    steps = _steps({"one-submit": _task("one", "submit"), "one-job": job, "one-answer": _task("one", "receive")})
    assert steps.log_groups == ["/aws/lambda/specc-x-default", "/specc/specc-x-big"]
    assert steps.top_level == ["one"]
    found = _read(
        steps,
        (0, "TaskStateEntered", {"name": "one-submit"}),
        (1, "TaskStateExited", {"name": "one-submit"}),
        (2, "TaskStateEntered", {"name": "one-job"}),
        (3, "TaskStateExited", {"name": "one-job"}),
        (4, "TaskStateEntered", {"name": "one-answer"}),
        (5, "TaskStateExited", {"name": "one-answer"}),
    )
    assert found == [StepStarted("one"), StepFinished("one", (), 5.0)]


def test_skipped_steps_and_the_failure_of_a_run() -> None:
    found = _read(
        _steps({"group.gate": {"Type": "Choice"}, "boom": _task("boom")}),
        (0, "ChoiceStateEntered", {"name": "group.gate"}),
        (1, "ChoiceStateExited", {"name": "group.gate", "assignedVariables": {"step_x": '{"$skipped": "x"}'}}),
        (2, "TaskStateEntered", {"name": "boom"}),
        (3, "TaskFailed", {"error": "KeyError", "cause": "no"}),
        (4, "ExecutionFailed", {"error": "KeyError", "cause": "no"}),
    )
    assert found[:2] == [StepSkipped("group/x"), StepStarted("boom")]
    assert isinstance(found[2], StepFailed)
    assert found[2].error is not None
    assert (found[2].error.name, found[2].error.message, found[2].error.step) == ("KeyError", "no", "boom")
