"""TOML string literals: which source characters each decoded character comes from."""

from __future__ import annotations

import re

from specc.source.side_table import Characters

_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_DIGITS = {"x": 2, "u": 4, "U": 8}
_CONTINUED = re.compile(r"\\[ \t]*\r?\n[ \t\r\n]*")


def characters(text: str, start: int, end: int) -> Characters:
    """Where the characters of the string literal at `[start, end)` come from; empty when there is none."""
    return [(first, last) for first, last, _ in _decoded(text, start, end)]


def decode_key(literal: str) -> str:
    """The name that a quoted key stands for."""
    body = literal[1:-1]
    return (
        body if literal[0] == "'" or "\\" not in body else "".join(c for _, _, c in _decoded(literal, 0, len(literal)))
    )


def _decoded(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    quote = text[start : start + 1]
    if quote not in ('"', "'"):
        return []
    long = text.startswith(quote * 3, start) and end - start >= 6
    position, end = start + (3 if long else 1), end - (3 if long else 1)
    if long:
        if text.startswith("\r\n", position):
            position += 2
        elif text.startswith("\n", position):
            position += 1
    found: list[tuple[int, int, str]] = []
    while position < end:
        char = text[position]
        after = position + 1
        if char == "\\" and quote == '"':
            continued = _CONTINUED.match(text, position, end) if long else None
            if continued:
                position = continued.end()
                continue
            char, after = _escape(text, position)
        elif char == "\r" and text.startswith("\n", after):
            char, after = "\n", after + 1
        found.append((position, after, char))
        position = after
    return found


def _escape(text: str, position: int) -> tuple[str, int]:
    kind = text[position + 1 : position + 2]
    digits = _DIGITS.get(kind)
    if digits is None:
        return _SIMPLE.get(kind, kind), position + 2
    after = position + 2 + digits
    try:
        return chr(int(text[position + 2 : after], 16)), after
    except (ValueError, OverflowError):
        return "\ufffd", after
