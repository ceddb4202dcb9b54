"""Durations and instants that an expression gives while a step runs."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from specc_runtime.expressions import ExpressionError

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])")


def seconds(value: Any) -> float:
    """Seconds of a number, or of a duration such as `1h30m`. Raises `ExpressionError`."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        found = float(value)
    elif isinstance(value, str) and value and not _PART.sub("", value.replace(" ", "")):
        found = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(value))
    else:
        raise ExpressionError(f"`{value}` is not a duration; expected seconds, or a text such as `30s`")
    if not 0 <= found < 1e9:
        raise ExpressionError(f"`{value}` is not a duration that can be waited for")
    return found


def until(value: Any, now: datetime) -> float:
    """Seconds from `now` to an ISO 8601 instant with offset; 0 when it has passed. Raises `ExpressionError`."""
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ExpressionError(f"`{value}` is not an instant; expected one such as `2030-01-31T09:00:00Z`") from None
    if instant.tzinfo is None:
        raise ExpressionError(f"`{value}` has no offset; write `{value}Z` for UTC")
    return max(0.0, (instant - now.astimezone(timezone.utc)).total_seconds())  # noqa: UP017  # the name is the point
