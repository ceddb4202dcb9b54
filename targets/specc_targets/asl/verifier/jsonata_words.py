"""The words of a JSONata expression."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(
    r"""(?P<space>\s+|/\*.*?\*/)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<quoted>`[^`]*`)
    |(?P<variable>\$\$|\$[^\W\d]\w*|\$)
    |(?P<name>[^\W\d]\w*)
    |(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)
    |(?P<sign>:=|\.\.|!=|<=|>=|~>|\*\*|\?\?|\?:|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:\[(?:[^\]\\]|\\.)*\]|[^/\\\n]|\\.)+/[im]*")
OPERATORS = frozenset({"and", "or", "in"})


class Word(NamedTuple):
    """One word: `text` (a literal), `quoted`, `variable`, `name`, `number`, `sign`, or `end`."""

    kind: str
    text: str


END = Word("end", "")


class WordsError(Exception):
    """Text that is no JSONata; the message says why."""


def words(text: str) -> list[Word]:
    """The words of an expression, and an end. Raises `WordsError`."""
    found: list[Word] = []
    at = 0
    while at < len(text):
        match = None
        if text[at] == "/" and text[at + 1 : at + 2] != "*" and not _is_value(found):
            match = _REGEX.match(text, at)
            if match is not None:
                found.append(Word("text", match[0]))
            elif not found or found[-1].text not in ("*", "**", "%"):  # which may be values, too
                raise WordsError("a regular expression is never closed")
        if match is None:
            match = _WORD.match(text, at)
            if match is None:
                raise WordsError(f"cannot read `{text[at : at + 10]}`")
            kind = match.lastgroup or ""
            if kind == "sign" and match[0] in "\"'`":
                raise WordsError("a text is never closed")
            if kind != "space":
                found.append(Word(kind, match[0]))
        at = match.end()
    found.append(END)
    return found


def _is_value(found: list[Word]) -> bool:
    """Whether what was read last is a value, so that a slash after it divides."""
    if not found:
        return False
    kind, word = found[-1]
    return (kind != "sign" and not (kind == "name" and word in OPERATORS)) or word in (")", "]", "}")
