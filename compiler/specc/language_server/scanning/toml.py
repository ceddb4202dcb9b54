"""What stands at an offset of a TOML text."""

from __future__ import annotations

import re

from specc.language_server.scanning import brackets
from specc.language_server.scanning.brackets import Outside
from specc.language_server.scanning.spot import Spot, none
from specc.language_server.scanning.strings import decoded, literal_at
from specc.source.side_table import Path

_TEXT = r"\"(?!\"\")[^\"\\\n]*+\"|'(?!'')[^'\n]*+'"


def _inline(depth: int) -> str:
    """The pattern of brackets that close on their line, nested no deeper than this."""
    inner = f"|{_inline(depth - 1)}" if depth else ""
    content = rf"(?:[^{{}}\[\]\"'#\n]++|{_TEXT}{inner})*+"
    return rf"\{{{content}\}}|\[{content}\]"


_SIMPLE = re.compile(
    rf"(?:(?:\[[\w.-]++\]|[ \t]*+[\w.-]++[ \t]*+=[ \t]*+(?:{_TEXT}|{_inline(2)}|[^\s\"'\[{{#][^\n\"'\[{{#]*+)?)?"
    r"[ \t]*+(?:#[^\n]*+)?\n)++"
)
"""Many statements that need no second look."""
_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*+")
_BARE = re.compile(r"[\w-]++")
_WORD = re.compile(r"[^\s#,\]}\"']++")


def spot_in_toml(text: str, offset: int) -> Spot:
    """What stands at `offset`, whether the text parses or not."""
    return _Scan(text, offset).run()


class _Scan:
    def __init__(self, text: str, offset: int) -> None:
        self.text, self.offset = text, offset
        self.table: Path = ()
        self.counts: dict[Path, int] = {}

    def run(self) -> Spot:
        text, offset = self.text, self.offset
        line = text.rfind("\n", 0, offset) + 1
        position = 0
        while True:
            simple = _SIMPLE.match(text, position, line)
            position = self._blank(self._passed(position, simple.end()) if simple is not None else position)
            if position >= offset and not self._begins_at_offset(position):
                return self._between()
            if position >= len(text):
                return self._between()
            found = self._header(position) if text[position] == "[" else self._pair(position)
            if isinstance(found, Spot):
                return found
            position = self._line_end(found)
            if found <= offset <= position:
                return none(self.table, offset)

    def _passed(self, start: int, end: int) -> int:
        """Go on after simple statements, of which only the last header matters."""
        line_end = self.text.rfind("\n[", start, end)
        last = line_end + 1 if line_end >= 0 else start
        if self.text[last] == "[":
            name = self.text[last + 1 : self.text.index("]", last)]
            path = self._through(name.split("."))
            self.table = (*path, self.counts[path]) if path in self.counts else path
        return end

    def _begins_at_offset(self, position: int) -> bool:
        return position == self.offset and position < len(self.text) and self.text[position] not in "\"'["

    def _between(self) -> Spot:
        """What may be typed where nothing is yet, or in a comment."""
        start = self.text.rfind("\n", 0, self.offset) + 1
        if self.text[start : self.offset].strip():
            return none(self.table, self.offset)
        return Spot("key", self.table, self.offset, self.offset)

    def _blank(self, position: int) -> int:
        found = _BLANK.match(self.text, position)
        return found.end() if found else position

    def _space(self, position: int) -> int:
        found = _SPACE.match(self.text, position)
        return found.end() if found else position

    def _line_end(self, position: int) -> int:
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end

    def _header(self, start: int) -> Spot | int:
        array = self.text.startswith("[[", start)
        width = 2 if array else 1
        if start < self.offset < start + width:
            return none((), self.offset)
        parts, position, spot = self._parts(start + width, through_lists=True)
        if spot is not None:
            word, first, end = spot
            line_end = self._line_end(end)
            separated = "]" in self.text[end:line_end] or self.text.startswith(".", end)
            return Spot("header", word, first, end, *self._quotes(first, end), separated=separated, array=array)
        path = self._through(parts)
        if array and parts:
            index = self.counts.get(path, -1) + 1
            self.counts[path] = index
            self.table = (*path, index)
        else:
            self.table = (*path, self.counts[path]) if path in self.counts else path
        return position

    def _through(self, parts: list[str]) -> Path:
        """The path of a header's name: an array on the way means its last table."""
        if not self.counts:
            return tuple(parts)
        path: Path = ()
        for number, name in enumerate(parts):
            path = (*path, name)
            if path in self.counts and number + 1 < len(parts):
                path = (*path, self.counts[path])
        return path

    def _parts(
        self, position: int, *, through_lists: bool = False
    ) -> tuple[list[str], int, tuple[Path, int, int] | None]:
        """The parts of a dotted key and where it ends; or the part at the offset: where it belongs, and its place."""
        parts: list[str] = []
        text, offset = self.text, self.offset
        while True:
            position = self._space(position)
            start = position
            if text[position : position + 1] in ('"', "'") and position < len(text):
                literal = literal_at(text, position, long=False)
                position = literal.end
                inside = start < offset < position or (not literal.closed and offset == position)
                name = decoded(text[start + 1 : position - literal.closed], literal.quote)
            else:
                bare = _BARE.match(text, position)
                position = bare.end() if bare else position
                inside = start <= offset <= position
                name = bare[0] if bare else ""
            if inside or (not name and start <= offset <= self._space(start)):
                base = self._through([*parts, ""])[:-1] if through_lists else tuple(parts)
                return parts, position, (base, start, position)
            if name:
                parts.append(name)
            after = self._space(position)
            if not text.startswith(".", after):
                return parts, position, None
            position = after + 1

    def _quotes(self, start: int, end: int) -> tuple[str, bool]:
        """The quotation mark of a key, and whether it closes."""
        quote = self.text[start : start + 1]
        if quote not in ('"', "'") or start == end:
            return "", True
        return quote, end - start > 1 and self.text[end - 1] == quote

    def _pair(self, start: int) -> Spot | int:
        text, offset = self.text, self.offset
        parts, position, spot = self._parts(start)
        if spot is not None:
            path, first, end = spot
            after = self._space(end)
            separated = text[after : after + 1] in ("=", ".") and after < len(text)
            return Spot("key", (*self.table, *path), first, end, *self._quotes(first, end), separated=separated)
        equals = self._space(position)
        if not text.startswith("=", equals):
            return position
        path = (*self.table, *parts)
        value = self._space(equals + 1)
        if equals < offset <= value and (value >= len(text) or text[value] in "\r\n#" or offset < value):
            return Spot("value", path, offset, offset)
        if value >= len(text) or text[value] in "\r\n#":
            return value
        if text[value] in "[{":
            if offset == value:
                return none(path, offset)
            found = brackets.scan(text, value, offset, path, brackets.TOML)
            return found.end if isinstance(found, Outside) else found
        if text[value] in "\"'":
            return self._string(value, path)
        word = _WORD.match(text, value)
        end = word.end() if word else value
        if value <= offset <= end:
            return Spot("value", path, value, end)
        return end

    def _string(self, start: int, path: Path) -> Spot | int:
        found = literal_at(self.text, start, long=True)
        if start < self.offset < found.end or (not found.closed and start < self.offset <= found.end):
            return Spot("value", path, start, found.end, found.quote, found.closed)
        return found.end
