"""Keeps entries: looked up in microseconds, written in groups by a thread of its own."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from specc_runtime.codecs import Encoded
from specc_runtime.codecs.json_codec import decode_json, encode_json
from specc_runtime.errors import CodecError
from specc_targets.local.cache.blobs import Blobs
from specc_targets.local.cache.database import InUse, Lease, is_damage

LARGEST_INLINE = 64 * 1024
"""Bytes of a value that is kept in the database; a larger one is a file."""
_PAUSE = 0.05
"""Seconds between two groups of entries: what a kill can take of the cache."""
_MOST_WAITING = 32 * 1024 * 1024
"""Bytes that wait to be written; who puts more waits, too."""
_OVERHEAD = 400
"""Bytes of an entry beside its value, about."""
_BOUND = 400
"""Keys asked for in one query."""
_FOUND = "SELECT digest, codec, value, blob, checksum, created, hit, seconds FROM entries WHERE digest"

Statement = tuple[str, Sequence[Any]]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A result that is kept, and how it came to be."""

    digest: str
    kept: Any
    function: str = ""
    step: str = ""
    spec: str = ""
    code: str = ""
    inputs: str = ""
    step_codec: str | None = None
    created: float = 0.0
    seconds: float = 0.0
    hit: float | None = None


class Store:
    """The entries in a directory. May be used in many threads, and by many processes at the same time.

    Nothing here raises: a cache that cannot be used says so once, through `warn`, and finds and keeps nothing.
    """

    def __init__(self, directory: Path, warn: Callable[[str], None]) -> None:
        self._directory, self._warn = directory, warn
        self.blobs = Blobs(directory / "blobs")
        self._reading = threading.RLock()
        self._changed = threading.Condition()
        self._waiting: list[Statement] = []
        self._pending: dict[str, Row] = {}
        """Rows of `_FOUND` that are not written yet."""
        self._bytes = 0
        self._busy = self._hurry = self._closed = False
        self._thread: threading.Thread | None = None
        self._lease: Lease | None = None
        self._reader: sqlite3.Connection | None = None
        try:
            self._lease = Lease(directory)
            self._reader = self._lease.connect()
        except (sqlite3.Error, UnicodeError, OSError, InUse) as error:
            self._fail(error)

    @property
    def usable(self) -> bool:
        """Whether anything can be found or kept."""
        return self._reader is not None

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a SELECT; none when the cache cannot be used."""
        with self._reading:
            if self._reader is None:
                return []
            try:
                return self._reader.execute(sql, values).fetchall()
            except (sqlite3.Error, UnicodeError) as error:
                self._fail(error)
                return []

    def read(self, digest: str) -> Entry | None:
        """The entry of a key. One that is damaged is dropped, and said."""
        waiting = self._pending.get(digest)
        rows = [waiting] if waiting is not None else self.query(f"{_FOUND} = ?", (digest,))
        return self._entry(rows[0]) if rows else None

    def read_many(self, digests: Iterable[str]) -> dict[str, Entry]:
        """The entries of those keys that have one."""
        wanted = list(dict.fromkeys(digests))
        rows = [row for row in map(self._pending.get, wanted) if row is not None]
        missing = list({*wanted}.difference(row[0] for row in rows)) if rows else wanted
        for start in range(0, len(missing), _BOUND):
            part = missing[start : start + _BOUND]
            rows += self.query(f"{_FOUND} IN ({','.join('?' * len(part))})", part)
        return {entry.digest: entry for entry in map(self._entry, rows) if entry is not None}

    def write(self, entry: Entry) -> None:
        """Keep an entry, soon; it can be read at once. It replaces one of the same key."""
        if not self.usable:
            return
        codec, data = (entry.kept.codec, entry.kept.data) if isinstance(entry.kept, Encoded) else (None, None)
        if data is None:
            data = encode_json(entry.kept)
        blob = None
        if len(data) > LARGEST_INLINE:
            try:
                blob = self.blobs.write(data)
            except OSError as error:
                self._fail(error)
                return
        size = len(data) + _OVERHEAD
        value = data if blob is None else None
        checksum = _checksum(entry.digest, codec, blob.encode() if blob is not None else data)
        made = (entry.digest, entry.function, entry.step, entry.spec, entry.code, entry.inputs, entry.step_codec)
        stored = (codec, value, blob, size, checksum, entry.created, entry.created, None, entry.seconds)
        self.execute(
            (f"REPLACE INTO entries VALUES ({','.join('?' * 16)})", (*made, *stored)),
            (entry.digest, codec, value, blob, checksum, entry.created, None, entry.seconds),
            size if blob is None else _OVERHEAD,
        )

    def execute(self, statement: Statement, row: Row | None = None, size: int = 0) -> None:
        """Have a statement carried out with the next group."""
        with self._changed:
            if self._closed or not self.usable:
                return
            while self._bytes > _MOST_WAITING and self.usable:
                self._changed.wait(1)
            self._waiting.append(statement)
            self._bytes += size
            if row is not None:
                self._pending[row[0]] = row
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="specc-cache", daemon=True)
                self._thread.start()
            if not self._busy:
                self._busy = True
                self._changed.notify_all()

    def change(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do something to the database at once, which may open a transaction."""
        with self._reading:
            if self._reader is None:
                return
            try:
                work(self._reader)
            except (sqlite3.Error, UnicodeError, OSError) as error:
                self._fail(error)

    def flush(self) -> None:
        """Wait until everything so far is written."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            while self._busy and self.usable:
                self._changed.wait(1)
            self._hurry = False

    def close(self) -> None:
        """Write what waits, and let go of the files."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
        self._shut()
        if self._lease is not None:
            self._lease.close()
            self._lease = None

    def _write(self) -> None:
        assert self._lease is not None
        try:
            connection = self._lease.connect()
        except (sqlite3.Error, UnicodeError) as error:
            self._fail(error)
            return
        try:
            while self._write_group(connection):
                pass
        except (sqlite3.Error, UnicodeError) as error:
            self._fail(error)
        finally:
            connection.close()
            with self._changed:
                self._waiting.clear()
                self._pending.clear()
                self._busy = False
                self._changed.notify_all()

    def _write_group(self, connection: sqlite3.Connection) -> bool:
        """Write what has come together; False when there will be no more."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait()
            if not self._closed:
                self._changed.wait_for(lambda: self._closed or self._hurry or self._bytes > _MOST_WAITING, _PAUSE)
            group, self._waiting = self._waiting, []
            rows = list(self._pending.values())
            self._bytes = 0
            if not group:
                return False
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in group:
            connection.execute(sql, values)
        connection.execute("COMMIT")
        with self._changed:
            for row in rows:
                if self._pending.get(row[0]) is row:
                    del self._pending[row[0]]
            self._changed.notify_all()
        return True

    def _entry(self, row: Sequence[Any]) -> Entry | None:
        digest, codec, value, blob, checksum, created, hit, seconds = row
        try:
            if _checksum(digest, codec, blob.encode() if blob is not None else value) == checksum:
                data = value if blob is None else self.blobs.read(blob)
                if data is not None:
                    kept = Encoded(codec, data) if codec is not None else decode_json(data)
                    return Entry(digest, kept, created=created, seconds=seconds, hit=hit)
        except FileNotFoundError:  # removed with another entry of the same content
            self.execute(("DELETE FROM entries WHERE digest = ?", (digest,)))
            return None
        except (TypeError, AttributeError, UnicodeError, OSError, CodecError):  # columns of any content
            pass
        self._warn(f"an entry of the cache is damaged ({str(digest)[:12]}); it is dropped, and the step called")
        self.execute(("DELETE FROM entries WHERE digest = ?", (digest,)))
        return None

    def _fail(self, error: BaseException) -> None:
        """Go on without the cache."""
        if self._reader is None and self._lease is not None:
            return  # said before
        if isinstance(error, InUse) or is_damage(error):
            if self._lease is not None:
                self._lease.report_damage()
            reason = "its file is damaged; it begins anew with the next run that is alone"
        else:
            reason = str(getattr(error, "strerror", None) or error)
        self._shut()
        self._warn(f"the cache in {self._directory} is not used: {reason}")

    def _shut(self) -> None:
        with self._reading:
            reader, self._reader = self._reader, None
            if reader is not None:
                reader.close()


def _checksum(digest: str, codec: str | None, data: bytes) -> bytes:
    """Over what a reader relies on. A large value's own hash is its file's name, which stands for it."""
    hasher = blake2b(f"{digest} {codec or ''}\n".encode(), digest_size=16)
    hasher.update(data)
    return hasher.digest()


class StoredMemo:
    """What takes long to find out, kept in the same database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def recall(self, kind: str, name: str, stamp: str) -> Any | None:
        """What was remembered, unless its stamp is another one."""
        rows = self._store.query("SELECT stamp, value FROM memo WHERE kind = ? AND name = ?", (kind, name))
        if not rows or rows[0][0] != stamp:
            return None
        try:
            return json.loads(rows[0][1])
        except ValueError:
            return None

    def remember(self, kind: str, name: str, stamp: str, value: Any) -> None:
        """Keep a JSON value."""
        text = json.dumps(value, separators=(",", ":"))
        self._store.execute(("REPLACE INTO memo VALUES (?, ?, ?, ?)", (kind, name, stamp, text)))
