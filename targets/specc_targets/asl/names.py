"""Names of states and variables: readable, deterministic, unique in the whole machine."""

from __future__ import annotations

import hashlib
import re

MAX_NAME = 80
"""Characters of a state's or variable's name (Step Functions quotas)."""
_NOT_IN_STATE = re.compile(r"[^A-Za-z0-9_.\-]+")
_NOT_IN_VARIABLE = re.compile(r"[^A-Za-z0-9_]+")


class NameTable:
    """Gives out names, each only once."""

    def __init__(self, *taken: str) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def state(self, *parts: str) -> str:
        """A name for a state, such as `process.fetch` or `process-scatter`."""
        return self._unique(_NOT_IN_STATE.sub("_", "".join(parts)) or "state", "-")

    def variable(self, *parts: str) -> str:
        """A name for a variable. The prefix before `_` keeps it apart from JSONata's functions."""
        return self._unique(_NOT_IN_VARIABLE.sub("_", "_".join(parts)), "_")

    def _unique(self, base: str, separator: str) -> str:
        base = shortened(base, MAX_NAME - 8)
        name = base
        while name in self._taken:
            self._next[base] = number = self._next.get(base, 1) + 1
            name = f"{base}{separator}{number}"
        self._taken.add(name)
        return name


def shortened(name: str, limit: int) -> str:
    """`name`, its end replaced by a hash when it is longer than `limit`."""
    if len(name) <= limit:
        return name
    return f"{name[: limit - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
