"""Texts as the Language Server Protocol sees them: positions, cursors, edits. Characters are counted in UTF-16, the default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

CURSOR = "‸"
"""Marks a place in a text of a test; no spec has it."""


class Position(TypedDict):
    """A place between two characters; lines are counted from 0."""

    line: int
    character: int


class Range(TypedDict):
    """From a place up to another."""

    start: Position
    end: Position


class TextEdit(TypedDict):
    """What replaces a range."""

    range: Range
    newText: str


def units(text: str) -> int:
    """How long a text is in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def position_at(text: str, offset: int) -> Position:
    """The place before the character `offset`."""
    start = text.rfind("\n", 0, offset) + 1
    return {"line": text.count("\n", 0, start), "character": units(text[start:offset])}


def offset_at(text: str, position: Position) -> int:
    """The character that a place is before; the end of the line when it is past that."""
    start = 0
    for _ in range(position["line"]):
        next_line = text.find("\n", start)
        if next_line < 0:
            return len(text)
        start = next_line + 1
    end = text.find("\n", start)
    line = text[start : len(text) if end < 0 else end]
    before = line.encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le", errors="ignore")
    return start + len(before)


def split_cursor(text: str, mark: str = CURSOR) -> tuple[str, Position]:
    """A text without its one mark, and where that was."""
    before, after = text.split(mark)
    return before + after, position_at(before, len(before))


def place_of(text: str, part: str, *, into: int = 0, occurrence: int = 0) -> Position:
    """Where a part of a text starts; `into` characters later when given. The first occurrence is 0."""
    offset = -1
    for _ in range(occurrence + 1):
        offset = text.index(part, offset + 1)
    return position_at(text, offset + into)


def range_of(text: str, part: str, *, occurrence: int = 0) -> Range:
    """What a part of a text covers."""
    return {
        "start": place_of(text, part, occurrence=occurrence),
        "end": place_of(text, part, into=len(part), occurrence=occurrence),
    }


def text_in(text: str, range: Range) -> str:
    """What a range covers."""
    return text[offset_at(text, range["start"]) : offset_at(text, range["end"])]


def edited(text: str, edits: Iterable[TextEdit]) -> str:
    """A text after edits of one answer: they all mean the text as it was, and may not overlap."""
    found = [
        (offset_at(text, edit["range"]["start"]), offset_at(text, edit["range"]["end"]), edit["newText"])
        for edit in edits
    ]
    end_before = 0
    parts: list[str] = []
    for start, end, new in sorted(found, key=lambda edit: edit[:2]):
        assert end_before <= start <= end, f"edits overlap: {found}"
        parts += [text[end_before:start], new]
        end_before = end
    return "".join([*parts, text[end_before:]])


def edits_by_uri(edit: dict[str, Any] | None) -> dict[str, list[TextEdit]]:
    """The text edits of a WorkspaceEdit, however it says them."""
    if edit is None:
        return {}
    found: dict[str, list[TextEdit]] = {uri: list(edits) for uri, edits in edit.get("changes", {}).items()}
    for change in edit.get("documentChanges", []):
        if "textDocument" in change:
            found.setdefault(change["textDocument"]["uri"], []).extend(change["edits"])
    return found
