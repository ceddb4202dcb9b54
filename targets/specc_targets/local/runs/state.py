"""The state directory: where runs and the cache are kept."""

from __future__ import annotations

import os
from pathlib import Path

from specc_targets.local.runs.files import make_folder, write_file

NAME = ".specc"
VARIABLE = "SPECC_STATE"
"""The environment variable that names the state directory."""


def state_directory(start: Path | None = None) -> Path:
    """Where what `start` (else the current folder) does is kept. It need not exist yet.

    `SPECC_STATE` decides; else the nearest `.specc` of `start` and the folders around it, else `start/.specc`.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    here = (start or Path.cwd()).absolute()
    if (here / NAME).is_dir():
        return here / NAME
    return next((folder / NAME for folder in here.parents if _is_ours(folder / NAME)), here / NAME)


def make_state(state: Path) -> Path:
    """Make the state directory, for its owner alone and unseen by Git. Raises `StateError`."""
    ignore = state / ".gitignore"
    if not ignore.exists():
        make_folder(state)
        write_file(ignore, b"*\n", sync=False)
    return state


def _is_ours(folder: Path) -> bool:
    """What someone else put in `/tmp`, say, decides nothing here: stored results may hold pickles."""
    try:
        return folder.is_dir() and folder.stat().st_uid == os.geteuid()
    except OSError:
        return False
