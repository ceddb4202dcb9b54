"""Lines of a journal: how each record is written and read.

A line is the CRC-32 of the rest as 8 hex digits, a space, a JSON array and a newline. The arrays:

    ["run", 1, run id]                                      begins what one process writes; 1 is the version
    ["item", prefix, index, value, started, seconds, cpu]   one call of a map whose body is one call
    ["step", address, value, started, seconds, cpu, memory] any other call, a wait, a handled failure
    ["item-blob" | "step-blob", ...]                        the same, with where the value is found in its place
    ["failed", address, names, name, message, traceback, started, seconds, step, items, notes, origin, fault]
    ["skipped", address]
    ["end", status]

Addresses are step paths joined by `/`, with `[i]` for an item of a map, `{n}` for a pass of a loop, and
`owner!handler` for a handler. Times are seconds since the epoch; durations are seconds.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from specc.diagnostics import ROOT, Place
from specc_runtime.codecs import Encoded
from specc_runtime.expressions import SKIPPED
from specc_targets.local.failures import RunError
from specc_targets.local.runs.blobs import BLOBS, read_blob
from specc_targets.local.runs.errors import JournalError

VERSION = 1
LARGEST_VALUE = 64 * 1024
"""Bytes of a JSON value that a line holds; larger ones are files."""
LARGEST_OTHER = 4 * 1024
"""Bytes of another value that a line holds, in Base64."""
LARGEST_TEXT = 256 * 1024
"""Characters of a message or traceback that are kept."""
_NEWLINE = 10
"""Would end a record. As a number it is found several times as fast."""
_ITEM = re.compile(rb'\["item(-blob)?",("(?:[^"\\]|\\.)*"),(\d+),')
_STEP = re.compile(rb'\["step(-blob)?",("(?:[^"\\]|\\.)*"),')


def quoted(text: str) -> bytes:
    """A text as JSON."""
    return encode_basestring(text).encode()


def seal(body: bytes) -> bytes:
    """The line of a record."""
    return b"%08x %b\n" % (crc32(body), body)


def is_sound(line: bytes) -> bool:
    """Whether a line, without its newline, is what was written."""
    return line[:8] == b"%08x" % crc32(line[9:])


def run_record(run_id: str) -> bytes:
    """The record that begins what a process writes."""
    return _array("run", VERSION, run_id)


def skipped_record(address: str) -> bytes:
    """The record of a skipped step."""
    return _array("skipped", address)


def end_record(status: str) -> bytes:
    """The record that ends a run."""
    return _array("end", status)


def failed_record(address: str, names: Iterable[str], error: RunError, started: float, seconds: float) -> bytes:
    """The record of a call that has failed for good."""
    message, traceback = _cut(error.message), _cut(error.traceback)
    notes = [_cut(note) for note in error.notes]
    times = round(started, 6), round(seconds, 6)
    rest = error.step, error.items, notes, error.origin, error.fault
    return _array("failed", address, list(names), error.name, message, traceback, *times, *rest)


def written(kept: Any) -> bytes | None:
    """A kept value as the JSON that its record holds; None when that takes a form of its own."""
    kind = type(kept)
    if kind is Encoded:
        data: bytes = kept.data
        if kept.codec == "json" and 0 < len(data) <= LARGEST_VALUE and _NEWLINE not in data:
            return data
        return None
    if kind is str:
        text = quoted(kept)
        return text if len(text) <= LARGEST_VALUE else None
    if kind is int or kind is float:
        return repr(kept).encode()
    if kept is None:
        return b"null"
    if kind is bool:
        return b"true" if kept else b"false"
    raise TypeError(f"`{kind.__name__}` is not the type of a kept value")


class Record(NamedTuple):
    """A record as it is read back."""

    kind: str
    """`run`, `item`, `step`, `failed`, `skipped` or `end`."""
    address: str = ""
    """Of an item: `work[17]`. Empty for `run` and `end`."""
    kept: Any = None
    """The kept value of an item or step, SKIPPED of what is skipped, the run's id of `run`, the status of `end`."""
    started: float = 0.0
    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    names: tuple[str, ...] = ()
    """All names that a failure can be declared under."""
    error: RunError | None = None


def read_record(body: bytes, folder: Path, *, values: bool = True) -> Record:
    """The record with this array, of the journal in `folder`. Without `values` those stay undecoded, and None.

    Raises `JournalError`.
    """
    try:
        if found := _ITEM.match(body):
            value, *times = body[found.end() : -1].rsplit(b",", 3)
            started, seconds, cpu = map(float, times)
            kept = _kept(value, bool(found[1]), folder) if values else None
            return Record("item", f"{json.loads(found[2])}[{found[3].decode()}]", kept, started, seconds, cpu)
        if found := _STEP.match(body):
            value, *times, memory = body[found.end() : -1].rsplit(b",", 4)
            started, seconds, cpu = map(float, times)
            kept = _kept(value, bool(found[1]), folder) if values else None
            return Record("step", json.loads(found[2]), kept, started, seconds, cpu, int(memory))
        kind, first, *rest = json.loads(body)
        if kind == "failed":
            return _read_failed(first, *rest)
        if kind == "skipped":
            return Record("skipped", first, SKIPPED)
        return Record(kind, "", rest[0] if kind == "run" else first)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise JournalError(f"a record of the journal in `{folder}` makes no sense: {error}") from None


def blob_of(body: bytes) -> tuple[str, int] | None:
    """SHA-256 and size of the file that holds the value of a record, where one does."""
    found = _ITEM.match(body) or _STEP.match(body)
    if not found or not found[1]:
        return None
    place = json.loads(body)[-4 if body.startswith(b'["item') else -5]
    return (place["sha256"], place["size"]) if "sha256" in place else None


def _kept(value: bytes, apart: bool, folder: Path) -> Any:
    if apart:
        place = json.loads(value)
        if "base64" in place:
            return Encoded(place["codec"], base64.b64decode(place["base64"], validate=True))
        return Encoded(place["codec"], read_blob(folder / BLOBS, place["sha256"]))
    return Encoded("json", value) if value[:1] in b"{[ \t" else json.loads(value)


def _read_failed(address: str, names: list[str], name: str, message: str, traceback: str, *rest: Any) -> Record:
    started, seconds, step, items, notes, origin, fault = rest
    places = _place(origin) or ROOT, traceback, _place(fault)
    error = RunError(name, message, step, tuple(items), *places, tuple(notes))
    return Record("failed", address, None, started, seconds, names=tuple(names), error=error)


def _place(written: list[Any] | None) -> Place | None:
    if written is None:
        return None
    path, part, within = written
    return Place(tuple(path), part, tuple(within) if within else None)


def _array(*parts: Any) -> bytes:
    """In ASCII: messages of errors may hold what is not Unicode."""
    return json.dumps(parts, separators=(",", ":")).encode()


def _cut(text: str) -> str:
    return text if len(text) <= LARGEST_TEXT else f"{text[:LARGEST_TEXT]}… ({len(text)} characters)"
