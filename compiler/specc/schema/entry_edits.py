"""Edits that add a key to the top of a spec, or take one out. Whatever stands around stays, comments included."""

from __future__ import annotations

import re

from specc.diagnostics import Edit
from specc.source.document import Document, lookup
from specc.source.side_table import Path
from specc.source.writing import written_key

_FIRST_WORD = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_DIRECTIVES = re.compile(r"(?:#[:!][^\n]*\n)*")
_NOTHING = re.compile(r"\s*:[ \t]*(?:null|Null|NULL|~)?")


def at_the_top(document: Document, key: str, value: str) -> Edit | None:
    """Add a key before all others; a comment that the file begins with stays first."""
    line_end, written = _line_end(document), written_key(key, document.format)
    if document.format == "toml":
        at = _end(_FIRST_WORD, document.text)
        if document.text[at : at + 1] != "[":
            return _insert(document, at, f"{written} = {value}{line_end}")
        return _insert(document, _end(_DIRECTIVES, document.text), f"{written} = {value}{line_end}{line_end}")
    extent = document.table.extents.get((next(iter(document.value), ""),))
    if extent is None:
        return None
    start = extent[0]
    before = _before(document, start)
    if document.format == "json" or before.endswith("{"):
        blanks = document.text[len(before) : start] or " "
        return _insert(document, start, f"{written}: {value},{blanks}")
    column = start - (document.text.rfind("\n", 0, start) + 1)
    return _insert(document, start, f"{written}: {value}{line_end}{' ' * column}")


def below(document: Document, other: str, key: str, value: str) -> Edit | None:
    """Add a key behind another one of the top, which has a simple value."""
    extent = document.table.extents.get((other,))
    if extent is None or not document.has((other,)):
        return None
    start, _, _, end = extent
    written = written_key(key, document.format)
    before = _before(document, start)
    if document.format == "json" or before.endswith(("{", ",")):
        blanks = document.text[len(before) : start] or " "
        return _insert(document, end, f",{blanks}{written}: {value}")
    found = document.text.find("\n", end)
    end = found if found >= 0 else len(document.text)
    end -= document.text[:end].endswith("\r")
    column = start - (document.text.rfind("\n", 0, start) + 1)
    sign = " = " if document.format == "toml" else ": "
    return _insert(document, end, f"{_line_end(document)}{' ' * column}{written}{sign}{value}")


def without(document: Document, path: Path) -> Edit | None:
    """Take a key out that is null. None where that would leave its table empty, or where it is no plain key."""
    parent = lookup(document.value, path[:-1])[1]
    extent = document.table.extents.get(path)
    if extent is None or not isinstance(parent, dict) or len(parent) < 2:
        return None
    text, (start, key_end, _, _) = document.text, extent
    nothing = _NOTHING.match(text, key_end)
    if nothing is None or nothing.end() < extent[3]:
        return None
    end = nothing.end()
    behind = re.compile(r"\s*,[ \t]*(?:\r?\n[ \t]*)?").match(text, end)
    before = _before(document, start)
    if behind:
        return _cut(document, start, behind.end())
    if before.endswith(","):
        return _cut(document, len(before) - 1, end)
    line_start = text.rfind("\n", 0, start) + 1
    rest = re.compile(r"[ \t]*(?:\r?\n|$)").match(text, end)
    if rest is not None and not text[line_start:start].strip():
        return _cut(document, line_start, rest.end())
    return None if before.endswith("{") else _cut(document, start, end)


def _before(document: Document, offset: int) -> str:
    """The text up to an offset, without blanks at its end."""
    return document.text[:offset].rstrip()


def _end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0


def _line_end(document: Document) -> str:
    return "\r\n" if "\r\n" in document.text else "\n"


def _insert(document: Document, at: int, text: str) -> Edit:
    return Edit(document.lines.span(document.name, at, at), text)


def _cut(document: Document, start: int, end: int) -> Edit:
    return Edit(document.lines.span(document.name, start, end), "")
