"""Fields that stand where Step Functions takes them, with the values that it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specc_targets.asl.verifier.machines import Machine
from specc_targets.asl.verifier.maps import check_map
from specc_targets.asl.verifier.recovery import check_recovery
from specc_targets.asl.verifier.tasks import check_task
from specc_targets.asl.verifier.values import MAX_SECONDS, is_expression, is_integer

_JSONPATH = frozenset(
    [
        "InputPath",
        "OutputPath",
        "ResultPath",
        "ResultSelector",
        "Parameters",
        "ItemsPath",
        "SecondsPath",
        "TimestampPath",
        "TimeoutSecondsPath",
        "HeartbeatSecondsPath",
        "MaxConcurrencyPath",
        "ToleratedFailureCountPath",
        "ToleratedFailurePercentagePath",
        "ErrorPath",
        "CausePath",
        "Result",
        "Iterator",
    ]
)
_ALWAYS = "Type Comment QueryLanguage Output"
_GOES_ON = f"{_ALWAYS} Next End Assign"
_FIELDS = {
    "Pass": _GOES_ON,
    "Wait": f"{_GOES_ON} Seconds Timestamp",
    "Task": f"{_GOES_ON} Resource Arguments Credentials TimeoutSeconds HeartbeatSeconds Retry Catch",
    "Parallel": f"{_GOES_ON} Branches Arguments Retry Catch",
    "Map": f"{_GOES_ON} Items ItemReader ItemSelector ItemBatcher ItemProcessor ResultWriter MaxConcurrency Label "
    "ToleratedFailureCount ToleratedFailurePercentage Retry Catch",
    "Choice": f"{_ALWAYS} Assign Choices Default",
    "Succeed": _ALWAYS,
    "Fail": "Type Comment QueryLanguage Error Cause",
}
_KNOWN = {kind: frozenset(names.split()) for kind, names in _FIELDS.items()}
_ENDING = frozenset({"Choice", "Succeed", "Fail"})
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_RULE = frozenset({"Condition", "Next", "Assign", "Output", "Comment"})


def check_fields(machine: Machine) -> Iterator[str]:
    """Faults of the states of one machine, each with the state's name."""
    for name, state in machine.states.items():
        yield from (f"`{name}`: {fault}" for fault in _state(machine, state))


def _state(machine: Machine, state: Mapping[str, Any]) -> Iterator[str]:
    kind = state.get("Type")
    known = _KNOWN.get(str(kind))
    if known is None:
        yield f"there is no Type {kind}"
        return
    for field in state:
        if field in _JSONPATH:
            yield f"field {field} belongs to JSONPath"
        elif field not in known:
            yield _misplaced(str(kind), field)
    if state.get("QueryLanguage", "JSONata") != "JSONata":
        yield "another query language than JSONata"
    if kind not in _ENDING and ("Next" in state) == (state.get("End") is True):
        yield "needs exactly one way on"
    if state.get("End", True) is not True:
        yield "End must be true"
    if not isinstance(state.get("Assign", {}), dict):
        yield "Assign must be an object"
    yield from check_recovery(state)
    if kind == "Task":
        yield from check_task(machine, state)
    elif kind == "Map":
        yield from check_map(machine, state)
    elif str(kind) in _CHECKS:
        yield from _CHECKS[str(kind)](state)


def _misplaced(kind: str, field: str) -> str:
    if field == "Assign":
        return f"{kind} cannot assign"
    if field in ("Next", "End"):
        return f"{kind} has no {field}: needs exactly one way on"
    return f"{kind} has no {field}"


def _wait(state: Mapping[str, Any]) -> Iterator[str]:
    if ("Seconds" in state) == ("Timestamp" in state):
        yield "a Wait has either Seconds or a Timestamp"
    seconds, instant = state.get("Seconds", 0), state.get("Timestamp")
    if not is_expression(seconds) and not is_integer(seconds, 0, MAX_SECONDS):
        yield f"Seconds must be a whole number up to {MAX_SECONDS}"
    if instant is not None and not is_expression(instant) and not _INSTANT.fullmatch(str(instant)):
        yield "Timestamp must be an instant with an offset"


def _choice(state: Mapping[str, Any]) -> Iterator[str]:
    rules = state.get("Choices")
    if not isinstance(rules, list) or not rules:
        yield "has no Choices"
        return
    if "Default" not in state:
        yield "has no Default"
    for rule in rules:
        for field in rule:
            if field not in _RULE:
                yield f"a rule has no field {field}"
        if "Next" not in rule:
            yield "a rule has no Next"
        condition = rule.get("Condition")
        if not isinstance(condition, bool) and not is_expression(condition):
            yield "Condition of a rule must be an expression"


def _parallel(state: Mapping[str, Any]) -> Iterator[str]:
    branches = state.get("Branches")
    if not isinstance(branches, list) or not branches:
        yield "has no Branches"


def _fail(state: Mapping[str, Any]) -> Iterator[str]:
    for field in ("Error", "Cause"):
        if not isinstance(state.get(field, ""), str):
            yield f"{field} must be a text"


_CHECKS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "Wait": _wait,
    "Choice": _choice,
    "Parallel": _parallel,
    "Fail": _fail,
}
