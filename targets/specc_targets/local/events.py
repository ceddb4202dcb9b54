"""What a run tells while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc_targets.local.failures import RunError


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to a step. `step` is its path (`process/fetch`), `items` the maps' indices around it."""

    step: str = ""
    """Empty for what happens to the run as a whole."""
    items: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """A run began, or one that had ended goes on. The first event."""

    id: str = ""
    name: str = ""
    """The spec's."""
    total: int = 0
    """Top-level steps, those of `finally` not counted."""
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class RunEnded(Event):
    """A run ended, after `seconds`. The last event."""

    status: Literal["succeeded", "failed", "interrupted"] = "succeeded"
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class StepStarted(Event):
    """A step began. For a map, `total` says how many times it goes round."""

    total: int | None = None
    cells: tuple[str, ...] = ()
    """The names of the configurations of a matrix, by index."""


@dataclass(frozen=True, slots=True)
class StepFinished(Event):
    """A step has its result, after `seconds`."""

    seconds: float = 0.0
    cached: bool = False
    """Nothing was called: the result was known, from the cache or from an earlier part of this run."""


@dataclass(frozen=True, slots=True)
class StepWaiting(Event):
    """A step asks people, and waits for one of them to decide: `specc approve`."""

    id: str = ""
    """The run."""
    message: str = ""
    by: tuple[str, ...] = ()
    """Who may decide: `user:NAME`, `role:NAME`."""
    timeout: float | None = None
    """Seconds that it waits; None: for ever."""


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
class ItemStarted(Event):
    """An item of a map has been under way for `seconds`. Told once, and not of those that are done in a moment."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ItemsFinished(Event):
    """Of the `total` iterations of the map `step`, `done` have ended, `failed` of them without a result.

    Told a few times a second while a map goes on, and once at its end.
    """

    done: int = 0
    total: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Retrying(Event):
    """An attempt failed; number `attempt` follows after `delay` seconds."""

    attempt: int = 1
    delay: float = 0.0
    error: RunError | None = None
