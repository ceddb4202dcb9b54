"""What is written into runs of MLflow, within its limits (MLflow documentation, "REST API", "Request limits")."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from specc_runtime.tracking.numbers import Number, written
from specc_targets.tracking.lines import CellLine, Metric

MOST_METRICS = 1000
"""Metrics of one request."""
MOST_OTHERS = 100
"""Params, or tags, of one request."""
_LONGEST_KEY, _LONGEST_PARAM, _LONGEST_TAG = 250, 500, 5000
_STRANGE = re.compile(r"[^\w.\- :/]", re.ASCII)


def key(name: str) -> str:
    """A name with nothing in it that MLflow takes no names with."""
    return _STRANGE.sub("_", name)[:_LONGEST_KEY] or "_"


def metric_entry(metric: Metric, cell: CellLine | None) -> dict[str, Any]:
    """A metric of a cell, or of the run: then with the step before its name, for several may log the same."""
    inner = metric.step
    if cell is not None:
        inner = metric.step.removeprefix(cell.step).lstrip("/")
        if cell.whole:
            inner = ""
    name = f"{inner}/{metric.name}" if inner else metric.name
    return entry(name, metric.value, metric.time, metric.at or 0)


def entry(name: str, value: Number, time: float, step: int = 0) -> dict[str, Any]:
    """A metric as a request has it."""
    return {"key": key(name), "value": written(value), "timestamp": int(time * 1000), "step": step}


def params(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """The configuration of a run."""
    found = {key(name): _cut(_text(value), _LONGEST_PARAM) for name, value in values.items()}
    return [{"key": name, "value": value} for name, value in found.items()][:MOST_OTHERS]


def tags(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Tags of a run."""
    found = {key(name): _cut(_text(value), _LONGEST_TAG) for name, value in values.items()}
    return [{"key": name, "value": value} for name, value in found.items()][:MOST_OTHERS]


def numbers(result: Any, taken: Iterable[str], time: float) -> list[dict[str, Any]]:
    """The numbers of a result that is a table, except those that were logged by the same name."""
    known = set(taken)
    if not isinstance(result, dict):
        return []
    return [
        entry(name, value, time)
        for name, value in result.items()
        if isinstance(name, str)
        and isinstance(value, (int, float))
        and not isinstance(value, bool)
        and key(name) not in known
    ][:MOST_METRICS]


def files(result: Any) -> dict[str, dict[str, Any]]:
    """The artifacts of a result: by name, where each is and how large."""
    found = result.get("artifacts") if isinstance(result, dict) else None
    if not isinstance(found, dict):
        return {}
    return {
        name: about for name, about in found.items() if isinstance(about, dict) and isinstance(about.get("uri"), str)
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
