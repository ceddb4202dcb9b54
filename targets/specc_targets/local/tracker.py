"""Who takes the metrics of steps while a run goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from specc_runtime import capture
from specc_runtime.capture import Place
from specc_runtime.tracking.spool import Spool


class Tracker(Protocol):
    """Takes the metrics of steps. Safe in any thread."""

    def take(self, place: Place | None, text: str) -> None:
        """A line of metrics, and where it was logged."""

    def begins(self, place: Place, address: str, cells: Sequence[Mapping[str, Any]], *, whole: bool) -> None:
        """The map of a step begins: what its cells bind, and whether its body is one call."""

    def cell_finished(self, address: str) -> None:
        """A cell has ended well whose body is more than one call."""

    def ends(self, place: Place) -> None:
        """The map has ended."""


@contextlib.contextmanager
def tracked(tracker: Tracker | None) -> Iterator[None]:
    """Have metrics go to the tracker meanwhile, also those of processes that functions start."""
    if tracker is None:
        yield
        return
    with capture.metered(tracker.take), contextlib.closing(Spool()):
        yield
