"""Who runs a run: the process that holds the lock on its file. The system lets go of it however the process ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from weakref import WeakSet

from specc_targets.local.runs.errors import StateError, cannot
from specc_targets.local.runs.files import FILE_MODE

_TRIES = 10
_PAUSE = 0.02
"""Seconds between two tries: `is_held` of another process holds the lock for a moment."""


class Lock:
    """A lock that is held. Children that a process forks off do not keep it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        _held.add(self)

    def release(self) -> None:
        """Let go of it. Does nothing the second time."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


_held: WeakSet[Lock] = WeakSet()


def _forget() -> None:
    for lock in list(_held):
        lock.release()  # closes the child's copy; the parent's keeps the lock


os.register_at_fork(after_in_child=_forget)


def try_acquire(path: Path) -> Lock | None:
    """Take the lock in the file `path`; None when it is taken. Raises `StateError`."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    except OSError as error:
        raise StateError(cannot("open the lock", path, error)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return Lock(descriptor)


def acquire(path: Path) -> Lock | int | None:
    """Take the lock in the file `path`, and write this process's id there.

    Gives the id of the process that has it when it is taken, None when that is unknown. Raises `StateError`.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    except OSError as error:
        raise StateError(cannot("open the lock", path, error)) from error
    try:
        for attempt in range(_TRIES):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if attempt < _TRIES - 1:
                time.sleep(_PAUSE)
        else:
            holder = _pid(os.pread(descriptor, 32, 0))
            os.close(descriptor)
            return holder
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
    except OSError as error:
        os.close(descriptor)
        raise StateError(cannot("lock", path, error)) from error
    return Lock(descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock in the file `path`."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def holder(path: Path) -> int | None:
    """The id that the last holder has written."""
    try:
        return _pid(path.read_bytes()[:32])
    except OSError:
        return None


def _pid(text: bytes) -> int | None:
    return int(text) if text.strip().isdigit() else None
