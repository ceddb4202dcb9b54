"""How a task is retried, what happens when it fails, and how many map items may fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from specc_runtime.expressions import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Retries after a failure. Times are seconds. `max` counts retries, not attempts."""

    max: int
    delay: float = 1.0
    backoff: float = 2.0
    max_delay: float | None = None
    jitter: bool = False
    on: tuple[str, ...] = ("*",)
    """Declared error names: Python class names, `exit`, `timeout`, `throttled`, `lost`, or `*` for any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """What replaces the result of an operation that failed (after its retries) under one of `errors`."""

    errors: tuple[str, ...]
    use: Template | None = None
    """A value, which may refer to whatever the operation may and to `error.name` and `error.message`."""
    run: str | None = None
    """The name of a handler operation (in the same region's `handlers`) whose result is used instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How many items of a map may fail: a count, or a percentage of all items (0-100)."""

    unit: Literal["count", "percent"]
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """When a result of an earlier run is used again: while the code and what decides besides it are the same."""

    key: Template | None = None
    """A list that decides instead of the step's arguments."""
    ttl: float | None = None
    """Seconds that a result may be used again; None: for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """What containers run in, in the cloud. None and empty: what the deployment makes."""

    image: str | None = None
    queue: str | None = None
    cluster: str | None = None
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    spot: bool = False
    role: str | None = None
    """ARN of the role of the code, also of Lambda functions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compute:
    """Where a task runs: the profile's name, its engine, and what it asks for."""

    profile: str = "default"
    engine: Literal["lambda", "batch", "ecs", "local"] = "lambda"
    memory: int | None = None
    """Bytes."""
    vcpu: float | None = None
    gpu: int | None = None
    timeout: float | None = None
    """Seconds the engine itself allows."""
    hosting: Hosting = field(default_factory=Hosting, compare=False, repr=False)
    """No part of what a task computes, so neither printed nor compared."""
