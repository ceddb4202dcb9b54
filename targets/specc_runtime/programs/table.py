"""The processes of this machine, where it has `/proc`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

MARK = "SPECC_PROGRAM"
"""Environment variable that a program has, and all that it starts: the process that started it, and a name."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Entry(NamedTuple):
    """One process."""

    pid: int
    parent: int
    group: int
    resident: int
    """Bytes in memory; pages that it shares with others included."""
    session: int


def entry(pid: int) -> Entry | None:
    """The process `pid`; None when there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The second field is the program's name in parentheses, in which anything may be.
    fields = text[text.rfind(b")") + 2 :].split()
    return Entry(pid, int(fields[1]), int(fields[2]), int(fields[21]) * _PAGE, int(fields[3]))


def entries() -> list[Entry]:
    """All processes that can be seen; empty where there is no `/proc`."""
    try:
        names = os.listdir("/proc")  # noqa: PTH208  # thousands of names; only some become paths
    except OSError:
        return []
    return [found for name in names if name.isdigit() and (found := entry(int(name))) is not None]


def below(pid: int) -> list[Entry]:
    """The processes that `pid` started, that those started, and so on."""
    children: dict[int, list[Entry]] = {}
    for one in entries():
        children.setdefault(one.parent, []).append(one)
    found: list[Entry] = []
    open_ = [pid]
    while open_:
        new = children.pop(open_.pop(), [])
        found += new
        open_ += [one.pid for one in new]
    return found


def mark_of(pid: int) -> str:
    """The mark of the program that a process belongs to; empty for none, and for one that is gone or not to be seen."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return ""
    start = f"{MARK}=".encode()
    return next((text[len(start) :].decode(errors="replace") for text in variables if text.startswith(start)), "")
