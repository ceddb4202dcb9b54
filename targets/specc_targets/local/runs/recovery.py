"""What a run that ended early has already done, read from its journal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any
from zlib import crc32

from specc_targets.local.failures import RunError
from specc_targets.local.runs.errors import JournalError, cannot
from specc_targets.local.runs.journal import JOURNAL, open_to_read
from specc_targets.local.runs.lines import LONGEST_LINE
from specc_targets.local.runs.parsing import Record, read_record, read_value
from specc_targets.local.runs.scanning import Places, scan
from specc_targets.local.runs.tables import Table, enclosing, unpacked

_WINDOW = 32 * 1024
"""Bytes that are read at once for those who read in order."""


class Source:
    """The file that records are read from, one by one."""

    def __init__(self, folder: Path, descriptor: int) -> None:
        self.folder = folder
        self.path = folder / JOURNAL
        self._descriptor = descriptor
        self._window = 0, b""  # what was read last, and from where; one value, for other threads may read too
        self._last = -_WINDOW

    def record(self, place: int) -> Record:
        """The record at a place. Raises `JournalError` when it is not there any more."""
        return read_record(self._body(place), self.folder)

    def value(self, place: int) -> Any:
        """The kept value of the record at a place. Raises `JournalError`, also when the value is damaged."""
        return read_value(self._body(place), self.folder)

    def _body(self, place: int) -> bytes:
        offset, length = unpacked(place)
        length = length or LONGEST_LINE
        start, window = self._window
        if not (start <= offset and offset + length <= start + len(window)):
            size = _WINDOW if abs(offset - self._last) < _WINDOW else 0  # those who read in order will want more
            try:
                start, window = offset, os.pread(self._descriptor, max(length, size), offset)
            except OSError as error:
                raise JournalError(cannot("read the journal", self.path, error)) from error
            if size:
                self._window = start, window
        self._last = offset
        line = window[offset - start : offset - start + length]
        if length == LONGEST_LINE:
            line = line.partition(b"\n")[0]
        if line[:8] != b"%08x" % crc32(line[9:]):
            raise JournalError(f"the journal `{self.path}` was changed while it was read; resume the run again")
        return line[9:]

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


_ALL = 1 << 62
"""Beyond every offset."""


def _holds(place: int, floor: int) -> bool:
    """Whether there is a record, and after the last that made earlier ones void."""
    return place != 0 and (floor < 0 or unpacked(place)[0] > floor)


class ItemTable:
    """The results of a map that are there already."""

    __slots__ = ("_floor", "_source", "_table")

    def __init__(self, table: Table, source: Source, floor: int) -> None:
        self._table = table
        self._source = source
        self._floor = floor

    def __contains__(self, index: int) -> bool:
        return _holds(self._table.get(index), self._floor)

    def __len__(self) -> int:
        return sum(1 for _ in self.indices()) if self._floor >= 0 else self._table.count

    def load(self, index: int) -> Any:
        """The kept value of an item. Raises `KeyError` when it is not there, and `JournalError`."""
        place = self._table.get(index)
        if not _holds(place, self._floor):
            raise KeyError(index)
        return self._source.value(place)

    def record(self, index: int) -> Record | None:
        """The record of an item with its kept value; None when it is not there. Raises `JournalError`."""
        place = self._table.get(index)
        return self._source.record(place) if _holds(place, self._floor) else None

    def indices(self) -> Iterator[int]:
        """The items that are there, ascending."""
        return iter(self._table) if self._floor < 0 else (index for index in self._table if index in self)


class Recovered:
    """What a journal holds. Values are read when they are asked for; `close` when nothing more is."""

    def __init__(self, places: Places, source: Source) -> None:
        self.notes = places.notes
        """What was lost, for the user."""
        self.ended = places.ended
        """The status with which the run ended; None when it was killed, or was resumed since and killed then."""
        self.run_id = places.run_id
        """The run that the journal says it is of."""
        self.records = places.records
        """How many records there are."""
        self._items = places.items
        self._steps = places.steps
        self._failures = places.failures
        self._forgotten = places.forgotten
        self._causes = places.causes
        self._source = source

    @classmethod
    def read(cls, folder: Path) -> Recovered:
        """Read the journal in the folder of a run. One that is missing or empty holds nothing, and a note says so.

        Damaged lines are left out. Raises `JournalError` when it cannot be read or was written by a later version.
        """
        path = folder / JOURNAL
        descriptor = open_to_read(path)
        try:
            return cls(scan(descriptor, folder), Source(folder, descriptor))
        except OSError as error:
            raise JournalError(cannot("read the journal", path, error)) from error
        except BaseException:
            os.close(descriptor)
            raise

    def step(self, address: str) -> tuple[Any] | None:
        """The kept value of a call in a tuple of its own, which is SKIPPED for a skipped step; None: it is to be run.

        Raises `JournalError`.
        """
        place = self._steps.get(address)
        return (self._source.value(place),) if _holds(place, self._floor(address)) else None

    def record(self, address: str) -> Record | None:
        """The record of a call that has a result, was skipped or failed; None when it is to be run.

        Raises `JournalError`.
        """
        floor = self._floor(address)
        for places in (self._steps, self._failures):
            place = places.get(address)
            if _holds(place, floor):
                return self._source.record(place)
        return None

    def items(self, prefix: str) -> ItemTable | None:
        """The results of the map at `prefix` that are there; None when there are none."""
        table = self._items.get(prefix)
        return ItemTable(table, self._source, self._floor(prefix)) if table and table.count else None

    def holds_below(self, address: str) -> bool:
        """Whether there is a result of anything in the map or loop at an address."""
        starts = f"{address}[", f"{address}{{"
        maps = (table for prefix in self._items if prefix == address or prefix.startswith(starts)
                if (table := self.items(prefix)) is not None)  # fmt: skip
        floor = self._floor(address)
        return any(len(table) for table in maps) or any(_holds(place, floor) for place in self._steps.below(starts))

    def failure(self, address: str) -> tuple[tuple[str, ...], RunError] | None:
        """How a call failed, with all names of its error; None when it did not, or was run again since."""
        place = self._failures.get(address)
        if not _holds(place, self._floor(address)):
            return None
        record = self._source.record(place)
        assert record.error is not None
        return record.names, record.error

    def failed_items(self, prefix: str) -> Iterator[int]:
        """The items of the map at `prefix` that failed, ascending."""
        table, floor = self._failures.table(prefix), self._floor(prefix)
        return (index for index in table or () if table and _holds(table.get(index), floor))

    def cause(self, address: str) -> str | None:
        """Why what is known below an address happened; None when nobody said."""
        return self._causes.get(address)

    def forget(self, address: str) -> None:
        """What is known at or below an address holds no longer."""
        self._forgotten[address] = _ALL
        self._causes.pop(address, None)

    def _floor(self, address: str) -> int:
        """The offset up to which no record of an address holds; -1 when all do."""
        if not self._forgotten:
            return -1
        return max(self._forgotten.get(item, -1) for item in enclosing(address))

    def close(self) -> None:
        """Close the journal."""
        self._source.close()

    def __enter__(self) -> Recovered:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
