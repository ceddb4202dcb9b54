"""Tracks a run that is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from specc_targets.tracking.recording import Recorder


@contextmanager
def track(folder: Path, *, resumed: bool, warn: Callable[[str], None]) -> Iterator[Recorder]:
    """Takes the metrics of a run that is kept in `folder`. Nothing here fails the run; `warn` gets what is wrong."""
    if resumed:
        from specc_targets.tracking.resuming import drop_unfinished

        drop_unfinished(folder, warn)
    with closing(Recorder(folder, warn)) as recorder:
        yield recorder
