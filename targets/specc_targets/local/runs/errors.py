"""What can go wrong with what is kept of runs. Every message is for the user and ends with what to do."""

from __future__ import annotations

import errno
from pathlib import Path

from specc.targets import TargetError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "make space"),
    errno.EDQUOT: ("the disk quota is used up", "make space"),
    errno.EFBIG: ("a file may not become larger", "raise the limit (`ulimit -f`)"),
    errno.EIO: ("the disk reports an error", "check the disk"),
    errno.EROFS: ("the file system is read-only", "make it writable, or set SPECC_STATE to a folder that is"),
    errno.EACCES: ("permission denied", "give yourself access, or set SPECC_STATE to a folder of yours"),
    errno.EPERM: ("permission denied", "give yourself access, or set SPECC_STATE to a folder of yours"),
    errno.EMFILE: ("too many files are open", "raise the limit (`ulimit -n`)"),
    errno.ENFILE: ("too many files are open", "close other programs"),
    errno.ENOTDIR: ("a file is in the way", "move it away, or set SPECC_STATE to another folder"),
    errno.EEXIST: ("a file is in the way", "move it away, or set SPECC_STATE to another folder"),
}
"""Number of an error of the system -> what is wrong, and the way out."""


class StateError(TargetError):
    """Something in the state directory cannot be read or written."""

    code = 1


class RunNotFound(StateError):  # noqa: N818  # the name says it
    """There is no such run, or the text fits several."""

    code = 2


class RunBusy(StateError):  # noqa: N818  # the name says it
    """Another process is running this run."""

    def __init__(self, message: str, pid: int | None = None) -> None:
        super().__init__(message)
        self.pid = pid


class RunDamaged(StateError):  # noqa: N818  # the name says it
    """What describes a run is missing or cannot be read."""


class JournalError(StateError):
    """The journal cannot be written, or cannot be read at all."""


def reason(error: OSError) -> str:
    """What is wrong, in plain words."""
    found = _REASONS.get(error.errno or 0)
    return found[0] if found else (error.strerror or str(error)).lower()


def remedy(error: OSError) -> str:
    """What the user can do, as the beginning of a sentence in the imperative; empty when nothing is known."""
    found = _REASONS.get(error.errno or 0)
    return found[1] if found else ""


def cannot(action: str, path: Path, error: OSError) -> str:
    """``cannot write `path`: the disk is full; make space``."""
    end = remedy(error)
    return f"cannot {action} `{path}`: {reason(error)}" + (f"; {end}" if end else "")
