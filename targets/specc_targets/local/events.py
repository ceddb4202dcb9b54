"""What a run tells while it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from specc_targets.local.failures import RunError


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to a step. `step` is its path (`process/fetch`), `items` the maps' indices around it."""

    step: str
    items: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StepStarted(Event):
    """A step began. For a map, `total` says how many times it goes round."""

    total: int | None = None


@dataclass(frozen=True, slots=True)
class StepFinished(Event):
    """A step has its result, after `seconds`."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class StepSkipped(Event):
    """A step is skipped: its `when` was false, or it uses the skipped step `because`."""

    because: str | None = None


@dataclass(frozen=True, slots=True)
class StepFailed(Event):
    """A step failed for good. It may still be caught by what is around it."""

    error: RunError | None = None


@dataclass(frozen=True, slots=True)
class StepRecovered(Event):
    """A step failed, and its `on_error` gave a result."""

    error: RunError | None = None


@dataclass(frozen=True, slots=True)
class ItemFinished(Event):
    """One iteration of the map `step` ended; `done` of `total` have, `failed` of them without a result."""

    index: int = 0
    done: int = 0
    total: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Retrying(Event):
    """An attempt failed; number `attempt` follows after `delay` seconds."""

    attempt: int = 1
    delay: float = 0.0
    error: RunError | None = None
