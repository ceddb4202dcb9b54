"""Character offsets of a text as the positions that editors use, and back."""

from __future__ import annotations

import re
from bisect import bisect_right

from lsprotocol import types

_LINE_END = re.compile(r"\r\n|\n|\r")
"""What ends a line by the protocol's rules."""

_UNITS = {types.PositionEncodingKind.Utf8: "utf-8", types.PositionEncodingKind.Utf16: "utf-16-le"}
_WIDTHS = {"utf-8": 1, "utf-16-le": 2}


class Positions:
    """Where the lines of a text begin, and how its client counts within a line."""

    def __init__(self, text: str, encoding: types.PositionEncodingKind | str | None = None) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        self._encoding = _UNITS.get(types.PositionEncodingKind(encoding or types.PositionEncodingKind.Utf16))
        self._plain = text.isascii() or self._encoding is None

    def position(self, offset: int) -> types.Position:
        """The position of a character offset, which may be the end of the text."""
        offset = max(0, min(offset, len(self._text)))
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        if self._plain:
            return types.Position(line, offset - start)
        return types.Position(line, self._units(self._text[start:offset]))

    def offset(self, position: types.Position) -> int:
        """The character offset of a position; one past the end of a line or of the text is moved to that end."""
        if position.line >= len(self._starts):
            return len(self._text)
        start, end = self._bounds(position.line)
        if self._plain:
            return min(start + position.character, end)
        units = 0
        for at in range(start, end):
            if units >= position.character:
                return at
            units += self._units(self._text[at])
        return end

    def range(self, start: int, end: int) -> types.Range:
        """The range of characters `[start, end)`."""
        return types.Range(self.position(start), self.position(max(start, end)))

    def line(self, number: int) -> tuple[int, int]:
        """The offsets between which the line of this number (from 0) stands, without its end."""
        return self._bounds(max(0, min(number, len(self._starts) - 1)))

    def _bounds(self, line: int) -> tuple[int, int]:
        start = self._starts[line]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
        while end > start and self._text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def _units(self, text: str) -> int:
        if self._encoding is None:
            return len(text)
        return len(text.encode(self._encoding, "surrogatepass")) // _WIDTHS[self._encoding]
