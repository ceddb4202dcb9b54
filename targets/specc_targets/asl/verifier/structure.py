"""Transitions, names, and fields that stand where Step Functions takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specc_targets.asl.names import MAX_NAME
from specc_targets.asl.order import successors
from specc_targets.asl.verifier.machines import Machine

_JSONPATH_FIELDS = ("InputPath", "OutputPath", "ResultPath", "ResultSelector", "Parameters", "ItemsPath", "SecondsPath")
_TERMINAL = ("Succeed", "Fail")
_NAME = re.compile(r"[A-Za-z0-9_.\-]+")


def check_names(machines: Sequence[Machine]) -> Iterator[str]:
    """Names are unique in the whole definition, of the right length and characters."""
    seen: set[str] = set()
    for machine in machines:
        for name in machine.states:
            if name in seen:
                yield f"two states are called `{name}`"
            seen.add(name)
            if len(name) > MAX_NAME or not _NAME.fullmatch(name):
                yield f"`{name}` is no good name for a state"


def check_structure(machine: Machine) -> Iterator[str]:
    """Faults of one machine, without those inside it."""
    if machine.start not in machine.states:
        yield f"StartAt `{machine.start}` is no state"
        return
    reached, waiting = {machine.start}, [machine.start]
    while waiting:
        name = waiting.pop()
        for following in successors(machine.states[name]):
            if following not in machine.states:
                yield f"`{name}` leads to `{following}`, which is no state beside it"
            elif following not in reached:
                reached.add(following)
                waiting.append(following)
    for name, state in machine.states.items():
        if name not in reached:
            yield f"`{name}` is never reached"
        yield from (f"`{name}`: {fault}" for fault in _state(state))


def _state(state: Mapping[str, Any]) -> Iterator[str]:
    kind = state.get("Type")
    yield from (f"field {key} belongs to JSONPath" for key in _JSONPATH_FIELDS if key in state)
    yield from (f"key {key} belongs to JSONPath" for key in _paths(state))
    ends = kind in _TERMINAL or kind == "Choice"
    if ends == (("Next" in state) != bool(state.get("End"))):
        yield "needs exactly one way on"
    if kind == "Choice" and "Default" not in state:
        yield "has no Default"
    if kind in _TERMINAL and "Assign" in state:
        yield f"{kind} cannot assign"
    if kind == "Fail" and "Output" in state:
        yield "Fail has no Output"
    if kind == "Task" and not isinstance(state.get("TimeoutSeconds"), int):
        yield "has no TimeoutSeconds"
    for key in ("Retry", "Catch"):
        if key in state and kind not in ("Task", "Parallel", "Map"):
            yield f"{kind} has no {key}"
        yield from _matchers(key, state.get(key, ()))


def _matchers(key: str, matchers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for number, item in enumerate(matchers):
        names = item.get("ErrorEquals", ())
        if not names:
            yield f"{key} matches nothing"
        if "States.ALL" in names and (len(names) > 1 or number + 1 < len(matchers)):
            yield f"States.ALL must stand alone and last in {key}"
        if key != "Retry":
            continue
        if not isinstance(item.get("BackoffRate", 2.0), float):
            yield "BackoffRate must be a float"
        interval, longest = item.get("IntervalSeconds", 1), item.get("MaxDelaySeconds")
        if not isinstance(interval, int) or interval < 1:
            yield "IntervalSeconds must be a positive integer"
        elif longest is not None and longest <= interval:
            yield "MaxDelaySeconds must be greater than IntervalSeconds"


def _paths(value: Any) -> Iterator[str]:
    """Keys that JSONPath would evaluate, outside of nested machines."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield from (key for key in item if key.endswith(".$"))
            waiting += [below for key, below in item.items() if key not in ("Branches", "ItemProcessor")]
        elif isinstance(item, list):
            waiting += item
