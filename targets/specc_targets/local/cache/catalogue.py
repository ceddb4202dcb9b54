"""The cache as people see it: lists, removal, explanations."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specc_targets.local.cache.removal import Freed, remove, select
from specc_targets.local.cache.store import Store
from specc_targets.local.cache.why import Explanation, explain, steps

SHORTEST_KEY = 8
"""Digits of a key's beginning that name it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The entries of one step's function."""

    step: str
    function: str
    spec: str
    entries: int
    size: int
    """Bytes."""
    oldest: float
    """Seconds since the epoch, as the other times."""
    newest: float
    hit: float | None
    """When one of them was last used again."""


class Catalogue:
    """The cache in a directory, which need not exist. What is wrong with it is in `warnings`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.warnings: list[str] = []
        self._store = Store(directory, self.warnings.append) if directory.is_dir() else None

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(self, *_: object) -> None:
        if self._store is not None:
            self._store.close()

    def entries(self, step: str | None = None) -> list[Listed]:
        """What is kept, by step and function."""
        if self._store is None:
            return []
        rows = self._store.query(
            "SELECT step, function, spec, COUNT(*), SUM(size), MIN(created), MAX(created), MAX(hit) FROM entries"
            " WHERE ?1 IS NULL OR step = ?1 GROUP BY spec, step, function ORDER BY spec, step, function",
            (step,),
        )
        return [Listed(*row) for row in rows]

    def unknown(self, names: Sequence[str]) -> str | None:
        """The first of `names` that is neither a step with entries nor the beginning of a key."""
        return next((name for name in names if not self._named(name)), None)

    def remove(self, names: Sequence[str] = (), older: float | None = None) -> Freed:
        """Drop the entries of these steps, or with keys that begin so; without names, of all.

        With `older`, only those that were not used for so many seconds.
        """
        if self._store is None:
            return Freed(0, 0)
        since = time.time() - older if older is not None else None
        if not names:
            return remove(self._store, select(self._store, unused_since=since))
        digests = [digest for name in names for digest in self._named(name, since)]
        return remove(self._store, digests)

    def explain(self, step: str, spec: str | None = None) -> Explanation | None:
        """Why the last lookups of a step ended as they did; None when none is known."""
        if self._store is None:
            return None
        try:
            return explain(self._store, step, spec)
        except (ValueError, KeyError, TypeError):
            self.warnings.append(f"what the cache recorded of step `{step}` is damaged")
            return None

    def steps(self) -> list[str]:
        """The steps of which something is known."""
        known = {item.step for item in self.entries()}
        return sorted(known.union(steps(self._store) if self._store is not None else ()))

    def _named(self, name: str, since: float | None = None) -> list[str]:
        """The keys of a step's entries, or those that begin so; with `since`, only of entries not used after."""
        if self._store is None:
            return []
        found = select(self._store, step=name, unused_since=since)
        if found or not _is_key(name):
            return found
        return select(self._store, key=name, unused_since=since)


def _is_key(name: str) -> bool:
    return len(name) >= SHORTEST_KEY and set(name) <= set("0123456789abcdef")
