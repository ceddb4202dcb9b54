"""What became of each step's lookups in this run: what `specc cache why` explains."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any, Literal

from specc_targets.local.cache.key import Key
from specc_targets.local.cache.store import Store

_EVERY = 1.0
"""Seconds between two times that a step's record is written while the run goes on."""

Result = Literal["hit", "new", "expired"]
"""`new`: nothing kept under the key."""


class Lookups:
    """One record a step: how many hits and misses, the last lookup, and the last that was no hit."""

    def __init__(self, store: Store, spec: str) -> None:
        self._store, self._spec = store, spec
        self._since = time.time()
        self._lock = threading.Lock()
        self._records: dict[str, dict[str, Any]] = {}
        self._written: dict[str, float] = {}
        self._codes: set[str] = set()

    def add(self, step: str, key: Key, result: Result, **more: Any) -> None:
        """Record a lookup; `more` is JSON that belongs to it."""
        self._note_code(key)
        found = {
            "result": result,
            "time": time.time(),
            "key": key.digest,
            "function": key.code.function,
            "code": key.code.digest,
            "inputs": key.inputs,
            "codec": key.codec,
        }
        self._add(step, found | more if more else found)

    def write(self) -> None:
        """Write every record."""
        with self._lock:
            for step in self._records:
                self._write(step)

    def _add(self, step: str, found: Mapping[str, Any]) -> None:
        with self._lock:
            record = self._records.get(step)
            if record is None:
                record = self._records[step] = {"since": self._since, "hits": 0, "misses": 0}
            record["last"] = found
            if found["result"] == "hit":
                record["hits"] += 1
            else:
                record["misses"] += 1
                record["miss"] = found
            if time.monotonic() - self._written.get(step, 0.0) > _EVERY:
                self._write(step)

    def _write(self, step: str) -> None:
        self._written[step] = time.monotonic()
        text = json.dumps(self._records[step], separators=(",", ":"))
        self._store.execute(("REPLACE INTO lookups VALUES (?, ?, ?)", (self._spec, step, text)))

    def _note_code(self, key: Key) -> None:
        code = key.code
        if code.digest in self._codes:
            return
        self._codes.add(code.digest)
        parts = json.dumps(code.parts(), separators=(",", ":"))
        self._store.execute(("INSERT OR IGNORE INTO code VALUES (?, ?)", (code.digest, parts)))
