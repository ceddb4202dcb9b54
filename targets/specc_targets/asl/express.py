"""Which children of a distributed map are Express executions: those that certainly end within five minutes.

They start ten times as fast and cost a fraction, but are stopped after five minutes and can wait for nothing (Step
Functions Developer Guide, "Choosing workflow type"). The bound is that of the written states: every attempt takes as
long as it may.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from specc_targets.asl.errors import SERVICE_ERRORS

LONGEST = 300
"""Seconds that an Express execution may take."""
SERVICE_TIMEOUT = 30
"""Seconds for what the runtime does around a call, such as keeping a failure: it takes well below one."""
_SERVICE_ATTEMPTS = 3
_MOST = 300
"""States of a machine that is looked at: each Task may take a second or more."""
_RUNTIME = frozenset({"evaluate", "record"})
"""Requests that call nothing of the user's."""


def make_express(processor: dict[str, Any]) -> bool:
    """Make a child machine an Express one, where its time is bounded; say whether it was.

    Passing faults of Lambda are then retried 3 times rather than 8, which would take minutes by itself.
    """
    if _longest(processor) > LONGEST:
        return False
    for state in _states(processor):
        for retrier in _service_retriers(state):
            retrier["MaxAttempts"] = _SERVICE_ATTEMPTS
        if _is_runtimes(state):
            state["TimeoutSeconds"] = SERVICE_TIMEOUT
    processor["ProcessorConfig"]["ExecutionType"] = "EXPRESS"
    return True


def _states(machine: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = list(machine["States"].values())
    for state in list(found):
        for branch in state.get("Branches", ()):
            found += _states(branch)
    return found


def _longest(machine: Mapping[str, Any]) -> float:
    """Seconds from the start of a machine to its end, at most; infinite where nothing bounds it."""
    states: Mapping[str, Mapping[str, Any]] = machine["States"]
    if len(states) > _MOST:
        return inf
    known: dict[str, float] = {}
    under_way: set[str] = set()

    def from_here(name: str) -> float:
        if name in under_way:
            return inf  # a loop
        if name not in known:
            under_way.add(name)
            following = [from_here(item) for item in _following(states[name])]
            under_way.discard(name)
            known[name] = _duration(states[name]) + max(following, default=0.0)
        return known[name]

    return from_here(machine["StartAt"])


def _following(state: Mapping[str, Any]) -> list[str]:
    choices = [rule["Next"] for rule in (*state.get("Choices", ()), *state.get("Catch", ()))]
    return [*choices, *(state[key] for key in ("Next", "Default") if key in state)]


def _duration(state: Mapping[str, Any]) -> float:
    """Seconds in one state, with all its attempts."""
    kind = state["Type"]
    if kind == "Wait":
        seconds = state.get("Seconds")
        return seconds if isinstance(seconds, int) else inf
    if kind == "Task":
        if ".sync" in state["Resource"] or ".waitForTaskToken" in state["Resource"]:
            return inf
        one = SERVICE_TIMEOUT if _is_runtimes(state) else state.get("TimeoutSeconds", inf)
    elif kind == "Parallel":
        one = max(_longest(branch) for branch in state["Branches"])
    elif kind == "Map":
        return inf  # as many iterations as there are items
    else:
        return 0.0
    return _with_retries(state, one if isinstance(one, int | float) else inf)


def _with_retries(state: Mapping[str, Any], one: float) -> float:
    service = _service_retriers(state)
    total = one
    for retrier in state.get("Retry", ()):
        attempts = _SERVICE_ATTEMPTS if retrier in service else retrier["MaxAttempts"]
        delay: float = retrier["IntervalSeconds"]
        for _ in range(attempts):
            total += one + delay
            if total > LONGEST:
                return inf
            delay = min(delay * retrier["BackoffRate"], retrier.get("MaxDelaySeconds", inf))
    return total


def _service_retriers(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [item for item in state.get("Retry", ()) if item["ErrorEquals"] == list(SERVICE_ERRORS)]


def _is_runtimes(state: Mapping[str, Any]) -> bool:
    arguments = state.get("Arguments")
    payload = arguments.get("Payload") if isinstance(arguments, dict) else None
    return isinstance(payload, dict) and payload.get("action") in _RUNTIME
