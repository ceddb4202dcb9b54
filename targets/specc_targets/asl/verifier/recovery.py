"""Retry and Catch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specc_targets.asl.verifier.values import MAX_SECONDS, is_integer

MATCHABLE = frozenset(
    f"States.{name}"
    for name in [
        "ALL",
        "BranchFailed",
        "DataLimitExceeded",
        "ExceedToleratedFailureThreshold",
        "HeartbeatTimeout",
        "Http.Socket",
        "IntrinsicFailure",
        "ItemReaderFailed",
        "NoChoiceMatched",
        "ParameterPathFailure",
        "Permissions",
        "QueryEvaluationError",
        "ResultPathMatchFailure",
        "ResultWriterFailed",
        "TaskFailed",
        "Timeout",
    ]
)
"""Errors of Step Functions itself that can be matched; nothing catches `States.Runtime`."""
_OF_MAP_RUNS = frozenset({"States.ItemReaderFailed", "States.ResultWriterFailed"})
_RETRY = frozenset(
    ["Comment", "ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"]
)
_CATCH = frozenset(["Comment", "ErrorEquals", "Next", "Assign", "Output"])
_MAX_DELAY = 31_622_400


def check_recovery(state: Mapping[str, Any]) -> Iterator[str]:
    """Faults of a state's retriers and catchers."""
    for key, known in (("Retry", _RETRY), ("Catch", _CATCH)):
        matchers = state.get(key, [])
        if not isinstance(matchers, list):
            yield f"{key} must be a list"
            continue
        yield from _matchers(key, matchers)
        for item in matchers:
            yield from (f"{key} has no field {field}" for field in item if field not in known)
            yield from _retrier(item) if key == "Retry" else _catcher(item)
    if state.get("Type") == "Map" and _is_distributed(state):
        for item in state.get("Retry", ()):
            if not set(item.get("ErrorEquals", ())) <= _OF_MAP_RUNS:
                yield "Retry of a distributed Map starts all its items anew"


def _is_distributed(state: Mapping[str, Any]) -> bool:
    config = state.get("ItemProcessor", {}).get("ProcessorConfig", {})
    return bool(config.get("Mode") == "DISTRIBUTED")


def _matchers(key: str, matchers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for number, item in enumerate(matchers):
        names = item.get("ErrorEquals")
        if not isinstance(names, list) or not names:
            yield f"{key} matches nothing"
            continue
        if "States.ALL" in names and (len(names) > 1 or number + 1 < len(matchers)):
            yield f"States.ALL must stand alone and last in {key}"
        for name in names:
            if not isinstance(name, str) or not name:
                yield f"{key} matches {name!r}, which is no name of an error"
            elif name.startswith("States.") and name not in MATCHABLE:
                yield f"{key} cannot match {name}"


def _catcher(item: Mapping[str, Any]) -> Iterator[str]:
    if "Next" not in item:
        yield "a catcher has no Next"


def _retrier(item: Mapping[str, Any]) -> Iterator[str]:
    backoff = item.get("BackoffRate", 2.0)
    if not isinstance(backoff, float) or backoff < 1:
        yield "BackoffRate must be a float of at least 1.0"
    if not is_integer(item.get("MaxAttempts", 3), 0, MAX_SECONDS):
        yield f"MaxAttempts must be a whole number up to {MAX_SECONDS}"
    interval, longest = item.get("IntervalSeconds", 1), item.get("MaxDelaySeconds")
    if not is_integer(interval, 1, MAX_SECONDS):
        yield "IntervalSeconds must be a positive integer"
    elif longest is not None and not is_integer(longest, interval + 1, _MAX_DELAY):
        yield f"MaxDelaySeconds must be an integer greater than IntervalSeconds, at most {_MAX_DELAY}"
    if item.get("JitterStrategy", "FULL") not in ("FULL", "NONE"):
        yield "JitterStrategy must be FULL or NONE"
