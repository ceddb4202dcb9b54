"""Error names: what a spec declares, as Step Functions matches it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from specc.ir.ops import Recoverable
from specc.ir.policies import Retry
from specc_targets.asl.error_classes import PYTHON, ErrorClasses
from specc_targets.asl.text import Json

ANY = "*"
SERVICE_ERRORS = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
)
"""Passing faults of Lambda itself (Step Functions: handle transient Lambda service exceptions)."""
_TIMEOUTS = ("States.Timeout", "Sandbox.Timedout")
_ALSO = {
    "timeout": _TIMEOUTS,
    "TimeoutError": _TIMEOUTS,
    "exit": ("Runtime.ExitError",),
    "throttled": ("Lambda.TooManyRequestsException", "ThrottlingException"),
    "lost": ("States.HeartbeatTimeout",),
    "ExpressionError": ("States.QueryEvaluationError",),
}


def declared(op: Recoverable) -> tuple[str, ...]:
    """The error names that an operation retries or catches, without `*`."""
    names = list(op.retry.on) if op.retry is not None else []
    names += [name for catch in op.catches for name in catch.errors]
    return tuple(dict.fromkeys(name for name in names if name != ANY))


def error_equals(names: Sequence[str], all_declared: Iterable[str], classes: ErrorClasses = PYTHON) -> list[Json]:
    """What `ErrorEquals` lists for declared names.

    A function fails under the most derived of all declared names (those of the operations around it, too), so a class
    must also list the declared ones that derive from it.
    """
    if ANY in names:
        return ["States.ALL"]
    found: dict[str, None] = {}
    others = list(all_declared)
    for name in names:
        for item in (name, *(other for other in others if classes.derives(other, name))):
            found.update(dict.fromkeys((item, *_ALSO.get(item, ()))))
    return list(found)


def service_retrier(errors: Sequence[str] = SERVICE_ERRORS) -> dict[str, Json]:
    """Retries passing faults of a service, spread out so that a large map does not stay throttled."""
    return {
        "ErrorEquals": list(errors),
        "IntervalSeconds": 1,
        "MaxAttempts": 8,
        "BackoffRate": 2.0,
        "MaxDelaySeconds": 60,
        "JitterStrategy": "FULL",
    }


def retrier(retry: Retry, all_declared: Iterable[str], classes: ErrorClasses = PYTHON) -> dict[str, Json]:
    """The retrier of a spec's `retry`: whole seconds, at least one."""
    interval = max(1, ceil(retry.delay))
    found: dict[str, Json] = {
        "ErrorEquals": error_equals(retry.on, all_declared, classes),
        "IntervalSeconds": interval,
        "MaxAttempts": retry.max,
        "BackoffRate": max(1.0, float(retry.backoff)),
    }
    if retry.max_delay is not None:
        longest = ceil(retry.max_delay)
        if longest > interval:
            found["MaxDelaySeconds"] = longest
        else:
            found["BackoffRate"] = 1.0
    if retry.jitter:
        found["JitterStrategy"] = "FULL"
    return found


def known_name(text: str) -> str:
    """JSONata text of the name of an error as the spec knows it; `text` gives what Step Functions calls it.

    A Fail state may not say a name that begins with `States.` (Amazon States Language, "Error Names").
    """
    return (
        f'($e := {text}; $e = "States.Timeout" or $e = "Sandbox.Timedout" ? "timeout" : '
        '$e = "States.QueryEvaluationError" ? "ExpressionError" : $replace($e, /^States\\./, ""))'
    )


NAME = known_name("$states.errorOutput.Error")
"""The same, in a catcher."""
MESSAGE = (
    '($c := $states.errorOutput.Cause; $exists($c) ? ($contains($c, /^\\{[\\s\\S]*"errorMessage"[\\s\\S]*\\}$/) ? '
    '$parse($c).errorMessage : $c) : "")'
)
"""JSONata text of an error's message: Lambda gives a JSON text whose field `errorMessage` holds it."""


def caught() -> Json:
    """The value of `error` in what handles a failure."""
    return {"name": "{% " + NAME + " %}", "message": "{% " + MESSAGE + " %}"}
