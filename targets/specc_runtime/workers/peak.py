"""The most memory that this process has had since a moment, as cheaply as once for each item."""

from __future__ import annotations

import os
import re
import resource
import sys
from pathlib import Path

_UNIT = 1 if sys.platform == "darwin" else 1024
_STATUS = Path("/proc/self/status")
_HIGHEST = re.compile(rb"^VmHWM:\s*(\d+) kB", re.MULTILINE)
_FORGET = b"5"
"""What `proc_pid_clear_refs(5)` takes for: the peak is what there is now. Nothing else is changed."""
_NOTHING = 1024 * 1024
"""Bytes that a peak may have grown by without being worth a system call to forget."""


class Peak:
    """Bytes in memory at most, since `restart` where the system can forget (Linux), else since the process began.

    Make it in the process that it is about. What `getrusage` tells of a process that was started by another one is on
    Linux no less than the peak of that one, whatever it has itself: then what /proc says counts, which is slower.
    """

    def __init__(self) -> None:
        try:
            self._forget = os.open("/proc/self/clear_refs", os.O_WRONLY | os.O_CLOEXEC)
        except OSError:
            self._forget = -1
        told = _told()
        self._inherited = told is not None and told < _used()
        self._begun = self._found = self.bytes()

    def restart(self) -> None:
        """What was before does not count."""
        if self._forget >= 0 and self._found > self._begun + _NOTHING:
            try:
                os.write(self._forget, _FORGET)
            except OSError:  # a system that has the file, but not this
                self._forget = -1
            self._begun = self.bytes()

    def bytes(self) -> int:
        """The peak."""
        told = _told() if self._inherited else None
        self._found = _used() if told is None else told
        return self._found


def _used() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def _told() -> int | None:
    try:
        found = _HIGHEST.search(_STATUS.read_bytes())
    except OSError:
        return None
    return None if found is None else int(found[1]) * 1024
