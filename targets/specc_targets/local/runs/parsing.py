"""Records of a journal as they are read back."""

from __future__ import annotations

import binascii
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from specc.diagnostics import ROOT, Place
from specc_runtime.codecs import Encoded
from specc_runtime.expressions import SKIPPED
from specc_targets.local.failures import RunError
from specc_targets.local.runs.blobs import BLOBS, read_blob
from specc_targets.local.runs.errors import JournalError

_ITEM = re.compile(rb'\["item(-blob)?",("(?:[^"\\]|\\.)*"),(\d+),')
_STEP = re.compile(rb'\["step(-blob)?",("(?:[^"\\]|\\.)*"),')
_NONSENSE = ValueError, TypeError, LookupError, AttributeError, RecursionError
"""What a record raises that something else has written."""


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
            return Record("item", f"{unquoted(found[2])}[{found[3].decode()}]", kept, started, seconds, cpu)
        if found := _STEP.match(body):
            value, *times, memory = body[found.end() : -1].rsplit(b",", 4)
            started, seconds, cpu = map(float, times)
            kept = _kept(value, bool(found[1]), folder) if values else None
            return Record("step", unquoted(found[2]), kept, started, seconds, cpu, int(memory))
        kind, first, *rest = json.loads(body)
        if kind == "failed":
            return _read_failed(first, *rest)
        if kind == "skipped":
            return Record("skipped", first, SKIPPED)
        return Record(kind, "", rest[0] if kind == "run" else first)
    except _NONSENSE as error:
        raise _senseless(folder, error) from None


def read_value(body: bytes, folder: Path) -> Any:
    """The kept value of the record with this array, and nothing else of it. Raises `JournalError`."""
    try:
        if found := _ITEM.match(body):
            return _kept(body[found.end() : -1].rsplit(b",", 3)[0], bool(found[1]), folder)
        if found := _STEP.match(body):
            return _kept(body[found.end() : -1].rsplit(b",", 4)[0], bool(found[1]), folder)
    except _NONSENSE as error:
        raise _senseless(folder, error) from None
    return read_record(body, folder).kept


def unquoted(written: bytes) -> str:
    """A text in quotes."""
    if b"\\" in written:
        return str(json.loads(written))
    return written[1:-1].decode()


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
            return Encoded(place["codec"], binascii.a2b_base64(place["base64"]))
        return Encoded(place["codec"], read_blob(folder / BLOBS, place["sha256"]))
    if value[:1] in b"{[ \t":
        return Encoded("json", value)
    return int(value) if value.isdigit() else json.loads(value.decode())


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


def _senseless(folder: Path, error: Exception) -> JournalError:
    return JournalError(f"a record of the journal in `{folder}` makes no sense: {error}")
