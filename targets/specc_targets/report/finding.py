"""Finds the run that a report is about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc_targets.local.runs.directory import RunDirectory


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run, and its page."""

    id: str
    status: str
    path: Path
    """The run's folder."""

    def page(self) -> bytes:
        """The page, as HTML."""
        from specc_targets.report.page import write_page

        return write_page(self.path, self.status)


def find_run(run: str | None) -> RunReport:
    """The run with this id, or the beginning of one, or in this folder; without any, the latest.

    Raises `StateError` when there is none, or several.
    """
    found = open_run(run)
    return RunReport(found.id, found.status(), found.path)


def open_run(run: str | None) -> RunDirectory:
    """The same as the folder of a run."""
    from specc_targets.local.runs.directory import HEADER, RunDirectory
    from specc_targets.local.runs.journal import JOURNAL
    from specc_targets.local.runs.state import state_directory

    folder = Path(run) if run else None
    if folder is not None and ((folder / HEADER).is_file() or (folder / JOURNAL).is_file()):
        return RunDirectory(folder.resolve())
    return RunDirectory.open(state_directory(), run, lock=False)
