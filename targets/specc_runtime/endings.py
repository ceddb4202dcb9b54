"""How a container ended that left no answer, from what Step Functions says of its job or task."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from specc_runtime.errors import EXIT, LOST, TIMEOUT, names_of

_SERVICE = "States.TaskFailed"
_TIMEOUTS = ("States.Timeout", "States.HeartbeatTimeout")
_TIMED_OUT = re.compile("attempt duration exceeded timeout", re.IGNORECASE)
_MEMORY = re.compile("OutOfMemory|out of memory", re.IGNORECASE)
_HOST = re.compile(r"Host EC2|spot|instance terminat|TaskFailedToStart", re.IGNORECASE)
_SIGNALS = {
    134: "it aborted",
    137: "it was killed, often because memory ran out",
    139: "it crashed: segmentation fault",
    143: "it was told to stop",
}
_LONGEST = 2_000
"""Characters of a reason that are kept."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a job or task."""

    names: tuple[str, ...]
    """The names under which it can be declared, the usual one first."""
    message: str
    status: int | None = None
    """With which its program ended, where that is what ended it."""


def ending_of(error: str, cause: str) -> Ending:
    """What `Error` and `Cause` of a failed `submitJob.sync` or `runTask.sync` mean; both are empty for one that did not
    fail.
    """
    if not error:
        return Ending((LOST, EXIT), "the container ended without an answer, with status 0", 0)
    if error in _TIMEOUTS:
        return Ending(names_of(TIMEOUT), "no answer came within the time that the step, its start included, may take")
    detail = _detail(cause)
    if detail is None:
        names = (LOST,) if error == _SERVICE else (error,)
        return Ending(names, cause[:_LONGEST] or f"the container failed: {error}")
    reasons = "; ".join(dict.fromkeys(_reasons(detail)))[:_LONGEST]
    status = _status(detail)
    told = f": {reasons}" if reasons else ""
    if _TIMED_OUT.search(reasons):
        return Ending(names_of(TIMEOUT), f"the attempt took longer than it may{told}")
    if _MEMORY.search(reasons):
        return Ending((LOST, EXIT), f"the container ran out of memory{told}")
    if _HOST.search(reasons):
        return Ending((LOST,), f"the container's host was taken away, or none was found{told}")
    if status is not None and status != 0:
        known = f" ({_SIGNALS[status]})" if status in _SIGNALS else ""
        return Ending((LOST, EXIT), f"the container ended with status {status}{known} and left no answer{told}", status)
    return Ending((LOST,), f"the container ended without an answer{told}")


def _detail(cause: str) -> dict[str, Any] | None:
    try:
        found = json.loads(cause)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _containers(detail: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The containers of the last attempt of a job, or of a task."""
    attempts = detail.get("Attempts")
    if isinstance(attempts, list) and attempts:
        yield attempts[-1].get("Container") or {}
    yield detail.get("Container") or {}
    yield from detail.get("Containers") or []


def _reasons(detail: dict[str, Any]) -> Iterator[str]:
    for key in ("StatusReason", "StopCode", "StoppedReason"):
        if detail.get(key):
            yield str(detail[key])
    for container in _containers(detail):
        if container.get("Reason"):
            yield str(container["Reason"])


def _status(detail: dict[str, Any]) -> int | None:
    for container in _containers(detail):
        if isinstance(container.get("ExitCode"), int):
            return int(container["ExitCode"])
    return None
