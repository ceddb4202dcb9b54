"""Lines of a journal: how each record is written. `parsing` reads them.

A line is the CRC-32 of the rest as 8 hex digits, a space, a JSON array and a newline. The arrays:

    ["run", 1, run id]                                      begins what one process writes; 1 is the version
    ["item", prefix, index, value, started, seconds, cpu]   one call of a map whose body is one call
    ["step", address, value, started, seconds, cpu, memory] any other call, a wait, a handled failure
    ["item-blob" | "step-blob", ...]                        the same, with where the value is found in its place
    ["failed", address, names, name, message, traceback, started, seconds, step, items, notes, origin, fault]
    ["skipped", address]
    ["end", status]
    ["forget", addresses]                                   what is above, at or below these addresses, holds no longer
    ["cause", address, text]                                why what is below the address happens

Addresses are step paths joined by `/`, with `[i]` for an item of a map, `{n}` for a pass of a loop, and
`owner!handler` for a handler. Times are seconds since the epoch; durations are seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from json.encoder import encode_basestring
from typing import Any
from zlib import crc32

from specc_runtime.codecs import Encoded
from specc_targets.local.failures import RunError

VERSION = 1
LARGEST_VALUE = 64 * 1024
"""Bytes of a JSON value that a line holds; larger ones are files."""
LARGEST_OTHER = 4 * 1024
"""Bytes of another value that a line holds, in Base64."""
LARGEST_TEXT = 256 * 1024
"""Characters of a message or traceback that are kept."""
_NEWLINE = 10
"""Would end a record. As a number it is found several times as fast."""


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


def forget_record(addresses: Iterable[str]) -> bytes:
    """The record that what is known at or below these addresses holds no longer."""
    return _array("forget", list(addresses))


def cause_record(address: str, cause: str) -> bytes:
    """The record of why what is below an address happens, such as the error that a handler handles."""
    return _array("cause", address, _cut(cause))


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


def _array(*parts: Any) -> bytes:
    """In ASCII: messages of errors may hold what is not Unicode."""
    return json.dumps(parts, separators=(",", ":")).encode()


def _cut(text: str) -> str:
    return text if len(text) <= LARGEST_TEXT else f"{text[:LARGEST_TEXT]}… ({len(text)} characters)"
