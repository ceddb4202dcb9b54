"""The journal of a run, as it is written: one `write` for each record, before the call returns.

So a killed process loses nothing that it recorded. A machine that loses power loses at most what the last group commit
has not synced, some 50 ms.
"""

from __future__ import annotations

import binascii
import contextlib
import json
import os
import stat
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

from specc_runtime.codecs import Encoded
from specc_targets.local.failures import RunError
from specc_targets.local.runs import records
from specc_targets.local.runs.blobs import BLOBS, write_blob
from specc_targets.local.runs.errors import JournalError, cannot, reason, remedy
from specc_targets.local.runs.files import FILE_MODE, write_all
from specc_targets.local.runs.lines import LONGEST_LINE
from specc_targets.local.runs.records import quoted
from specc_targets.local.runs.syncing import Syncer

JOURNAL = "journal.jsonl"
_BLOCK = 1024 * 1024
_MOST_HEADS = 1024


class Journal:
    """Writes the journal in the folder of a run. Safe in any thread; one process writes at a time.

    `spec` is the spec's path, for messages. Every method raises `JournalError` when the record could not be written;
    the journal is whole then, up to the record before, and can be written to again once the cause is gone.
    """

    def __init__(self, folder: Path, run_id: str, *, spec: str = "SPEC") -> None:
        self.path = folder / JOURNAL
        self._folder = folder
        self._way_out = f"go on with `specc run --local {spec} --resume {run_id}`"
        self._lock = threading.Lock()
        self._heads: dict[str, bytes] = {}
        self._whole = True  # whether a record can follow at once
        self._partial = 0  # bytes of a record that could not be written whole
        try:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, FILE_MODE)
        except OSError as error:
            raise self._failure(error) from error
        try:
            if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                raise JournalError(f"`{self.path}` is not a file; move it away, then {self._way_out}")
            _repair(self._descriptor)
            self._syncer = Syncer(self._descriptor, self._on_sync_error)
        except BaseException as error:
            os.close(self._descriptor)
            if isinstance(error, OSError):
                raise self._failure(error) from error
            raise
        try:
            self._write(records.seal(records.run_record(run_id)))
        except JournalError:
            with contextlib.suppress(JournalError):
                self.close()
            raise

    def item(self, prefix: str, index: int, kept: Any, started: float, seconds: float, cpu: float) -> None:
        """Record the result of item `index` of the map at `prefix`, whose body is one call."""
        value = records.written(kept)
        if value is None:
            place = self._keep_apart(kept)
            body = b'["item-blob",%b,%d,%b,%.6f,%.6f,%.6f]' % (quoted(prefix), index, place, started, seconds, cpu)
        else:
            head = self._heads.get(prefix) or self._head(prefix)
            moment = int(started * 1e6 + 0.5)  # two integers are written in half the time of the float
            parts = head, index, value, moment // 1000000, moment % 1000000, seconds, cpu
            body = b"%b%d,%b,%d.%06d,%.6f,%.6f]" % parts
        self._write(b"%08x %b\n" % (crc32(body), body))

    def step(self, address: str, kept: Any, started: float, seconds: float, cpu: float = 0.0, memory: int = 0) -> None:
        """Record the result of any other call, of a wait, or what stands for a handled failure."""
        value = records.written(kept)
        kind = b"step" if value is not None else b"step-blob"
        place = value if value is not None else self._keep_apart(kept)
        parts = kind, quoted(address), place, started, seconds, cpu, memory
        self._write(records.seal(b'["%b",%b,%b,%.6f,%.6f,%.6f,%d]' % parts))

    def failed(self, address: str, names: tuple[str, ...], error: RunError, started: float, seconds: float) -> None:
        """Record that a call has failed for good. A result recorded later for the same address replaces this."""
        self._write(records.seal(records.failed_record(address, names, error, started, seconds)))

    def skipped(self, address: str) -> None:
        """Record that a step is skipped."""
        self._write(records.seal(records.skipped_record(address)))

    def forget(self, addresses: Iterable[str]) -> None:
        """Record that what is recorded so far, at or below these addresses, holds no longer."""
        self._write(records.seal(records.forget_record(addresses)))

    def cause(self, address: str, cause: str) -> None:
        """Record why what is below an address happens."""
        self._write(records.seal(records.cause_record(address, cause)))

    def repeat(self, bodies: Iterable[bytes]) -> None:
        """Record again what was recorded before, in other words."""
        for body in bodies:
            self._write(records.seal(body))

    def end(self, status: str) -> None:
        """Record how the run has ended: `succeeded`, `failed` or `interrupted`."""
        self._write(records.seal(records.end_record(status)))

    def close(self) -> None:
        """Sync, and close the file. Does nothing the second time."""
        with self._lock:
            if self._descriptor < 0:
                return
            self._syncer.close()
            os.close(self._descriptor)
            self._descriptor, self._whole = -1, False
        if self._syncer.error:
            raise self._failure(self._syncer.error)

    def _write(self, line: bytes) -> None:
        with self._lock:
            if not self._whole:
                self._make_whole()
            try:
                count = os.write(self._descriptor, line)
                if count != len(line):
                    self._write_rest(line, count)
            except OSError as error:
                self._whole = False
                with contextlib.suppress(OSError):
                    self._cut_off()
                raise self._failure(error) from error
            except BaseException:  # Ctrl-C between two parts of a record
                self._whole = False
                raise
            if not self._syncer.pending:
                self._syncer.call()

    def _write_rest(self, line: bytes, count: int) -> None:
        while count < len(line):
            self._partial = count
            count += os.write(self._descriptor, line[count:])
        self._partial = 0

    def _make_whole(self) -> None:
        """Make sure that a record can follow, or raise `JournalError`."""
        if self._descriptor < 0:
            raise JournalError(f"the journal `{self.path}` is closed")
        if self._syncer.error:
            raise self._failure(self._syncer.error)
        try:
            self._cut_off()
        except OSError as error:
            raise self._failure(error) from error

    def _cut_off(self) -> None:
        """Remove what a failed write has left."""
        if self._partial:
            os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - self._partial)
            self._partial = 0
        self._whole = True

    def _on_sync_error(self) -> None:
        self._whole = False

    def _keep_apart(self, kept: Any) -> bytes:
        """Where a value is found that its record does not hold as JSON."""
        codec, data = (kept.codec, kept.data) if type(kept) is Encoded else ("json", quoted(kept))
        if (codec == "json" and len(data) <= records.LARGEST_VALUE) or len(data) <= records.LARGEST_OTHER:
            return _json({"codec": codec, "base64": binascii.b2a_base64(data, newline=False).decode()})
        try:
            name, descriptor = write_blob(self._folder / BLOBS, data)
            if descriptor >= 0:
                with self._lock:
                    self._syncer.add(descriptor)
        except OSError as error:
            raise self._failure(error) from error
        return _json({"codec": codec, "sha256": name, "size": len(data)})

    def _head(self, prefix: str) -> bytes:
        if len(self._heads) >= _MOST_HEADS:
            self._heads.clear()
        found = self._heads[prefix] = b'["item",%b,' % quoted(prefix)
        return found

    def _failure(self, error: OSError) -> JournalError:
        way = remedy(error)
        return JournalError(
            f"cannot write the journal `{self.path}`: {reason(error)}; "
            + (f"{way}, then {self._way_out}" if way else self._way_out)
        )


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _repair(descriptor: int) -> None:
    """Cut off a last line that was not written whole, so that a record can follow. Raises `OSError`."""
    size = os.fstat(descriptor).st_size
    start, line = _last_line(descriptor, size)
    if line.endswith(b"\n"):
        if records.is_sound(line[:-1]):
            return
    elif records.is_sound(line):  # only its newline is missing
        write_all(descriptor, b"\n")
        return
    os.ftruncate(descriptor, start)


def _last_line(descriptor: int, size: int) -> tuple[int, bytes]:
    """Where the last line begins, and the line, with its newline if it has one."""
    tail = b""
    start = size
    while start and len(tail) <= LONGEST_LINE:
        begin = max(0, start - _BLOCK)
        tail = os.pread(descriptor, start - begin, begin) + tail
        start = begin
        newline = tail.rfind(b"\n", 0, -1)
        if newline >= 0:
            return start + newline + 1, tail[newline + 1 :]
    return start, tail


def open_to_read(path: Path) -> int:
    """Open a journal; where there is none, something empty. Raises `JournalError`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return os.open(os.devnull, os.O_RDONLY)
    except OSError as error:
        raise JournalError(cannot("read the journal", path, error)) from error
    if path.is_file():
        return descriptor
    os.close(descriptor)
    raise JournalError(f"`{path}` is not a file, so there is no journal to read; move it away")
