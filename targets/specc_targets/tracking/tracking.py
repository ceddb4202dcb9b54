"""Tracks a run that is kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from specc.ir.module import Module
from specc_targets.local.engine import RunResult
from specc_targets.local.events import Event, RunStarted
from specc_targets.local.launch import KeptRun
from specc_targets.local.runs.errors import StateError
from specc_targets.tracking.mlflow.sender import Sender
from specc_targets.tracking.recording import Recorder
from specc_targets.tracking.settings import Settings, settings_for


class Tracking(Recorder):
    """The metrics of one run: into its folder, and from there to MLflow where that is asked for."""

    sender: Sender | None = None

    def see(self, event: Event) -> None:
        """Look at an event of the run."""
        super().see(event)
        if isinstance(event, RunStarted) and self.sender is not None:
            self.sender.start()

    def cell_finished(self, address: str) -> None:
        """A cell has ended well whose body is more than one call."""
        if self.sender is not None:
            self.sender.cell_finished(address)

    def finish(self, result: RunResult) -> None:
        """The run has ended."""
        if self.sender is not None:
            told = f"{result.error.name}: {result.error.message}" if result.error is not None else ""
            self.sender.finish(result.status, told, result.outputs)


@contextmanager
def tracking(
    kept: KeptRun,
    module: Module,
    warn: Callable[[str], None],
    over: Mapping[str, Any] | None = None,
    under: Mapping[str, Any] | None = None,
) -> Iterator[Tracking]:
    """Takes the metrics of a run. Nothing here fails it: `warn` gets what is wrong.

    `over` and `under` are settings that count more and less than those of the spec.
    """
    folder = kept.directory.path
    if kept.recovered is not None:
        from specc_targets.tracking.resuming import drop_unfinished

        drop_unfinished(folder, warn)
    with closing(Tracking(folder, warn)) as found:
        settings: Settings | None = None
        try:
            settings = settings_for(module, folder, over, under)
        except StateError as error:
            warn(str(error))
        if settings is not None:
            found.sender = Sender(folder, settings, kept.directory.header(), os.environ.copy(), warn)
        yield found
