"""Makes text safe to print: control characters become visible, so that a spec cannot drive the reader's terminal."""

from __future__ import annotations

import re
import unicodedata

_TAB = 4
_LONGEST = 600
_PLAIN = re.compile(r"[\x20-\x7e]*")
_JOINERS = "\u200c\u200d"
"""Invisible, but part of how words and emoji are written."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """`text` with every control, format and surrogate character replaced by something that shows.

    Of a text too long to be read the middle is left out: names in messages are as long as the user made them.
    """
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST * 3 // 4]} ... {text[-_LONGEST // 4 :]}"
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char == "\t":
        return " "
    if char < " ":
        return chr(0x2400 + ord(char))
    if char == "\x7f":
        return "\u2421"
    if unicodedata.category(char) in _HIDDEN and char not in _JOINERS:
        return f"<U+{ord(char):04X}>"
    return char


def cells(line: str) -> list[tuple[str, int]]:
    """Each character of a line as it is printed, and how many columns of a terminal that takes.

    Tabs reach to the next multiple of four, wide characters take two columns, combining ones none.
    """
    found: list[tuple[str, int]] = []
    column = 0
    for char in line:
        if char == "\t":
            width = _TAB - column % _TAB
            shown = " " * width
        else:
            shown = _shown(char)
            width = _width(shown) if len(shown) == 1 else len(shown)
        found.append((shown, width))
        column += width
    return found


def _width(char: str) -> int:
    if " " <= char <= "~":
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me") or char in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
