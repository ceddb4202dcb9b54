"""The cache's SQLite file: opened, made, and replaced when it is damaged."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = "cache.sqlite"
_DAMAGED = "damaged"
_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS entries (
    digest TEXT PRIMARY KEY,
    function TEXT NOT NULL, step TEXT NOT NULL, spec TEXT NOT NULL,
    code TEXT NOT NULL, inputs TEXT NOT NULL, step_codec TEXT,
    codec TEXT, value BLOB, blob TEXT, size INTEGER NOT NULL, checksum BLOB NOT NULL,
    created REAL NOT NULL, used REAL NOT NULL, hit REAL, seconds REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_by_use ON entries (used, size);
CREATE INDEX IF NOT EXISTS entries_by_blob ON entries (blob) WHERE blob IS NOT NULL;
CREATE TABLE IF NOT EXISTS code (digest TEXT PRIMARY KEY, parts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lookups (spec TEXT, step TEXT, record TEXT NOT NULL, PRIMARY KEY (spec, step));
CREATE TABLE IF NOT EXISTS memo (
    kind TEXT, name TEXT, stamp TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, name)
);
"""
_OUTSIDE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
"""Errors that leave a sound file."""
_WAIT = 30.0
"""Seconds to wait for another process's transaction."""


class InUse(Exception):  # noqa: N818  # a state, not a mistake
    """The file is damaged, and cannot be replaced while other processes have it open."""


class Lease:
    """Says to other processes that this one has the cache open. Raises `OSError`, `sqlite3.Error`, `InUse`."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._directory = directory
        self._file = os.open(directory / "in-use.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with _alone(directory):
                fcntl.flock(self._file, fcntl.LOCK_SH)
                self._prepare()
        except BaseException:
            os.close(self._file)
            raise

    def connect(self) -> sqlite3.Connection:
        """A new connection, for use in any thread, but in one at a time."""
        return _open(self._directory)

    def report_damage(self) -> None:
        """Have the next process that opens the cache begin a new file."""
        (self._directory / _DAMAGED).touch()

    def close(self) -> None:
        """Let go of it."""
        os.close(self._file)

    def _prepare(self) -> None:
        """Make the file, or replace one that is damaged or was written by another version."""
        try:
            if (self._directory / _DAMAGED).exists():
                raise _OtherVersionError
            _open(self._directory).close()
            return
        except (sqlite3.DatabaseError, UnicodeError) as error:
            if not is_damage(error):
                raise
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse from None
        for suffix in ("", "-wal", "-shm"):  # its blobs stay, and are dropped with other leftovers
            (self._directory / f"{FILE}{suffix}").unlink(missing_ok=True)
        (self._directory / _DAMAGED).unlink(missing_ok=True)
        _open(self._directory).close()
        fcntl.flock(self._file, fcntl.LOCK_SH)


def is_damage(error: BaseException) -> bool:
    """Whether an error says that the file itself is broken: not that it is busy, or that the disk is full."""
    if isinstance(error, sqlite3.ProgrammingError):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return isinstance(error, sqlite3.DatabaseError | UnicodeError)  # text that is none, say
    return code == sqlite3.SQLITE_IOERR_SHORT_READ or code & 0xFF not in _OUTSIDE


class _OtherVersionError(sqlite3.DatabaseError):
    """The file is to be replaced: another release wrote it, or it was found damaged."""


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One process at a time looks whether the file is sound: making it, and changing to WAL, cannot wait for others."""
    file = os.open(directory / "setup.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _open(directory: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(directory / FILE, timeout=_WAIT, isolation_level=None, check_same_thread=False)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if not version:
            _make(connection)
        elif version != _VERSION:
            raise _OtherVersionError
        connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may take the last entries, not the others
    except BaseException:
        connection.close()
        raise
    return connection


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")
