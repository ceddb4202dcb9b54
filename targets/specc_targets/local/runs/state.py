"""The state directory: where runs and the cache are kept."""

from __future__ import annotations

import os
from pathlib import Path

from specc_targets.local.runs.errors import StateError, cannot
from specc_targets.local.runs.files import make_folder, write_file

NAME = ".specc"
VARIABLE = "SPECC_STATE"
"""The environment variable that names the state directory."""


def state_directory(start: Path | None = None) -> Path:
    """Where what `start` (else the current folder) does is kept. It need not exist yet.

    `SPECC_STATE` decides; else the nearest `.specc` of `start` and the folders around it, else `start/.specc`.
    Raises `StateError` when that cannot be told.
    """
    named = os.environ.get(VARIABLE)
    try:
        if named:
            return Path(named).expanduser().absolute()
        here = (start or Path.cwd()).absolute()
    except OSError:
        raise StateError("the current folder is not there any more; change to another one") from None
    except RuntimeError as error:  # there is no such user
        raise StateError(f"{VARIABLE} is `{named}`: {error}") from None
    if os.path.isdir(here / NAME):  # noqa: PTH112  # False where it cannot be looked at, when `Path.is_dir` raises
        return here / NAME
    return next((folder / NAME for folder in here.parents if _is_ours(folder / NAME)), here / NAME)


def make_state(state: Path) -> Path:
    """Make the state directory, for its owner alone and unseen by Git. Raises `StateError`."""
    make_folder(state)
    try:
        with os.scandir(state) as entries:
            names = {entry.name for entry in entries}
    except OSError as error:
        raise StateError(cannot("read the folder", state, error)) from error
    if not names or (state.name == NAME and ".gitignore" not in names):
        # in a folder with other things, which `SPECC_STATE` may name, Git should go on to see those
        write_file(state / ".gitignore", b"*\n", sync=False)
    return state


def _is_ours(folder: Path) -> bool:
    """What someone else put in `/tmp`, say, decides nothing here: stored results may hold pickles."""
    try:
        return folder.is_dir() and folder.stat().st_uid == os.geteuid()
    except OSError:
        return False
