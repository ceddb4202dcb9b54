"""Making room: runs that nobody needs any more."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from specc_targets.local.runs import lock as locks
from specc_targets.local.runs.directory import LOCK, RUNS, RunDirectory, list_runs
from specc_targets.local.runs.errors import RunBusy, StateError, cannot

_LEFT_OVER = (".new-", ".removed-")
"""How folders begin that a process killed in `create` or `remove` may leave."""
_OLD = 60.0
"""Seconds. What is younger may be at work."""


def remove(run: RunDirectory) -> None:
    """Delete a run with all that it has kept. Raises `RunBusy` while it is going, and `StateError`."""
    run.acquire()
    away = run.path.with_name(f".removed-{run.id}")
    try:
        run.path.rename(away)  # from here on it is gone for everyone, whole
        shutil.rmtree(away)
    except OSError as error:
        raise StateError(cannot("delete", run.path, error)) from error
    finally:
        run.close()


def prune(state: Path, keep: int) -> list[str]:
    """Delete all runs but the newest `keep` and those that are going. Gives the names of the deleted, newest first."""
    deleted = []
    for run in list_runs(state)[max(keep, 0) :]:
        try:
            remove(run)
        except RunBusy:
            continue
        deleted.append(run.id)
    _sweep(state)
    return deleted


def _sweep(state: Path) -> None:
    """Delete what killed processes have left half made or half deleted."""
    for folder in (state / RUNS).glob(".*"):
        if folder.name.startswith(_LEFT_OVER) and _is_old(folder) and not locks.is_held(folder / LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def _is_old(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime > _OLD
    except OSError:
        return False
