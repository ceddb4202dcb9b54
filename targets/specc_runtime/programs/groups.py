"""Programs with all that they start, which ends with them.

A program leads a process group. What leaves the group is still found on Linux: it is below the program, or below this
process, which takes the place of parents that are gone, and it has a mark in its environment.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from specc_runtime import slots
from specc_runtime.programs import usage
from specc_runtime.programs.table import MARK, below, mark_of

LINUX = sys.platform == "linux"
_PATIENCE = 5.0
"""Seconds to wait for the end of processes that have been killed."""
_SET_CHILD_SUBREAPER = 36
_marks: dict[int, str] = {}


def start(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    pass_fds: Collection[int] = (),
    **more: Any,
) -> subprocess.Popen[bytes]:
    """Start a program, which `kill_group` ends with all that it starts. `more` is for `Popen`. Raises `OSError`.

    Where there is no `/proc` the program stays in the group of this process: who kills that kills the program, too.
    """
    adopt()
    mark = f"{os.getpid()}-{os.urandom(12).hex()}"
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        env={**environment, MARK: mark},
        process_group=0 if LINUX else None,
        pass_fds=(*slots.held(), *pass_fds),
        **more,
    )
    _marks[process.pid] = mark
    return process


def adopt() -> None:
    """Become the parent of those below this process whose own parents are gone. Linux only."""
    if LINUX:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def ended(process: subprocess.Popen[bytes]) -> None:
    """Wait until the program has ended, but leave it: until it is waited for nothing else can have its number."""
    if not hasattr(os, "waitid"):  # macOS
        process.wait()
        return
    with contextlib.suppress(ChildProcessError):
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


def wait(process: subprocess.Popen[bytes]) -> int:
    """The status of a program, once it has ended; what it used counts for the call that this thread makes."""
    try:
        _, status = usage.wait(process.pid)
    except ChildProcessError:  # another thread was about to kill it, and found that it had ended
        return process.wait()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode


def kill_all() -> None:
    """Kill all programs of this process that have not been, before it becomes another one or ends at once."""
    for pid in list(_marks):
        kill_group(pid)


def kill_group(pid: int) -> None:
    """Kill the program `pid`, which `start` has started, and all that it started; itself it need not run any more."""
    mark = _marks.pop(pid, None)
    if not LINUX:
        _kill(pid)
        return
    left = [one.pid for one in below(pid)] if _children(pid) else []
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        for one in left:
            _kill(one)
            with contextlib.suppress(ChildProcessError):  # those that this process has adopted
                usage.wait(one, os.WNOHANG)
        if not (left := _left(pid, mark)):
            return
        time.sleep(0.001)


def _left(pid: int, mark: str | None) -> list[int]:
    """Who else is in the group of the program, or has its mark."""
    if not _children(os.getpid()) - {pid}:
        return []
    return [one.pid for one in below(os.getpid()) if one.pid != pid and (one.group == pid or mark_of(one.pid) == mark)]


def _children(pid: int) -> set[int]:
    """The children of a process."""
    found = set[int]()
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  # names are wanted
            found.update(map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split()))
    except FileNotFoundError:  # not every kernel says
        found.update(one.pid for one in below(pid))
    except OSError:  # the process is gone
        return found
    return found


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
