"""Finds where everything stands in a JSON text.

Made for valid text; on invalid text it goes as far as it understands, for explaining what is wrong.
"""

from __future__ import annotations

import re
from contextlib import suppress

from specc.source.limits import MAX_DEPTH
from specc.source.side_table import Characters, Path, SideTable

_BLANK = re.compile(r"[ \t\r\n]*+")
STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(r"[^\s,\]}\"\[{:]++")
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


class Stop(Exception):  # noqa: N818 - not an error: the text is not understood any further
    """The scanner does not understand what follows."""


class JsonScanner:
    """One run over a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.table = SideTable(characters=lambda start, end, _: characters(text, start, end))
        self.open: list[int] = []
        """Offsets of brackets that are not closed yet."""
        self.duplicate: tuple[str, tuple[int, int], tuple[int, int]] | None = None
        """The first key that an object gives twice, and both its places."""

    def run(self) -> JsonScanner:
        """Scan until the end or until something is not understood."""
        with suppress(Stop):
            self._value(self._skip(0), (), 0, 0)
        self.table.extents[()] = (0, 0, 0, 0)
        return self

    def _skip(self, position: int) -> int:
        found = _BLANK.match(self.text, position)
        return found.end() if found else position

    def _value(self, start: int, path: Path, key_start: int, key_end: int) -> int:
        char = self.text[start : start + 1]
        if char in ("[", "{") and len(self.open) <= MAX_DEPTH:
            self.table.extents[path] = (key_start, key_end, start, start + 1)
            self.open.append(start)
            end = self._list(start, path) if char == "[" else self._object(start, path)
            self.open.pop()
        else:
            found = (STRING if char == '"' else _SCALAR).match(self.text, start)
            if not found:
                raise Stop
            end = found.end()
        if key_start == key_end:
            key_start, key_end = start, end
        self.table.extents[path] = (key_start, key_end, start, end)
        return end

    def _list(self, start: int, path: Path) -> int:
        position, index = self._skip(start + 1), 0
        if self.text.startswith("]", position):
            return position + 1
        while True:
            position = self._skip(self._value(position, (*path, index), 0, 0))
            if self.text.startswith("]", position):
                return position + 1
            if not self.text.startswith(",", position):
                raise Stop
            position, index = self._skip(position + 1), index + 1

    def _object(self, start: int, path: Path) -> int:
        position = self._skip(start + 1)
        if self.text.startswith("}", position):
            return position + 1
        while True:
            found = STRING.match(self.text, position)
            if not found:
                raise Stop
            name = decode(found[0])
            inner = (*path, name)
            before = self.table.extents.get(inner)
            if before is not None and self.duplicate is None:
                self.duplicate = (name, (before[0], before[1]), found.span())
            position = self._skip(found.end())
            if not self.text.startswith(":", position):
                raise Stop
            position = self._skip(self._value(self._skip(position + 1), inner, *found.span()))
            if self.text.startswith("}", position):
                return position + 1
            if not self.text.startswith(",", position):
                raise Stop
            position = self._skip(position + 1)


def scan_json(text: str) -> SideTable:
    """The extents of a JSON text."""
    return JsonScanner(text).run().table


def decode(literal: str) -> str:
    """The text that a string literal stands for."""
    return literal[1:-1] if "\\" not in literal else "".join(c for _, _, c in _decoded(literal, 0, len(literal)))


def characters(text: str, start: int, end: int) -> Characters:
    """Where the characters of the string literal at `[start, end)` come from; empty when there is none."""
    return [(first, last) for first, last, _ in _decoded(text, start, end)]


def _decoded(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    if text[start : start + 1] != '"':
        return []
    found: list[tuple[int, int, str]] = []
    position = start + 1
    while position < end - 1:
        char, after = text[position], position + 1
        if char == "\\":
            char, after = _escape(text, position)
        found.append((position, after, char))
        position = after
    return found


def _escape(text: str, position: int) -> tuple[str, int]:
    kind = text[position + 1 : position + 2]
    if kind != "u":
        return _SIMPLE.get(kind, kind), position + 2
    first = _unit(text, position)
    second = _unit(text, position + 6) if 0xD800 <= first < 0xDC00 and text.startswith("\\u", position + 6) else 0
    if 0xDC00 <= second < 0xE000:
        return chr(0x10000 + (first - 0xD800) * 0x400 + second - 0xDC00), position + 12
    return chr(first), position + 6


def _unit(text: str, position: int) -> int:
    try:
        return int(text[position + 2 : position + 6], 16)
    except ValueError:
        return 0xFFFD
