"""Calls that run outside the engine's own threads: what is asked for, how each ends, and who does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Call:
    """What is called; the same for all items of a map."""

    function: str
    """`module:qualified.name`."""
    step: str
    """The step's path, for messages: `process/fetch`."""
    codec: str | None = None
    timeout: float | None = None
    """Seconds for one item; the import of the function's module does not count."""
    memory: int | None = None
    """Bytes that the process may have; it is killed above that."""
    slots: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Name -> the things of which each running item leases one."""
    vcpu: float | None = None
    """Processors that one item is to have, where somebody deals them out."""
    gpu: int | None = None
    """The same for GPUs."""
    at_once: int | None = None
    """How many items of its map may be under way at the same time, where a `Queue` sees to that."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one call ended."""

    kind: Literal["done", "failed", "unfit", "timeout", "lost"]
    """`unfit`: the result cannot be kept, `message` says why. `lost`: the process ended without an answer."""
    codec: str = "json"
    data: bytes = b""
    """The encoded result of one that is `done`."""
    names: tuple[str, ...] = ()
    """All names the error can be declared under (`failed`)."""
    message: str = ""
    traceback: str = ""
    started: float = 0.0
    """Seconds since the epoch."""
    seconds: float = 0.0
    cpu: float = 0.0
    """Seconds."""
    memory: int = 0
    """Bytes: the most that the process had while it ran, on Linux; elsewhere, so far; 0 where unknown."""


Item = tuple[tuple[int, ...], Mapping[str, Any]]
"""The indices in the maps around the call, which identify the item, and the arguments."""


class Executor(Protocol):
    """Runs calls somewhere else. Used from many threads at the same time."""

    @property
    def capacity(self) -> int:
        """How many calls can be under way at the same time, as far as that is known now."""

    @property
    def starting(self) -> int:
        """How many calls wait until something is ready for them; 0 where that is not known."""

    def run(self, call: Call, items: Sequence[Item], report: Callable[[int, Outcome], None]) -> None:
        """Run `items` one after the other, and `report(position in items, outcome)` as soon as each has ended.

        Blocks until all have been reported. `report` is called in this thread. After an item that is lost or takes too
        long, the rest goes on elsewhere. `report` may raise: then what is left is not run, and the exception goes on.
        """

    def close(self) -> None:
        """End everything that was started, at once; what is running is reported as `lost`."""


@runtime_checkable
class Queue(Protocol):
    """What an executor also is in which calls may wait for long before they begin: it is to have all of them early."""

    def withdraw(self, step: str, items: tuple[int, ...]) -> None:
        """Begin no more items of a map. `run` raises `Halted` for those that have not begun. Returns at once.

        `items` are the indices in the maps around it.
        """
