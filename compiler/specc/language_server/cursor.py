"""What stands at an offset of a spec's text, also where that does not parse: what completion and hovers begin with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from specc.language_server.scanning import brackets
from specc.language_server.scanning.spot import Kind, Spot, none
from specc.language_server.scanning.strings import decoded
from specc.language_server.symbols.words import holes
from specc.source.formats import Format
from specc.source.side_table import Path

_WORD = re.compile(r"\w*")


@dataclass(frozen=True)
class Cursor:
    """A place in a text where something is, or may be, typed."""

    text: str
    offset: int
    format: Format
    spot: Spot

    @property
    def kind(self) -> Kind:
        """Whether it is in a key, a TOML header, a value, or none of these."""
        return self.spot.kind

    @property
    def path(self) -> Path:
        """Of the table, for a key; of the value itself, for a value."""
        return self.spot.path

    @property
    def content_start(self) -> int:
        """Where the word begins, after its quotes."""
        return self.spot.start + (len(self.spot.quote) if self.spot.quote not in ("|", ">") else 0)

    @property
    def content_end(self) -> int:
        """Where the word ends, before its quotes."""
        quoted = self.spot.closed and self.spot.quote not in ("", "|", ">")
        return max(self.content_start, self.spot.end - (len(self.spot.quote) if quoted else 0))

    @cached_property
    def typed(self) -> str:
        """What is typed of the word, up to the cursor: of a string what it says, not how that is written."""
        return self._decoded(self.content_start, self.offset)

    @cached_property
    def whole(self) -> str:
        """The whole word, also what stands after the cursor."""
        return self._decoded(self.content_start, self.content_end)

    def _decoded(self, start: int, end: int) -> str:
        source = self.text[start : max(start, end)]
        if self.spot.quote in ("", "|", ">"):
            return source
        if self.spot.quote == "'" and self.format == "yaml":
            return source.replace("''", "'")
        return decoded(source, self.spot.quote) if self.spot.quote[0] == '"' else source

    @property
    def in_string(self) -> bool:
        """Whether the cursor is inside of a value's quotes, or in a text that YAML writes without any."""
        return self.kind == "value" and bool(self.spot.quote or (self.format == "yaml" and self.typed))

    @cached_property
    def expression(self) -> str | None:
        """The expression up to the cursor, when that is inside of `${...}`."""
        start = open_hole(self.typed) if self.kind == "value" else None
        return None if start is None else self.typed[start:]

    @cached_property
    def hole_closed(self) -> bool:
        """Whether the expression at the cursor is ended by a brace."""
        rest = self._decoded(self.offset, self.content_end)
        return open_hole(self.typed + rest) is None

    @property
    def word(self) -> tuple[int, int]:
        """The name at the cursor, inside of an expression."""
        start = self.offset
        while start > self.content_start and (self.text[start - 1].isalnum() or self.text[start - 1] == "_"):
            start -= 1
        found = _WORD.match(self.text, self.offset, max(self.offset, self.content_end))
        return start, found.end() if found else self.offset


def cursor_at(text: str, format: Format, offset: int) -> Cursor:
    """What stands at an offset. Never fails, whatever the text is."""
    offset = max(0, min(offset, len(text)))
    return Cursor(text, offset, format, _spot(text, format, offset))


def _spot(text: str, format: Format, offset: int) -> Spot:
    if format == "toml":
        from specc.language_server.scanning.toml import spot_in_toml

        return spot_in_toml(text, offset)
    if format == "yaml":
        from specc.language_server.scanning.yaml import spot_in_yaml

        return spot_in_yaml(text, offset)
    start = text.find("{")
    if start < 0 or offset <= start:
        return none((), offset)
    found = brackets.scan(text, start, offset, (), brackets.JSON)
    return none((), offset) if isinstance(found, brackets.Outside) else found


def open_hole(text: str) -> int | None:
    """Where the expression begins that a text breaks off in; None when it does not break off in one."""
    return next((hole.start for hole in holes(text) if not hole.closed), None)
