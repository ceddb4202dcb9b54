"""The costliest way through a machine: against every way there is, and loops counted by running them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pytest

from specc_targets.asl.bounds import Execution, events
from specc_targets.asl.longest import Longest, components


def test_every_way_of_small_graphs() -> None:
    for seed in range(200):
        chance = random.Random(seed)
        number = chance.randrange(1, 8)
        ways = {
            str(name): [str(to) for to in range(name + 1, number) if chance.random() < 0.5] for name in range(number)
        }
        costs = {name: chance.randrange(10) for name in ways}
        longest = Longest(costs.__getitem__, {name: {} for name in ways}).total("0", ways)
        assert longest == max(sum(costs[name] for name in way) for way in _ways("0", ways))


def _ways(start: str, ways: Mapping[str, list[str]]) -> Iterator[list[str]]:
    if not ways[start]:
        yield [start]
    for to in ways[start]:
        for rest in _ways(to, ways):
            yield [start, *rest]


def _again(most: int, out: str, back: str) -> dict[str, Any]:
    return {"Type": "Choice", "Choices": [{"Condition": f"{{% $i + 1 >= {most} %}}", "Next": out}], "Default": back}


def _pass(to: str) -> dict[str, Any]:
    return {"Type": "Pass", "Next": to}


NESTED = {
    "StartAt": "begin",
    "States": {
        "begin": _pass("outer"),
        "outer": _pass("inner"),
        "inner": _pass("inner-again"),
        "inner-again": _again(4, "after", "inner"),
        "after": _pass("outer-again"),
        "outer-again": _again(3, "end", "outer"),
        "end": {"Type": "Succeed"},
    },
}


def test_a_loop_in_a_loop_is_as_long_as_running_it() -> None:
    counters = {"inner-again": 0, "outer-again": 0}
    name, run = "begin", []
    while name:
        run.append(name)
        state: dict[str, Any] = NESTED["States"][name]  # type: ignore[index]  # literal above
        if name in counters:
            counters[name] += 1
            (rule,) = state["Choices"]
            most = int(rule["Condition"].split()[-2])
            done = counters[name] >= most
            counters[name] = 0 if done else counters[name]
            name = rule["Next"] if done else state["Default"]
        else:
            name = state.get("Next", "")
    execution = Execution(NESTED, {})
    assert execution.most(lambda name, state: 1) == len(run) == 2 + 3 * (3 + 4 * 2)
    assert {name: times for name, _, times in execution.visits()} == {name: run.count(name) for name in run}
    assert not execution.unbounded


def test_a_loop_without_a_bound_is_told() -> None:
    states = {**NESTED["States"], "outer-again": {**_again(3, "end", "outer"), "Choices": [{"Condition": True, "Next": "end"}]}}  # type: ignore[dict-item]  # fmt: skip
    execution = Execution({"StartAt": "begin", "States": states}, {})
    assert execution.most(lambda name, state: 1) == 2 + 3 + 4 * 2
    assert execution.unbounded


def _map(mode: str, **more: Any) -> dict[str, Any]:
    inside = {"StartAt": "body", "States": {"body": {"Type": "Pass", "End": True}}, "ProcessorConfig": {"Mode": mode}}
    return {"StartAt": "map", "States": {"map": {"Type": "Map", "ItemProcessor": inside, "End": True, **more}}}


@pytest.mark.parametrize(("mode", "own"), [("INLINE", 4 + 5 * (2 + 2)), ("DISTRIBUTED", 6)])
def test_events_of_maps(mode: str, own: int) -> None:
    execution = Execution(_map(mode), {"map": 5})
    assert execution.most(lambda name, state: 1) == 6
    assert execution.most(events({"map": 5}), children=False) == own


def test_retries_and_ways_after_failures() -> None:
    task: dict[str, Any] = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Retry": [
            {"ErrorEquals": ["Lambda.ServiceException"], "MaxAttempts": 8},
            {"ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"], "MaxAttempts": 2},
            {"ErrorEquals": ["States.ALL"]},
        ],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "mend"}],
        "Next": "end",
    }
    machine = {"StartAt": "task", "States": {"task": task, "mend": _pass("end"), "end": {"Type": "Succeed"}}}
    assert Execution(machine, {}).most(lambda name, state: 1) == 2
    assert Execution(machine, {}, failing=True).most(lambda name, state: 1) == 1 + 2 + 3 + 1 + 1


def test_large_machines_take_no_recursion() -> None:
    names = [f"s{number}" for number in range(20_000)]
    states = {name: _pass(to) for name, to in pairwise(names)}
    machine = {"StartAt": "s0", "States": {**states, names[-1]: {"Type": "Succeed"}}}
    assert Execution(machine, {}).most(lambda name, state: 1) == 20_000
    assert len(list(components("s0", {name: [] for name in ["s0"]}))) == 1
