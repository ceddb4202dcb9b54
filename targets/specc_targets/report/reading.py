"""Reads the files of a run directory one line after the other; what is damaged is counted and told, never raised."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from specc_targets.local.runs.errors import JournalError
from specc_targets.local.runs.journal import open_to_read
from specc_targets.local.runs.lines import lines, saved_from
from specc_targets.local.runs.records import is_sound


@dataclass(slots=True)
class Damage:
    """What of a file could not be read."""

    unreadable: bool = False
    """Nothing of it could be read."""
    lines: int = 0
    first: int = 0
    """The number of the first damaged line, from 1."""
    torn: bool = False
    """The last record ends in its middle: the process was killed while it wrote."""

    def add(self, number: int) -> None:
        """Count a damaged line."""
        self.lines += 1
        self.first = self.first or number


@dataclass(slots=True)
class Reader:
    """The files of one run directory. `damage` says what was left out, by file name."""

    path: Path
    damage: dict[str, Damage] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def document(self, name: str) -> dict[str, Any]:
        """A JSON object, or an empty one when there is none that can be read."""
        path = self.path / name
        if not path.exists():
            self.missing.append(name)
            return {}
        try:
            found = _parsed(path.read_bytes()) if path.is_file() else None
        except OSError:
            found = None
        if not isinstance(found, dict):
            self.damage[name] = Damage(unreadable=True)
            return {}
        return found

    def journal(self) -> Iterator[list[Any]]:
        """The records whose check sum is right."""
        for number, line, ended in self._lines("journal.jsonl"):
            record = _record(line[9:]) if is_sound(line) else None
            if record is not None:
                yield record
                continue
            self._count("journal.jsonl", number, torn=not ended)
            saved = (_record(part[9:]) for _, part in saved_from(line))
            yield from (record for record in saved if record is not None)

    def objects(self, name: str) -> Iterator[dict[str, Any]]:
        """The JSON objects of a file with one a line."""
        for number, line, ended in self._lines(name):
            found = _parsed(line)
            if isinstance(found, dict):
                yield found
            else:
                self._count(name, number, torn=not ended)

    def _lines(self, name: str) -> Iterator[tuple[int, bytes, bool]]:
        """Number and content of each line, and whether it has an end."""
        path = self.path / name
        if not path.exists():
            self.missing.append(name)
            return
        try:
            descriptor = open_to_read(path)
        except JournalError:
            self.damage[name] = Damage(unreadable=True)
            return
        try:
            for number, (_, line, ended) in enumerate(lines(descriptor), 1):
                yield number, line, ended
        except OSError:
            self.damage.setdefault(name, Damage()).add(0)
        finally:
            os.close(descriptor)

    def _count(self, name: str, number: int, *, torn: bool) -> None:
        damage = self.damage.setdefault(name, Damage())
        if torn:
            damage.torn = True
        else:
            damage.add(number)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _record(body: bytes) -> list[Any] | None:
    found = _parsed(body)
    return found if isinstance(found, list) and found and isinstance(found[0], str) else None


_MOST = 1e15
"""Beyond any time, duration or size that a run can have."""


def number(value: object) -> float:
    """A number that can be a time, a duration or a size; of anything else, 0."""
    if type(value) is float:
        return value if -_MOST < value < _MOST else 0.0
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value) if -_MOST < value < _MOST else 0.0
    return 0.0


def moment(written: object) -> float:
    """Seconds since the epoch of a time in ISO 8601 (or of a number, as it is); 0 when it is none."""
    if not isinstance(written, str):
        return number(written)
    try:
        return datetime.fromisoformat(written).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def text(value: object, limit: int = 4096) -> str:
    """A text of at most `limit` letters; of anything else, nothing."""
    return clipped(value, limit) if isinstance(value, str) else ""


def clipped(value: str, limit: int) -> str:
    """The text, or its beginning with how much was left out."""
    if len(value) <= limit:
        return value
    return f"{value[:limit]}… ({len(value) - limit:,} more characters)"
