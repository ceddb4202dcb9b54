"""Reads the files of a run directory one line after the other; what is damaged is counted and told, never raised."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

LONGEST_LINE = 8 * 1024 * 1024
"""Bytes. A line beyond that is no record of ours, and is passed over without being held in memory."""


@dataclass(slots=True)
class Damage:
    """What of a file could not be read."""

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
        try:
            found = json.loads((self.path / name).read_bytes())
        except FileNotFoundError:
            self.missing.append(name)
            return {}
        except (OSError, ValueError, RecursionError):
            self.damage[name] = Damage(1, 1)
            return {}
        if not isinstance(found, dict):
            self.damage[name] = Damage(1, 1)
            return {}
        return found

    def journal(self) -> Iterator[list[Any]]:
        """The records whose check sum is right."""
        for number, line, whole in self._lines("journal.jsonl"):
            record = _checked(line) if whole else None
            if record is not None:
                yield record
            else:
                self._count("journal.jsonl", number, torn=not line.endswith(b"\n"))

    def objects(self, name: str) -> Iterator[dict[str, Any]]:
        """The JSON objects of a file with one a line."""
        for number, line, whole in self._lines(name):
            try:
                found = json.loads(line) if whole else None
            except (ValueError, RecursionError):
                found = None
            if isinstance(found, dict):
                yield found
            else:
                self._count(name, number, torn=not line.endswith(b"\n"))

    def _lines(self, name: str) -> Iterator[tuple[int, bytes, bool]]:
        try:
            file = (self.path / name).open("rb")
        except FileNotFoundError:
            self.missing.append(name)
            return
        except OSError:
            self.damage[name] = Damage(1, 1)
            return
        with file:
            number, inside = 0, False
            while line := file.readline(LONGEST_LINE):
                if not inside:
                    number += 1
                    yield number, line, line.endswith(b"\n") or len(line) < LONGEST_LINE
                inside = not line.endswith(b"\n")

    def _count(self, name: str, number: int, *, torn: bool) -> None:
        damage = self.damage.setdefault(name, Damage())
        if torn:
            damage.torn = True
        else:
            damage.add(number)


def _checked(line: bytes) -> list[Any] | None:
    if not line.endswith(b"\n") or line[8:9] != b" ":
        return None
    body = line[9:-1]
    try:
        if zlib.crc32(body) != int(line[:8], 16):
            return None
        record = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, list) and record and isinstance(record[0], str) else None


def number(value: object) -> float:
    """A finite number, or 0."""
    if type(value) is float and value - value == 0:  # the quickest way to tell what is finite
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            found = float(value)
        except OverflowError:
            return 0.0
        return found if math.isfinite(found) else 0.0
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
