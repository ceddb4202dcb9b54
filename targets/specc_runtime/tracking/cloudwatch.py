"""Metrics of deployed steps: lines of their log that CloudWatch makes metrics of.

The form is CloudWatch's embedded metric format (Amazon CloudWatch user guide, "Specification: Embedded metric format").
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from contextvars import ContextVar
from itertools import islice
from typing import Any

from specc_runtime.marks import mark_of
from specc_runtime.tracking.emitting import log_with
from specc_runtime.tracking.numbers import Number, written

NAMESPACE = "specc"
_MOST = 100
"""Metrics of one line."""
_OWN = frozenset({"_aws", "pipeline", "step", "run", "items", "at"})
_call: ContextVar[Mapping[str, Any]] = ContextVar("specc_cloudwatch_call", default={})  # noqa: B039  # read only


def install() -> None:
    """Have the metrics of this process go to its log."""
    log_with(_log)


def about(request: Mapping[str, Any]) -> None:
    """What is logged from now on belongs to the call that is asked for."""
    run = request.get("run")
    name = str(run.get("name", "")) if isinstance(run, dict) else ""
    _call.set({"pipeline": name, **mark_of(request)})


def _log(values: Mapping[str, Number], step: int | None) -> None:
    left = iter(values.items())
    while part := dict(islice(left, _MOST)):
        sys.stdout.write(json.dumps(_line(part, step), separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _line(values: Mapping[str, Number], step: int | None) -> dict[str, Any]:
    call = _call.get()
    named = {f"metric.{name}" if name in _OWN else name: written(value) for name, value in values.items()}
    dimensions = [name for name in ("pipeline", "step") if call.get(name)]
    found = {
        "Namespace": NAMESPACE,
        "Dimensions": [dimensions],
        "Metrics": [{"Name": name} for name, value in named.items() if not isinstance(value, str)],
    }
    directive = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [found] if found["Metrics"] else []}
    return {"_aws": directive, **call, **({} if step is None else {"at": step}), **named}
