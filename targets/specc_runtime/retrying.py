"""When a failed attempt is made again."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from specc_runtime.errors import matches


def delay_after(first: float, backoff: float, longest: float | None, jitter: bool, attempt: int) -> float:
    """Seconds to wait after the attempt with this number, counted from 0."""
    found = first * backoff**attempt
    if longest is not None:
        found = min(found, longest)
    return random.uniform(0, found) if jitter else found  # to spread retries, not to hide anything


def pause(policy: Mapping[str, Any] | None, names: Sequence[str], attempt: int) -> float | None:
    """Seconds to wait before a failure under one of these names is tried again; None when it is not.

    A policy is that of a request: `max`, `milliseconds` before the first retry, `backoff` (a text), `on`, and perhaps
    `longest` (milliseconds) and `jitter`.
    """
    if not policy or attempt >= int(policy["max"]) or not matches(names, policy["on"]):
        return None
    longest = policy.get("longest")
    return delay_after(
        int(policy["milliseconds"]) / 1000,
        float(policy["backoff"]),
        None if longest is None else int(longest) / 1000,
        bool(policy.get("jitter")),
        attempt,
    )
