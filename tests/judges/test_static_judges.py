"""The static judges bite, and let a machine that uses every construct pass."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from judges.machines import judge_in_node, judge_with_cfn_lint, judge_with_statelint, missing_packages

pytestmark = pytest.mark.slow
needs_node = pytest.mark.skipif(missing_packages() is not None, reason=missing_packages() or "")

_TASK: dict[str, Any] = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke",
    "Arguments": {"FunctionName": "specc-judged-default", "Payload": {"run": "{% $run %}", "with": {"x": "{% $x %}"}}},
    "Output": "{% $states.result.Payload %}",
    "Assign": {"y": "{% $states.result.Payload %}"},
    "TimeoutSeconds": 60,
    "Retry": [
        {
            "ErrorEquals": ["Lambda.ServiceException", "Lambda.TooManyRequestsException"],
            "IntervalSeconds": 1,
            "MaxAttempts": 3,
            "BackoffRate": 2.0,
            "MaxDelaySeconds": 20,
            "JitterStrategy": "FULL",
        },
        {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1.5},
    ],
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Wait", "Assign": {"error": "{% $states.errorOutput %}"}}],
}
_CHILD = {"StartAt": "{}", "States": {"{}": {"Type": "Pass", "Output": {"v": "{% [$states.input] %}"}, "End": True}}}


def _child(name: str, **more: Any) -> Any:
    return {**json.loads(json.dumps(_CHILD).replace('"{}"', f'"{name}"')), **more}


MACHINE: dict[str, Any] = {
    "Comment": "every construct that is emitted",
    "QueryLanguage": "JSONata",
    "StartAt": "Start",
    "States": {
        "Start": {
            "Type": "Pass",
            "Assign": {"run": {"id": "{% $states.context.Execution.Name %}"}, "x": 1},
            "Next": "Task",
        },
        "Task": {**_TASK, "Next": "If"},
        "If": {"Type": "Choice", "Choices": [{"Condition": "{% $x > 0 %}", "Next": "Both"}], "Default": "Wait"},
        "Both": {"Type": "Parallel", "Branches": [_child("L"), _child("R")], "Next": "Inline"},
        "Wait": {"Type": "Wait", "Seconds": "{% $x %}", "Next": "Stop"},
        "Stop": {"Type": "Fail", "Error": "{% $error.Error %}", "Cause": "{% $error.Cause %}"},
        "Inline": {
            "Type": "Map",
            "Items": "{% $x %}",
            "ItemSelector": {"item": "{% $states.context.Map.Item.Value %}"},
            "MaxConcurrency": 40,
            "ItemProcessor": _child("I", ProcessorConfig={"Mode": "INLINE"}),
            "Next": "Distributed",
        },
        "Distributed": {
            "Type": "Map",
            "Label": "Distributed",
            "ItemReader": {
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSON"},
                "Arguments": {"Bucket": "{% $x %}", "Key": "{% $x %}"},
            },
            "ItemSelector": {"run": "{% $run %}", "item": "{% $states.context.Map.Item.Value %}"},
            "MaxConcurrency": 1000,
            "ToleratedFailurePercentage": 5,
            "ItemProcessor": _child("D", ProcessorConfig={"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}),
            "Output": {},
            "Next": "End",
        },
        "End": {"Type": "Succeed", "Output": {"done": True}},
    },
}


def _broken(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    machine = copy.deepcopy(MACHINE)
    change(machine["States"])
    return machine


BROKEN: dict[str, dict[str, Any]] = {
    "target": _broken(lambda states: states["Task"].update(Next="Nowhere")),
    "unreachable": _broken(lambda states: states["Task"].update(Next="End")),
    "syntax": _broken(lambda states: states["Wait"].update(Seconds="{% $x + %}")),
    "type": _broken(lambda states: states["Wait"].update(Type="Weit")),
}


@needs_node
def test_node_judges() -> None:
    assert judge_in_node({"good": MACHINE}) == []
    bad = {(fault.machine, fault.judge) for fault in judge_in_node(BROKEN)}
    assert bad >= {("target", "service"), ("unreachable", "service"), ("syntax", "jsonata"), ("type", "validator")}


def test_statelint() -> None:
    assert judge_with_statelint({"good": MACHINE}) == []
    assert {fault.machine for fault in judge_with_statelint(BROKEN)} >= {"target", "type"}


def test_cfn_lint() -> None:
    assert judge_with_cfn_lint({"good": MACHINE}) == []
    assert {fault.machine for fault in judge_with_cfn_lint(BROKEN)} >= {"type"}
