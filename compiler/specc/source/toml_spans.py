"""Finds where everything stands in a TOML text.

Made for valid text, which `tomllib` has read already; on invalid text it goes as far as it understands and then stops,
which is what explaining a syntax error needs.
"""

from __future__ import annotations

import re

from specc.source.limits import MAX_DEPTH
from specc.source.side_table import Path, SideTable
from specc.source.toml_strings import characters, decode_key

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*+")
_BARE = re.compile(r"[A-Za-z0-9_-]++")
STRING = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}'
    r"|'''(?:[^']++|'(?!''))*+'{3,5}"
    r'|"(?!"")(?:[^"\\\n]++|\\[^\n])*+"'
    r"|'(?!'')[^'\n]*+'",
    re.DOTALL,
)
SCALAR = re.compile(r"\d{4}-\d\d-\d\d [^\s,\]}#]++|[^\s,\]}#\"'\[{=]++")


class Stop(Exception):  # noqa: N818 - not an error: the text is not understood any further
    """The scanner does not understand what follows."""


class TomlScanner:
    """One run over a text. The state it stops in tells what was being read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.table = SideTable(characters=lambda start, end, _: characters(text, start, end))
        self.open: list[int] = []
        """Offsets of brackets that are not closed yet."""
        self.key: tuple[Path, int, int] = ((), 0, 0)
        """The last key or header: its path, and where it is written."""
        self.statement = 0
        """Where the last statement begins."""
        self.earlier: tuple[int, int] | None = None
        """Where the last key or header had been given before, if it had."""
        self._header: Path = ()
        self._counts: dict[Path, int] = {}

    def run(self) -> TomlScanner:
        """Scan until the end or until something is not understood."""
        position, size = 0, len(self.text)
        try:
            while True:
                position = self._skip(_BLANK, position)
                if position >= size:
                    break
                self.statement = position
                self.earlier = None
                position = self._table(position) if self.text[position] == "[" else self._pair(position, self._header)
        except (Stop, RecursionError):
            pass
        return self

    def _skip(self, pattern: re.Pattern[str], position: int) -> int:
        found = pattern.match(self.text, position)
        return found.end() if found else position

    def _table(self, start: int) -> int:
        array = self.text.startswith("[[", start)
        width = 2 if array else 1
        parts, position = self._parts(start + width)
        if not self.text.startswith("]" * width, position):
            raise Stop
        end = position + width
        path = self._declare(parts[:-1], (), through_lists=True)
        name, key_start, key_end = parts[-1]
        path = (*path, name)
        before = self.table.extents.get(path)
        self.key = (path, parts[0][1], key_end)
        if before is not None and path not in self._counts:
            self.earlier = (before[2], before[3])
        if before is None or (path in self.table.headers and path not in self._counts and not array):
            if before is not None:
                self._repeat(path, before[0], before[1])
            self.table.extents[path] = (key_start, key_end, start, end)
        else:
            self._repeat(path, key_start, key_end)
        self.table.headers.add(path)
        if array:
            index = self._counts.get(path, -1) + 1
            self._counts[path] = index
            path = (*path, index)
            self.table.extents[path] = (start, end, start, end)
            self.table.headers.add(path)
        self._header = path
        return end

    def _pair(self, start: int, base: Path) -> int:
        parts, position = self._parts(start)
        name, key_start, key_end = parts[-1]
        path = (*self._declare(parts[:-1], base, through_lists=False), name)
        self.key = (path, parts[0][1], key_end)
        before = self.table.extents.get(path)
        self.earlier = (before[0], before[1]) if before is not None else None
        if not self.text.startswith("=", position):
            raise Stop
        position = self._skip(_SPACE, position + 1)
        if before is not None:
            self._repeat(path, key_start, key_end)
            return self._value(position, (*path, "\0again"), key_start, key_end)
        return self._value(position, path, key_start, key_end)

    def _parts(self, position: int) -> tuple[list[tuple[str, int, int]], int]:
        """The parts of a dotted key with their places, and the offset after them and any blanks."""
        parts: list[tuple[str, int, int]] = []
        while True:
            position = self._skip(_SPACE, position)
            found = _BARE.match(self.text, position)
            if found:
                parts.append((found[0], position, found.end()))
            else:
                found = STRING.match(self.text, position)
                if not found:
                    raise Stop
                parts.append((decode_key(found[0]), position, found.end()))
            position = self._skip(_SPACE, found.end())
            if not self.text.startswith(".", position):
                return parts, position
            position += 1

    def _declare(self, parts: list[tuple[str, int, int]], base: Path, *, through_lists: bool) -> Path:
        """Record the tables that a dotted name goes through; in headers a list means its last item."""
        path = base
        for name, start, end in parts:
            path = (*path, name)
            if path in self.table.extents:
                self._repeat(path, start, end)
            else:
                self.table.extents[path] = (start, end, start, end)
                self.table.headers.add(path)
            if through_lists and path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _repeat(self, path: Path, start: int, end: int) -> None:
        self.table.repeated.setdefault(path, []).append((start, end))

    def _value(self, start: int, path: Path, key_start: int, key_end: int) -> int:
        char = self.text[start : start + 1]
        if char in ("[", "{") and len(self.open) <= MAX_DEPTH:
            self.table.extents[path] = (key_start, key_end, start, start + 1)
            self.open.append(start)
            end = self._array(start, path) if char == "[" else self._inline(start, path)
            self.open.pop()
        else:
            found = (STRING if char in ('"', "'") else SCALAR).match(self.text, start)
            if not found:
                raise Stop
            end = found.end()
        self.table.extents[path] = (key_start, key_end, start, end)
        return end

    def _array(self, start: int, path: Path) -> int:
        position, index = start + 1, 0
        while True:
            position = self._skip(_BLANK, position)
            if self.text.startswith("]", position):
                return position + 1
            item = (*path, index)
            end = self._value(position, item, position, position)
            self.table.extents[item] = (position, end, position, end)
            index += 1
            position = self._skip(_BLANK, end)
            if self.text.startswith(",", position):
                position += 1
            elif not self.text.startswith("]", position):
                raise Stop

    def _inline(self, start: int, path: Path) -> int:
        position, outer = start + 1, (self.key, self.earlier)
        while True:
            position = self._skip(_BLANK, position)
            if self.text.startswith("}", position):
                self.key, self.earlier = outer
                return position + 1
            position = self._skip(_BLANK, self._pair(position, path))
            if self.text.startswith(",", position):
                position += 1
            elif not self.text.startswith("}", position):
                raise Stop


def scan_toml(text: str) -> SideTable:
    """The extents of a TOML text."""
    return TomlScanner(text).run().table
