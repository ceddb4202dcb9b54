"""What is to be done for a map whose body is one call, and what its runners have done."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specc.ir.ops import CallTask
from specc_targets.local.failures import StepFailure
from specc_targets.local.reuse import Reuse
from specc_targets.local.running import Here


@dataclass(frozen=True, slots=True)
class Supply:
    """What is to be done for a map, and who is told."""

    bindings: Sequence[Mapping[str, Any]]
    """What each iteration binds."""
    sizes: Sequence[int] | None
    """With `batch`: how many items each iteration stands for."""
    indices: Sequence[int]
    """The iterations that are left to do, in order."""
    inner: Callable[[int], Here]
    """Where an iteration happens."""
    on_result: Callable[[int, Any], None]
    """Called with the index and the kept result, in any thread."""
    on_failure: Callable[[int, StepFailure, float], None]
    """Called in the loop's thread when an item has failed for good, with when it began: seconds since the epoch."""
    again: Callable[[int, StepFailure], Any]
    """A coroutine: what comes of an item whose first attempt failed, after its retries and catches."""
    on_tick: Callable[[], None]
    """Called in the loop's thread a few times a second, and at the end."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An item without a result."""

    index: int
    failure: StepFailure
    started: float
    """When the first attempt began: seconds since the epoch."""
    final: bool = False
    """Whether the call's own retry and catches are not for it."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An item that is about to be handed over."""

    index: int
    arguments: dict[str, Any]
    reuse: Reuse | None


class Runner:
    """One of the threads that work on a map."""

    __slots__ = ("begun", "calls", "cpu", "done", "index", "seconds", "told")

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        """When the item under way began."""
        self.index = self.told = -1
        """The item under way, where it is one, and the last one of which that was told."""
        self.done = self.calls = 0
        self.seconds = self.cpu = 0.0
        """Of all the calls that gave a result."""

    def add(self, other: Runner) -> None:
        """Count what another one did, too."""
        self.done += other.done
        self.calls += other.calls
        self.seconds += other.seconds
        self.cpu += other.cpu


def step_in(path: tuple[str, ...], call: CallTask) -> str:
    """The path of a map's call as users know it: a step with `each` is a map and its call in one."""
    return "/".join(path if path[-1] == call.name else (*path, call.name))
