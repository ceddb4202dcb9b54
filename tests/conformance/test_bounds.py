"""What `specc cost` and `--explain-limits` say of a machine holds for its executions; without a choice it is exact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.harness.case import CORPUS, load_case
from conformance.harness.deployment import Deployment
from specc_targets.asl.bounds import Execution, events
from specc_targets.emulator.client import Emulator
from specc_targets.emulator.execution import execute

pytestmark = pytest.mark.slow
EXACT = (
    "chain",
    "crossed-layers",
    "diamond-in-map",
    "thirty-steps",
    "zip",
)
"""Nothing fails, and no Choice decides what is done."""
BOUNDED = (
    "command-retried",
    "group-item-on-error",
    "tolerance-and-on-error",
    "item-on-error",
    "retry-of-a-base-class-inside-a-catch",
    "when-inside-a-map-with-coalesce",
)


@pytest.mark.parametrize("name", [*EXACT, *BOUNDED])
def test_executions_stay_within_bounds(emulator: Emulator, deployment: Deployment, tmp_path: Path, name: str) -> None:
    case = load_case(CORPUS / name)
    definition = deployment.compiled(case).definition
    ended = execute(emulator, f"bounds-{name}", definition, case.runs[0].parameters(tmp_path))
    history = _history(emulator, ended.arn)
    iterations = _iterations(history)
    kinds = [event["type"] for event in history]
    entered = sum(kind.endswith("StateEntered") for kind in kinds)
    retried = max(0, kinds.count("TaskScheduled") - kinds.count("TaskStateEntered"))
    usual = Execution(definition, iterations)
    worst = Execution(definition, iterations, failing=True)
    weigh = events(iterations)
    assert entered + retried <= worst.most(_one)
    assert len(history) <= worst.most(weigh, children=False) + 2
    assert usual.most(_one) <= worst.most(_one)
    if name in EXACT:
        assert entered == usual.most(_one)
        assert len(history) == usual.most(weigh, children=False) + 2
    assert not usual.unbounded


def _one(name: str, state: object) -> int:
    return 1


def _history(emulator: Emulator, arn: str) -> list[dict[str, Any]]:
    pages = emulator.step_functions.get_paginator("get_execution_history").paginate(executionArn=arn)
    return [dict(event) for page in pages for event in page["events"]]


def _iterations(history: list[dict[str, Any]]) -> dict[str, int]:
    """How many iterations each Map had; those of distributed ones write no history here."""
    by_id = {event["id"]: event for event in history}
    found: dict[str, int] = {}
    for event in history:
        if event["type"] == "MapStateStarted":
            name = by_id[event["previousEventId"]]["stateEnteredEventDetails"]["name"]
            found[name] = max(found.get(name, 0), event["mapStateStartedEventDetails"]["length"])
    return found
