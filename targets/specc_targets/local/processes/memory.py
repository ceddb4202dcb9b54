"""How much memory a process has with all that it has started: they are one session, in which programs lead groups."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from specc_runtime.workers.table import entries, entry

_SHARE = 50
"""Looking for the members of all groups takes at most one part in this many of the time."""


class Groups:
    """Knows the members of sessions; looks for new ones as often as that is cheap. Used from many threads."""

    def __init__(self) -> None:
        self._members: dict[int, list[int]] = {}
        self._next = 0.0
        self._lock = threading.Lock()

    def resident(self, group: int) -> int:
        """Bytes that the processes of the session `group` have in memory; 0 where that cannot be known."""
        self._look()
        members = self._members.get(group, [])
        found = [one.resident for pid in {group, *members} if (one := entry(pid)) is not None and one.session == group]
        return sum(found)

    def proportional(self, group: int) -> int:
        """The same, but pages that several processes share count once; slower."""
        members = self._members.get(group, [])
        if len(members) <= 1:
            return self.resident(group)
        return sum(_proportional(pid) for pid in members)

    def _look(self) -> None:
        with self._lock:
            began = time.monotonic()
            if began < self._next:
                return
            members: dict[int, list[int]] = {}
            for one in entries():
                members.setdefault(one.session, []).append(one.pid)
            self._members = members
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
