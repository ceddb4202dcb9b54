"""One pass over a journal: which records there are and where. Every line is checked, few are decoded."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any
from zlib import crc32

from specc_targets.local.runs.blobs import BLOBS, has_blob
from specc_targets.local.runs.errors import JournalError
from specc_targets.local.runs.lines import lines, saved_from
from specc_targets.local.runs.losses import Losses
from specc_targets.local.runs.parsing import blob_of, unquoted
from specc_targets.local.runs.records import VERSION
from specc_targets.local.runs.tables import Addresses, Table, packed

_ITEM = re.compile(rb'\["item(-blob)?",("(?:[^"\\]|\\.)*"),(\d+),')
_OTHER = re.compile(rb'\["(step|failed|skipped)(-blob)?",("(?:[^"\\]|\\.)*")[,\]]')
_NONE = b"\0"
"""Begins no record."""
_NONSENSE = ValueError, TypeError, LookupError, RecursionError
"""What reading a record raises that something else has written."""


class Places:
    """Where the records of a journal stand: the last one of each address."""

    def __init__(self) -> None:
        self.items: dict[str, Table] = {}
        """The results of each map, by its prefix."""
        self.steps = Addresses()
        """Other results, and skipped steps."""
        self.failures = Addresses()
        """Failures that no result follows."""
        self.forgotten: dict[str, int] = {}
        """Addresses at or below which nothing holds that stands before an offset."""
        self.causes: dict[str, str] = {}
        """Why what is below an address happened."""
        self.records = 0
        self.ended: str | None = None
        self.run_id: str | None = None
        self.notes: list[str] = []
        """What was lost."""


def scan(descriptor: int, folder: Path) -> Places:
    """Read the journal in `folder`, which is open. Raises `JournalError` when its version is unknown, and `OSError`."""
    scanned = _Scan(folder)
    scanned.run(descriptor)
    return scanned.places


class _Scan:
    def __init__(self, folder: Path) -> None:
        self.places = Places()
        self._folder = folder
        self._pending: tuple[int, int, bytes] | None = None  # number, offset and content of a line that is not sound
        self._losses = Losses()
        self._prefix = b""  # of the last item, as its record has it
        self._failed = False  # whether there is any failure

    def run(self, descriptor: int) -> None:
        """Read all lines."""
        places = self.places
        prefix, head, table = "", _NONE, Table()  # of the item before: the next one's is mostly the same
        failed: Table | None = None  # the failures of that map
        number = quick = 0
        for offset, line, _ in lines(descriptor):
            number += 1
            body = line[9:]
            if line[:8] != b"%08x" % crc32(body):
                self._settle()
                self._pending = number, offset, line
                continue
            if self._pending:
                self._settle()
            if body.startswith(head):
                start = len(head)
                index = int(body[start : body.index(b",", start)])
                table.set(index, packed(offset, len(line)))
                if failed is not None and failed.get(index):
                    failed.set(index, 0)
                quick += 1
                continue
            try:
                if self._take(offset, line):
                    prefix = unquoted(self._prefix)
                    head, table = b'["item",%b,' % self._prefix, places.items[prefix]
            except _NONSENSE:
                self._pending = number, offset, line
            if self._failed:
                failed = places.failures.table(prefix)
        places.records += quick
        if self._pending:
            self._settle(last=True)
        places.notes = self._losses.notes(empty=number == 0)

    def _take(self, offset: int, line: bytes) -> bool:
        """Note a sound line. Tells whether its like can be noted without this: it is an item with its value."""
        places, body, place = self.places, line[9:], packed(offset, len(line))
        if body.startswith(b'["item') and (found := _ITEM.match(body)):
            prefix, index = unquoted(found[2]), int(found[3])
            if found[1] and self._is_gone(body, f"{prefix}[{index}]"):
                return False
            table = places.items.get(prefix)
            if table is None:
                table = places.items[prefix] = Table()
            table.set(index, place)
            if self._failed:
                places.failures.discard(f"{prefix}[{index}]")
            places.records += 1
            self._prefix = found[2]
            return not found[1]
        if found := _OTHER.match(body):
            address = unquoted(found[3])
            if found[2] and self._is_gone(body, address):
                return False
            if found[1] == b"failed":
                self._failed = True
                places.failures.set(address, place)
                places.steps.discard(address)
                self._discard_item(address)
            else:
                places.steps.set(address, place)
                if self._failed:
                    places.failures.discard(address)
        else:
            self._take_mark(offset, *json.loads(body))
        places.records += 1
        return False

    def _take_mark(self, offset: int, kind: str, *values: Any) -> None:
        """Note the beginning or end of what a process wrote. What other kinds there may be is not ours to judge."""
        if kind == "run":
            version, self.places.run_id = values
            if version != VERSION:
                raise JournalError(
                    f"the journal in `{self._folder}` has version {version}, this specc reads {VERSION}: "
                    "go on with the specc that wrote it, or run the spec anew"
                )
            self.places.ended = None
        elif kind == "end":
            self.places.ended = values[0]
        elif kind == "forget":
            self.places.forgotten |= dict.fromkeys(values[0], offset)
        elif kind == "cause":
            self.places.causes[values[0]] = values[1]
        else:
            raise ValueError(kind)

    def _discard_item(self, address: str) -> None:
        prefix, bracket, index = address.rpartition("[")
        table = self.places.items.get(prefix) if bracket else None
        if table and index[:-1].isdigit():
            table.set(int(index[:-1]), 0)

    def _is_gone(self, body: bytes, address: str) -> bool:
        """Whether the file is missing that holds the value."""
        blob = blob_of(body)
        if blob is None or has_blob(self._folder / BLOBS, *blob):
            return False
        self._losses.gone(address)
        return True

    def _settle(self, *, last: bool = False) -> None:
        """Save what can be saved from the line that is not sound."""
        if not self._pending:
            return
        number, offset, line = self._pending
        self._pending = None
        saved = 0
        for start, found in saved_from(line):
            with contextlib.suppress(*_NONSENSE):
                self._take(offset + start, found)
                saved += len(found) + 1
        if saved > len(line) - last:
            return  # only a newline is damaged
        if last and not saved:
            self._losses.cut(line)
        else:
            self._losses.damaged(number, line)
