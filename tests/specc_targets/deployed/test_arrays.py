"""What Batch says of arrays under way, as the progress of their maps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from specc.targets import TargetError
from specc_targets.deployed.arrays import array_progress
from specc_targets.deployed.history import Reading
from specc_targets.deployed.machine import Machine
from specc_targets.deployed.steps import Steps
from specc_targets.local.events import ItemsFinished


class _Machine:
    def __init__(self, *jobs: dict[str, Any]) -> None:
        self._jobs = {job["jobId"]: job for job in jobs}

    def jobs(self, ids: list[str]) -> list[dict[str, Any]]:
        if not self._jobs:
            raise TargetError("not allowed")
        return [self._jobs[name] for name in ids]


def _call(action: str) -> dict[str, Any]:
    return {"Type": "Task", "Resource": "x", "Arguments": {"Payload": {"step": "half", "action": action}}}


@pytest.fixture
def reading() -> Reading:
    arguments = {"JobDefinition": "big", "ArrayProperties": {"Size": 2}}
    job = {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "Arguments": arguments}
    states = {
        "half-scatter": _call("scatter"),
        "half": {"Type": "Map", "ItemProcessor": {"States": {"half-jobs": job}}},
        "half-gather": _call("gather"),
    }
    found = Reading(Steps.of({"States": states}))
    found._maps["half"] = (10_003, 0, 0)
    return found


def _read(reading: Reading, number: int, kind: str, previous: int, **details: Any) -> None:
    event = {"id": number, "previousEventId": previous, "type": kind, "timestamp": datetime.fromtimestamp(number, UTC)}
    list(reading.read([{**event, **details}]))


def _submitted(reading: Reading) -> None:
    _read(reading, 1, "MapStateEntered", 0, stateEnteredEventDetails={"name": "half"})
    _read(reading, 2, "MapStateStarted", 1, mapStateStartedEventDetails={"length": 2})
    for index, name in ((0, "a"), (1, "b")):
        begun = 10 * (index + 1)
        _read(reading, begun, "MapIterationStarted", 2, mapIterationStartedEventDetails={"index": index})
        _read(reading, begun + 1, "TaskStateEntered", begun, stateEnteredEventDetails={"name": "half-jobs"})
        said = {"output": f'{{"JobId": "{name}", "JobName": "x"}}'}
        _read(reading, begun + 2, "TaskSubmitted", begun + 1, taskSubmittedEventDetails=said)


def test_the_jobs_of_all_arrays_are_counted(reading: Reading) -> None:
    summary = {"RUNNING": 9_000, "SUCCEEDED": 998, "FAILED": 2}
    several = {"jobId": "a", "status": "PENDING", "arrayProperties": {"size": 10_000, "statusSummary": summary}}
    single = {"jobId": "b", "status": "SUCCEEDED"}
    machine = cast("Machine", _Machine(several, single))
    assert array_progress(machine, reading) == []
    _submitted(reading)
    assert array_progress(machine, reading) == [ItemsFinished("half", (), 1_001, 10_003, 2)]
    _read(reading, 30, "TaskStateEntered", 2, stateEnteredEventDetails={"name": "half-gather"})
    assert array_progress(machine, reading) == [], "from then on the history says it"


def test_who_may_not_ask_batch_sees_no_progress(reading: Reading) -> None:
    _submitted(reading)
    assert array_progress(cast("Machine", _Machine()), reading) == []
