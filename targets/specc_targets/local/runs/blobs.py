"""Values too large for a line of the journal: files named by the SHA-256 of their content."""

from __future__ import annotations

import os
from pathlib import Path

from specc_targets.local.runs.errors import JournalError, cannot
from specc_targets.local.runs.files import FILE_MODE, FOLDER_MODE, write_all

BLOBS = "blobs"


def write_blob(folder: Path, data: bytes) -> tuple[str, int]:
    """Keep `data` in `folder`. Gives its name, and the open file that is still to be synced; -1 when it was there.

    The file is there whole or not at all. Raises `OSError`.
    """
    name = _name_of(data)
    path = folder / name
    if has_blob(folder, name, len(data)):
        return name, -1
    folder.mkdir(FOLDER_MODE, exist_ok=True)
    temporary = folder / f".{name}.{os.getpid()}.{os.urandom(4).hex()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        write_all(descriptor, data)
        temporary.replace(path)
    except BaseException:
        os.close(descriptor)
        temporary.unlink(missing_ok=True)
        raise
    return name, descriptor


def has_blob(folder: Path, name: str, size: int) -> bool:
    """Whether there is such a value, of this size."""
    try:
        return (folder / name).stat().st_size == size
    except OSError:
        return False


def read_blob(folder: Path, name: str) -> bytes:
    """The value called `name`. Raises `JournalError` when it is not what was written."""
    path = folder / name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise JournalError(cannot("read the result", path, error)) from error
    if _name_of(data) != name:
        raise JournalError(f"the result in `{path}` is damaged; delete this file, and its call is run again")
    return data


def _name_of(data: bytes) -> str:
    import hashlib  # takes longer than the rest of what a run needs from here

    return hashlib.sha256(data).hexdigest()
