from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from specc_targets.asl.errors import service_retrier
from specc_targets.asl.express import LONGEST, SERVICE_TIMEOUT, make_express


def task(timeout: int, *retriers: dict[str, Any], action: str = "call", **fields: Any) -> dict[str, Any]:
    payload = {"Payload": {"action": action}}
    resource = fields.pop("Resource", "arn:aws:states:::lambda:invoke")
    return {"Type": "Task", "Resource": resource, "Arguments": payload, "TimeoutSeconds": timeout, "Retry": [service_retrier(), *retriers], "End": True, **fields}  # fmt: skip


def child(**states: dict[str, Any]) -> dict[str, Any]:
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    return {"ProcessorConfig": config, "StartAt": next(iter(states)), "States": states}


def retrier(attempts: int, delay: int, backoff: float = 1.0, **more: int) -> dict[str, Any]:
    return {"ErrorEquals": ["E"], "IntervalSeconds": delay, "MaxAttempts": attempts, "BackoffRate": backoff, **more}


BOUNDED = {
    "one call, four attempts and 7 seconds between them": child(a=task(73)),
    "what the runtime does takes half a minute at most": child(a=task(900, action="record")),
    "two calls": child(a=task(35, Next="b"), b=task(35)),
    "the longer of two ways": child(c={"Type": "Choice", "Choices": [{"Next": "a"}], "Default": "b"}, a=task(73), b=task(1)),
    "branches at the same time": child(p={"Type": "Parallel", "Branches": [child(a=task(73)), child(b=task(73))], "End": True}),
    "a pause": child(w={"Type": "Wait", "Seconds": 300, "End": True}),
    "retries of the step": child(a=task(10, retrier(10, 10, 2.0, MaxDelaySeconds=10))),
}  # fmt: skip
UNBOUNDED = {
    "one call": child(a=task(74)),
    "two calls": child(a=task(36, Next="b"), b=task(36)),
    "the longer of two ways": child(c={"Type": "Choice", "Choices": [{"Next": "a"}], "Default": "b"}, a=task(1), b=task(74)),
    "a handler comes after the call": child(a=task(40, Catch=[{"Next": "b"}]), b=task(40)),
    "a part that is retried": child(p={"Type": "Parallel", "Branches": [child(a=task(36))], "Retry": [retrier(1, 1)], "End": True}),
    "a pause": child(w={"Type": "Wait", "Seconds": 301, "End": True}),
    "a pause that is computed": child(w={"Type": "Wait", "Seconds": "{% $x %}", "End": True}),
    "a moment": child(w={"Type": "Wait", "Timestamp": "2030-01-01T00:00:00Z", "End": True}),
    "delays that grow": child(a=task(1, retrier(9, 1, 2.0))),
    "a job": child(a=task(1, Resource="arn:aws:states:::batch:submitJob.sync")),
    "an answer of a person": child(a=task(1, Resource="arn:aws:states:::lambda:invoke.waitForTaskToken")),
    "a map": child(m={"Type": "Map", "ItemProcessor": child(a=task(1)), "End": True}),
    "a loop": child(a=task(1, Next="c"), c={"Type": "Choice", "Choices": [{"Next": "a"}], "Default": "a"}),
    "no limit": child(a={**task(1), "TimeoutSeconds": "{% $x %}"}),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDED)
def test_bounded_children_are_express(name: str) -> None:
    processor = deepcopy(BOUNDED[name])
    assert make_express(processor)
    assert processor["ProcessorConfig"]["ExecutionType"] == "EXPRESS"


@pytest.mark.parametrize("name", UNBOUNDED)
def test_others_stay_as_they_are(name: str) -> None:
    processor = deepcopy(UNBOUNDED[name])
    assert not make_express(processor)
    assert processor == UNBOUNDED[name]


def test_what_the_bound_counts_on_is_written() -> None:
    processor = child(p={"Type": "Parallel", "Branches": [child(a=task(5))], "Next": "r"}, r=task(900, action="record"))
    assert make_express(processor)
    inner = processor["States"]["p"]["Branches"][0]["States"]["a"]
    assert [inner["TimeoutSeconds"], inner["Retry"][0]["MaxAttempts"]] == [5, 3]
    assert [processor["States"]["r"]["TimeoutSeconds"], processor["States"]["r"]["Retry"][0]["MaxAttempts"]] == [SERVICE_TIMEOUT, 3]  # fmt: skip


def test_a_long_chain_is_not_walked() -> None:
    states = {f"s{number}": {"Type": "Pass", "Next": f"s{number + 1}"} for number in range(5000)}
    assert not make_express(child(**states, s5000={"Type": "Succeed"}))
    assert LONGEST == 5 * 60
