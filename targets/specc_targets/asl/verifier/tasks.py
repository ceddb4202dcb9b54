"""Tasks: what they call, how they wait, what they hand over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from specc_targets.asl.verifier.integrations import ANSWER, INTEGRATIONS, SYNC, TOKEN
from specc_targets.asl.verifier.jsonata import read
from specc_targets.asl.verifier.machines import Machine
from specc_targets.asl.verifier.sdk_parameters import check_action, check_parts
from specc_targets.asl.verifier.texts import Text, scan
from specc_targets.asl.verifier.values import MAX_SECONDS, is_expression, is_integer

_RESOURCE = re.compile(
    r"arn:aws[a-z-]*:states:::(aws-sdk:)?([a-z0-9-]+):(\w+?)(?:\.(sync:2|sync|waitForTaskToken|\S*))?"
)
_TOKEN_PATH = ("context", "Task", "Token")
_ENVELOPE = ("result",)


def check_task(machine: Machine, state: Mapping[str, Any]) -> Iterator[str]:
    """Faults of a Task."""
    yield from _times(state)
    resource = state.get("Resource")
    if not isinstance(resource, str):
        yield "has no Resource"
        return
    match = _RESOURCE.fullmatch(resource)
    if match is None:
        if re.search(r":\d{12}:", resource):
            yield f"Resource `{resource}` names an account"
        else:
            yield f"Resource `{resource}` is no integration of Step Functions"
        return
    sdk, service, action, pattern = match[1], match[2], match[3], match[4] or ANSWER
    if machine.express and pattern != ANSWER:
        yield f"an Express execution cannot wait with .{pattern}"
    if sdk is None:
        yield from _optimized(state, f"{service}:{action}", pattern)
    else:
        yield from _sdk(state, service, action, pattern)
    if pattern == TOKEN:
        yield from _token(state)


def _times(state: Mapping[str, Any]) -> Iterator[str]:
    timeout, beat = state.get("TimeoutSeconds"), state.get("HeartbeatSeconds")
    if timeout is None:
        yield "has no TimeoutSeconds"
    for name, value in (("TimeoutSeconds", timeout), ("HeartbeatSeconds", beat)):
        if value is not None and not is_expression(value) and not is_integer(value, 1, MAX_SECONDS):
            yield f"{name} must be a whole number from 1 to {MAX_SECONDS}"
    if isinstance(timeout, int) and isinstance(beat, int) and beat >= timeout:
        yield "HeartbeatSeconds must be less than TimeoutSeconds"


def _optimized(state: Mapping[str, Any], name: str, pattern: str) -> Iterator[str]:
    found = INTEGRATIONS.get(name)
    if found is None:
        yield f"Step Functions does not integrate `{name}`"
        return
    if pattern not in found.patterns:
        yield f"`{name}` does not know .{pattern}"
    arguments = state.get("Arguments")
    if isinstance(arguments, dict):
        for parameter in arguments:
            if not parameter[:1].isupper():
                yield f"parameter {parameter} of `{name}` must be written {parameter[:1].upper() + parameter[1:]}"
            elif found.known is not None and parameter not in found.known:
                yield f"`{name}` has no parameter {parameter}"
        given = {parameter.lower() for parameter in arguments}
        yield from (
            f"parameter {parameter} of `{name}` is missing"
            for parameter in found.required
            if parameter.lower() not in given
        )
        service, action = name.split(":")
        yield from check_parts(service, action, arguments)
        if name == "batch:submitJob":
            yield from _job(arguments)
    elif not is_expression(arguments) and found.required:
        yield f"parameter {found.required[0]} of `{name}` is missing"
    if name == "lambda:invoke" and pattern == ANSWER:
        yield from _envelope(state)
    if name == "states:startExecution" and pattern == SYNC:
        yield "the output of `states:startExecution.sync` is a text; with .sync:2 it is JSON"


_JOB_RANGES = (
    ("ArrayProperties", "Size", 2, 10_000),
    ("RetryStrategy", "Attempts", 1, 10),
    ("Timeout", "AttemptDurationSeconds", 60, None),
)
"""Parameter, field, least and most (AWS Batch quotas)."""
_MOST_CONDITIONS = 5


def _job(arguments: Mapping[str, Any]) -> Iterator[str]:
    for parameter, field, least, most in _JOB_RANGES:
        part = arguments.get(parameter)
        value = part.get(field, least) if isinstance(part, dict) else least
        if not is_expression(value) and not is_integer(value, least, most):
            yield f"{parameter}.{field} must be a whole number of at least {least}" + (
                f", at most {most}" if most else ""
            )
    strategy = arguments.get("RetryStrategy")
    conditions = strategy.get("EvaluateOnExit") if isinstance(strategy, dict) else None
    if isinstance(strategy, dict) and isinstance(conditions, list):
        yield from _conditions(strategy, conditions)


def _conditions(strategy: Mapping[str, Any], conditions: list[Any]) -> Iterator[str]:
    """Faults of what decides whether a job is tried again (AWS Batch API reference, EvaluateOnExit)."""
    if "Attempts" not in strategy:
        yield "RetryStrategy.EvaluateOnExit needs Attempts"
    if len(conditions) > _MOST_CONDITIONS:
        yield f"RetryStrategy.EvaluateOnExit has more than {_MOST_CONDITIONS} conditions"
    for condition in conditions:
        action = condition.get("Action") if isinstance(condition, dict) else None
        if not is_expression(action) and str(action).upper() not in {"RETRY", "EXIT"}:
            yield "Action of RetryStrategy.EvaluateOnExit must be RETRY or EXIT"


def _envelope(state: Mapping[str, Any]) -> Iterator[str]:
    """The answer of Lambda comes in an envelope, which is never handed on."""
    if "Output" not in state:
        yield "without Output it hands on the envelope of Lambda's answer"
    for field, text in scan({key: state[key] for key in ("Output", "Assign") if key in state})[0]:
        if _ENVELOPE in read(text).states:
            yield f"{field} hands on the envelope of Lambda's answer; the answer is $states.result.Payload"


def _sdk(state: Mapping[str, Any], service: str, action: str, pattern: str) -> Iterator[str]:
    name = f"aws-sdk:{service}:{action}"
    if pattern not in (ANSWER, TOKEN):
        yield f"`{name}` does not know .{pattern}"
    yield from check_action(service, action, state.get("Arguments", {}))


def _token(state: Mapping[str, Any]) -> Iterator[str]:
    texts: list[Text] = scan({"Arguments": state.get("Arguments")})[0]
    paths = {path for _, text in texts for path in read(text).states}
    if _TOKEN_PATH not in {path[:3] for path in paths} and not paths & {(), ("context",), ("context", "Task")}:
        yield "waits for a task token that it never passes on"
