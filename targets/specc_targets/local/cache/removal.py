"""Dropping entries: those asked for, and those that were not used for longest."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from specc_targets.local.cache.store import Store

_KEEP = 0.9
"""The share of the most size that is left, so that not every run has to drop something."""


class Freed(NamedTuple):
    """What was dropped."""

    entries: int
    size: int
    """Bytes."""


def evict(store: Store, max_size: int) -> Freed:
    """Drop what was not used for longest when there is more than `max_size` bytes."""
    rows = store.query("SELECT COALESCE(SUM(size), 0) FROM entries")
    if not rows or rows[0][0] <= max_size:
        return Freed(0, 0)
    over = rows[0][0] - max_size * _KEEP
    digests: list[str] = []
    for digest, size in store.query("SELECT digest, size FROM entries ORDER BY used"):
        if over <= 0:
            break
        over -= size
        digests.append(digest)
    return remove(store, digests)


def remove(store: Store, digests: Sequence[str]) -> Freed:
    """Drop entries by key, and the files and the code that only they had."""
    freed = [0, 0]

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS gone (digest TEXT PRIMARY KEY)")
        connection.execute("DELETE FROM gone")
        connection.executemany("INSERT OR IGNORE INTO gone VALUES (?)", ((digest,) for digest in digests))
        chosen = "FROM entries WHERE digest IN (SELECT digest FROM gone)"
        freed[:] = connection.execute(f"SELECT COUNT(*), COALESCE(SUM(size), 0) {chosen}").fetchone()
        blobs = {name for (name,) in connection.execute(f"SELECT blob {chosen} AND blob IS NOT NULL")}
        connection.execute(f"DELETE {chosen}")
        connection.execute(
            "DELETE FROM code WHERE digest NOT IN (SELECT code FROM entries)"
            " AND NOT EXISTS (SELECT 1 FROM lookups WHERE instr(record, code.digest))"
        )
        used = {name for (name,) in connection.execute("SELECT blob FROM entries WHERE blob IS NOT NULL")}
        store.blobs.remove(blobs - used)  # while no other process can add an entry
        connection.execute("COMMIT")
        store.blobs.sweep(used)
        connection.execute("PRAGMA incremental_vacuum").fetchall()

    store.change(work)
    return Freed(*freed)


def select(
    store: Store, *, step: str | None = None, key: str | None = None, unused_since: float | None = None
) -> list[str]:
    """The keys of the entries of a step, of those whose key begins so, of those last used before a time."""
    conditions, values = ["1"], list[Any]()
    if step is not None:
        conditions.append("step = ?")
        values.append(step)
    if key is not None:
        conditions.append("substr(digest, 1, ?) = ?")
        values += [len(key), key]
    if unused_since is not None:
        conditions.append("used < ?")
        values.append(unused_since)
    return [digest for (digest,) in store.query(f"SELECT digest FROM entries WHERE {' AND '.join(conditions)}", values)]
