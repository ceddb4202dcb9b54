"""What the programs and scripts of a call have used, which the process that makes the call is not told of itself."""

from __future__ import annotations

import os
import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    import resource

_UNIT = 1 if sys.platform == "darwin" else 1024


class _Used(threading.local):
    """In this thread, since it was last asked."""

    cpu = 0.0
    memory = 0


_used = _Used()


def add(cpu: float, memory: int) -> None:
    """A process of the call that this thread makes has used so many seconds of processors, at most so many bytes."""
    _used.cpu += cpu
    _used.memory = max(_used.memory, memory)


def taken() -> tuple[float, int]:
    """Seconds, of all processes together, and bytes, of the largest, since this was last asked in this thread."""
    found = _used.cpu, _used.memory
    _used.cpu, _used.memory = 0.0, 0
    return found


def wait(process: int, options: int = 0) -> tuple[int, int]:
    """What `os.waitpid` does; what the process used, with what it waited for itself, counts for this thread's call."""
    found, status, used = os.wait4(process, options)
    if found:
        add(*_of(used))
    return found, status


def _of(used: resource.struct_rusage) -> tuple[float, int]:
    return used.ru_utime + used.ru_stime, used.ru_maxrss * _UNIT
