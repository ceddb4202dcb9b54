"""Where the keys and the texts of a document are written, to the character."""

from __future__ import annotations

import re
from typing import NamedTuple

from specc.source.document import Document
from specc.source.side_table import Characters, Path

_QUOTES = ('"', "'")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
"""Anchor and tag before a YAML scalar."""
_MAX_LINKS = 100


class Written(NamedTuple):
    """Characters `[start, end)` of a file that are a name, or a part of one."""

    start: int
    end: int
    plain: bool = False
    """Whether they are a whole YAML scalar without quotes."""


class Text:
    """A string of a document and where its characters come from."""

    def __init__(self, start: int, characters: Characters | None, *, plain: bool) -> None:
        self._start = start
        self._characters = characters
        self._plain = plain

    def part(self, start: int, end: int, *, whole: bool = False) -> Written | None:
        """Where characters `[start, end)` of the string stand."""
        found = self.offsets(start, end)
        return Written(*found, self._plain and whole) if found is not None else None

    def offsets(self, start: int, end: int) -> tuple[int, int] | None:
        """The same as offsets in the file."""
        if self._characters is None:
            return self._start + start, self._start + end
        if not start < end <= len(self._characters):
            return None
        return self._characters[start][0], self._characters[end - 1][1]


class Writing:
    """Finds keys and strings of one document."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._table = document.table
        self._yaml = document.format == "yaml"

    def keys(self, path: Path) -> list[Text]:
        """Every spot where the last key of `path` is written; none where YAML writes it as an alias."""
        found = self._resolve(path)
        if found is None:
            return []
        extent = self._table.extents[found]
        spans = [extent[:2], *self._table.repeated.get(found, ())]
        return [text for start, end in spans if (text := self._literal(start, end, str(path[-1]))) is not None]

    def text(self, path: Path, value: str) -> Text | None:
        """The string at `path`; None where YAML writes it as an alias, so that it stands elsewhere, too."""
        found = self._resolve(path)
        if found is None or found in self._table.links:
            return None
        start, end = self._table.extents[found][2:]
        return self._literal(start, end, value)

    def _resolve(self, path: Path) -> Path | None:
        """The path under which the side table knows `path`: that of the anchor, below an alias."""
        for _ in range(_MAX_LINKS):
            if path in self._table.extents:
                return path
            for length in range(len(path) - 1, 0, -1):
                target = self._table.links.get(path[:length])
                if target is not None:
                    path = target + path[length:]
                    break
            else:
                return None
        return None

    def _literal(self, start: int, end: int, value: str) -> Text | None:
        text = self._text
        if self._yaml and text[start : start + 1] in ("&", "!"):
            found = _PROPERTIES.match(text, start, end)
            start = found.end() if found else start
        first = text[start : start + 1]
        if end - start == len(value) and text.startswith(value, start):
            return Text(start, None, plain=self._yaml)
        if first in _QUOTES and end - start == len(value) + 2 and text.startswith(value, start + 1):
            return Text(start + 1, None, plain=False)
        assert self._table.characters is not None
        characters = self._table.characters(start, end, value)
        if len(characters) != len(value):
            return None
        plain = self._yaml and first not in (*_QUOTES, "|", ">")
        return Text(start, characters, plain=plain)
