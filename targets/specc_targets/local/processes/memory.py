"""How much memory a process has with all that it has started."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from specc_runtime.programs.table import Entry, entries, entry

_SHARE = 50
"""Looking for all processes takes at most one part in this many of the time."""


class Groups:
    """Knows who belongs to a process: those below it, and the others of the session that it leads.

    Looks for new ones as often as that is cheap. Used from many threads.
    """

    def __init__(self) -> None:
        self._sessions: dict[int, list[Entry]] = {}
        self._children: dict[int, list[Entry]] = {}
        self._next = 0.0
        self._lock = threading.Lock()

    def resident(self, leader: int) -> int:
        """Bytes that `leader` has in memory with all that it has started; 0 where that cannot be known."""
        self._look()
        total = 0
        for known in self._members(leader):
            one = entry(known.pid)
            if one is not None and one.session == known.session:  # else the number means another one by now
                total += one.resident
        return total

    def proportional(self, leader: int) -> int:
        """The same, but pages that several processes share count once; slower."""
        members = self._members(leader)
        if len(members) <= 1:
            return self.resident(leader)
        return sum(_proportional(one.pid) for one in members)

    def _members(self, leader: int) -> list[Entry]:
        children = self._children
        found = {one.pid: one for one in self._sessions.get(leader, [])}
        if leader not in found and (own := entry(leader)) is not None:
            found[leader] = own
        open_ = list(found)
        while open_:
            for one in children.get(open_.pop(), []):
                if one.pid not in found:
                    found[one.pid] = one
                    open_.append(one.pid)
        return list(found.values())

    def _look(self) -> None:
        with self._lock:
            began = time.monotonic()
            if began < self._next:
                return
            sessions: dict[int, list[Entry]] = {}
            children: dict[int, list[Entry]] = {}
            for one in entries():
                sessions.setdefault(one.session, []).append(one)
                children.setdefault(one.parent, []).append(one)
            self._sessions, self._children = sessions, children
            ended = time.monotonic()
            self._next = ended + _SHARE * (ended - began)


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    found = entry(pid)
    return 0 if found is None else found.resident
