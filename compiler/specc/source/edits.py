"""Changes of places in a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class TextEdit(NamedTuple):
    """Replaces the characters `[start, end)` of a text."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Iterable[TextEdit]) -> str:
    """The text after edits, which may come in any order. Raises `ValueError` when two of them overlap."""
    parts: list[str] = []
    position = 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        if start < position:
            raise ValueError("two edits overlap")
        parts += [text[position:start], replacement]
        position = end
    return "".join([*parts, text[position:]])
