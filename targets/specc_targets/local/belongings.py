"""The files that the programs of a run make: those that are kept with it, and those that nobody needs after it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from specc_runtime.programs.folders import ARTIFACTS, SCRATCH
from specc_runtime.slots import FOLDER
from specc_targets.local.runs.directory import RunDirectory
from specc_targets.local.runs.files import make_folder
from specc_targets.local.values import load

KEPT = "artifacts"
_SCRATCH = "scratch"


@contextmanager
def folders_of(directory: RunDirectory | None, slots: Path | None) -> Iterator[Mapping[str, str]]:
    """The variables that tell programs where files go; a run without a folder has none, and uses the system's place.

    `slots` is where things are locked. What killed programs have left behind is removed in the end.
    """
    if directory is None:
        yield {}
        return
    path = directory.path.resolve()
    places = {ARTIFACTS: (path / KEPT).as_uri(), SCRATCH: str(path / _SCRATCH)}
    try:
        yield places if slots is None else {**places, FOLDER: str(slots)}
    finally:
        shutil.rmtree(path / _SCRATCH, ignore_errors=True)


def slots_of(directory: RunDirectory) -> Path:
    """The folder in which things are locked that only one call of all runs may have; made where it is not there."""
    found = directory.path.resolve().parents[1] / "slots"
    make_folder(found)
    return found


def are_there(kept: Any) -> bool:
    """Whether the artifacts in a result that comes from another run can still be read."""
    found = load(kept)
    artifacts = found.get("artifacts") if isinstance(found, dict) else None
    if not isinstance(artifacts, dict):
        return True
    uris = [urlsplit(str(one.get("uri"))) for one in artifacts.values() if isinstance(one, dict)]
    return all(Path(unquote(uri.path)).is_file() for uri in uris if uri.scheme == "file")
