"""The inside of string literals, as far as they have been typed."""

from __future__ import annotations

import re
from typing import NamedTuple

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|\r?\n\s*|(.)|$)", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "e": "\x1b", "0": "\0"}
_ENDS = {
    quote: re.compile(rf"(?:{body})*+(?P<end>{end})?", re.DOTALL)
    for quote, body, end in (
        ('"', r'[^"\\\n]|\\[^\n]', '"'),
        ("'", r"[^'\n]", "'"),
        ('"""', r'[^"\\]|\\.|"(?!"")', '"{3,5}'),
        ("'''", r"[^']|'(?!'')", "'{3,5}"),
        ("''", r"[^'\n]|''", "'"),
    )
}
"""How strings go on and end, by what opens them; `''` stands for YAML's `'`, in which two of them are one."""


class Literal(NamedTuple):
    """A string in a text, with its quotes."""

    quote: str
    end: int
    closed: bool


def literal_at(text: str, start: int, *, long: bool, doubled: bool = False) -> Literal:
    """The string that begins at `start` with a quotation mark; one that never ends goes to the end of its line.

    `long`: three quotation marks begin a string of several lines (TOML). `doubled`: `''` is a quotation mark (YAML).
    """
    quote = text[start]
    if long and text.startswith(quote * 3, start):
        quote *= 3
    found = _ENDS["''" if doubled and quote == "'" else quote].match(text, start + len(quote))
    assert found is not None, "the pattern matches nothing, too"
    end, closed = found.end(), found["end"] is not None
    if not closed:
        line_end = text.find("\n", start)
        end = len(text) if line_end < 0 else line_end
        end = start + len(text[start:end].rstrip())
    return Literal(quote, max(end, start + len(quote)), closed)


def decoded(source: str, quote: str) -> str:
    """What the inside of a string says, or the part of it that is typed already."""
    if quote[:1] == '"' and "\\" in source:
        return _ESCAPE.sub(_escape, source)
    return source


def _escape(found: re.Match[str]) -> str:
    digits = found[1] or found[2] or found[3]
    if digits:
        code = int(digits, 16)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    letter = found[4]
    return _SIMPLE.get(letter, letter) if letter else ""
