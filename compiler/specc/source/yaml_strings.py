"""YAML scalars: which source characters each decoded character comes from.

Folding and indentation make source and value differ in blanks only, so the two are walked side by side: everything but
blanks must match, and blanks of the source that the value lacks are passed over.
"""

from __future__ import annotations

import re

from specc.source.side_table import Characters

_SIMPLE = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_DIGITS = {"x": 2, "u": 4, "U": 8}
_CONTINUED = re.compile(r"\\[ \t]*\r?\n[ \t]*")
_HEADER = re.compile(r"[|>]([-+0-9]*)[^\n]*\n?")

_Source = list[tuple[int, int, str]]


def characters(text: str, start: int, end: int, value: str) -> Characters:
    """Where the characters of `value`, written at `[start, end)`, come from; empty when the two do not match."""
    start = _content_start(text, start, end)
    style = text[start : start + 1]
    if style in ("|", ">"):
        source = _block(text, start, end)
    elif style in ('"', "'") and end - start >= 2:
        source = _quoted(text, start + 1, end - 1, style)
    else:
        source = [(at, at + 1, text[at]) for at in range(start, end)]
    return _align(source, value, end)


def _content_start(text: str, start: int, end: int) -> int:
    """Pass over an anchor and a tag before the scalar."""
    found = re.compile(r"(?:[&!]\S*\s+)*").match(text, start, end)
    return found.end() if found else start


def _align(source: _Source, value: str, end: int) -> Characters:
    found: Characters = []
    at = 0
    for char in value:
        while at < len(source) and source[at][2] != char and source[at][2] in " \t\r\n":
            if char == " " and source[at][2] == "\n":
                break  # a folded line end
            at += 1
        if at < len(source) and (source[at][2] == char or char == " "):
            found.append(source[at][:2])
            at += 1
        elif char in "\n ":  # a final line end beyond the trimmed scalar
            found.append((end, end))
        else:
            return []
    return found


def _block(text: str, start: int, end: int) -> _Source:
    header = _HEADER.match(text, start, end)
    if not header:
        return []
    digits = re.sub(r"\D", "", header[1])
    lines = re.compile(r"[^\n]*\n?").finditer(text, header.end(), end)
    spans = [line.span() for line in lines if line[0]]
    if digits:
        indent = int(digits) + _parent_indent(text, start)
    else:
        first = next((text[a:b] for a, b in spans if text[a:b].strip(" \t\r\n")), "")
        indent = len(first) - len(first.lstrip(" "))
    source: _Source = []
    for line_start, line_end in spans:
        line = text[line_start:line_end]
        skip = min(indent, len(line) - len(line.lstrip(" ")))
        source.extend((at, at + 1, text[at]) for at in range(line_start + skip, line_end) if text[at] != "\r")
    return source


def _parent_indent(text: str, start: int) -> int:
    """Columns before the table key or list item that holds the block scalar at `start`."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    key = line.lstrip(" -")
    return len(line) - len(key) if key else line.rfind("-")


def _quoted(text: str, start: int, end: int, quote: str) -> _Source:
    source: _Source = []
    at = start
    while at < end:
        char, after = text[at], at + 1
        if quote == "'" and char == "'":
            after = at + 2
        elif quote == '"' and char == "\\":
            continued = _CONTINUED.match(text, at, end)
            if continued:
                at = continued.end()
                continue
            char, after = _escape(text, at)
        source.append((at, after, char))
        at = after
    return source


def _escape(text: str, at: int) -> tuple[str, int]:
    kind = text[at + 1 : at + 2]
    digits = _DIGITS.get(kind)
    if digits is None:
        return _SIMPLE.get(kind, kind), at + 2
    try:
        return chr(int(text[at + 2 : at + 2 + digits], 16)), at + 2 + digits
    except (ValueError, OverflowError):
        return "\ufffd", at + 2 + digits
