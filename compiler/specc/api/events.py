"""What a run tells while it goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, Literal, cast

from specc.api.results import StepError

EventType = Literal[
    "run-started",
    "run-ended",
    "step-started",
    "step-finished",
    "step-waiting",
    "step-skipped",
    "step-failed",
    "step-recovered",
    "item-started",
    "items-finished",
    "retrying",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened. `type` says what; fields that do not belong to it are None.

    Later versions may tell more: leave types that you do not know alone.
    """

    type: EventType
    step: str = ""
    """The step, with the groups around it: `process/fetch`. Empty for the run as a whole."""
    items: tuple[int, ...] = ()
    """The index in each map around what happened, outermost first."""
    id: str | None = None
    """`run-started`, `step-waiting`: the run's name."""
    name: str | None = None
    """`run-started`: the spec's name."""
    total: int | None = None
    """`run-started`: top-level steps; `step-started` of a map and `items-finished`: items."""
    resumed: bool | None = None
    """`run-started`: whether an earlier run goes on."""
    status: Literal["succeeded", "failed", "interrupted"] | None = None
    """`run-ended`: how."""
    seconds: float | None = None
    """`run-ended`, `step-finished`: how long it took; `item-started`: how long it has been under way."""
    cached: bool | None = None
    """`step-finished`: whether the result was known, and nothing was called."""
    message: str | None = None
    """`step-waiting`: what people are asked."""
    by: tuple[str, ...] | None = None
    """`step-waiting`: who may decide, `user:NAME` or `role:NAME`."""
    timeout: float | None = None
    """`step-waiting`: seconds that it waits; None: for ever."""
    because: str | None = None
    """`step-skipped`: the skipped step that it uses; None when its own `when` was false."""
    done: int | None = None
    """`items-finished`: items that have ended."""
    failed: int | None = None
    """`items-finished`: items that ended without a result."""
    cells: tuple[str, ...] = ()
    """`step-started` of a matrix: the names of its configurations, by index."""
    attempt: int | None = None
    """`retrying`: the number of the retry that follows."""
    delay: float | None = None
    """`retrying`: seconds until then."""
    error: StepError | None = None
    """`step-failed`, `step-recovered`, `retrying`: why."""


_KNOWN = frozenset(field.name for field in fields(Event))
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def event_of(event: Any) -> Event:
    """The event of an engine's."""
    name = type(event).__name__
    kind = cast("EventType", "retrying" if name == "Retrying" else _WORD.sub("-", name).lower())
    given = {field.name: getattr(event, field.name) for field in fields(event)}
    error = given.pop("error", None)
    known = {name: value for name, value in given.items() if name in _KNOWN}
    return Event(type=kind, error=StepError.of(error) if error is not None else None, **known)
