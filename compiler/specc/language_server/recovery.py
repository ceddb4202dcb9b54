"""What can be read of a text that is being typed: what does not parse is blanked out, the rest stays where it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specc.memory import Memory
from specc.source.document import Document, parse
from specc.source.fault import Fault
from specc.source.formats import Format
from specc.source.lines import Lines

_ROUNDS = 12
"""So many statements of one text may be broken at once; each costs one more reading."""
_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")


@dataclass(frozen=True)
class Recovered:
    """A text that can be read, as long as the one it was made of, and why parts of that could not be."""

    document: Document
    faults: tuple[Fault, ...]
    blanked: tuple[tuple[int, int], ...]
    """Stretches of the text that are blanks in the document."""


def recover(name: str, format: Format, text: str, memory: Memory | None = None) -> Recovered | None:
    """Read `text`, leaving out what is broken; None when too much is. A `memory` knows what was read before."""
    faults: list[Fault] = []
    blanked: list[tuple[int, int]] = []
    rest = text
    for _ in range(_ROUNDS):
        try:
            return Recovered(parse(name, format, rest, memory), tuple(faults), tuple(blanked))
        except Fault as fault:
            if not fault.marks:
                return None
            stretch = _broken(format, rest, fault)
            if stretch is None:
                return None
            if not _follows(blanked, stretch, text):
                faults.append(fault)
            blanked.append(stretch)
            start, end = stretch
            rest = rest[:start] + _blank(rest[start:end]) + rest[end:]
    return None


def _blank(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text)


def _follows(blanked: list[tuple[int, int]], stretch: tuple[int, int], text: str) -> bool:
    """Whether only blanks stand between a stretch and one that was left out: it is the rest of the same mistake."""
    start, end = stretch
    return any(not text[last:start].strip() or not text[end:first].strip() for first, last in blanked)


def _broken(format: Format, text: str, fault: Fault) -> tuple[int, int] | None:
    """The stretch to leave out so that `fault` goes away; None when there is nothing to leave out."""
    at = min(fault.marks[0].start, len(text))
    if format == "toml":
        stretch = _toml(text, at)
    elif format == "yaml":
        stretch = _yaml(text, min(mark.start for mark in fault.marks))
    else:
        stretch = _json(text, at)
    return stretch if text[stretch[0] : stretch[1]].strip() else _line_before(text, at)


def _line(text: str, at: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return start, end if end >= 0 else len(text)


def _line_before(text: str, at: int) -> tuple[int, int] | None:
    """The last line before `at` that says something: a fault at the end of a text is one of what stands before."""
    end = len(text[:at].rstrip())
    return _line(text, end - 1) if end > 0 else None


def _toml(text: str, at: int) -> tuple[int, int]:
    """The line of a faulty statement; of a header, all that stands below it, as it belongs to no other table."""
    start, end = _line(text, at)
    if _HEADER.match(text, start):
        following = _HEADER.search(text, end)
        return start, following.start() if following else len(text)
    return start, end


def _yaml(text: str, at: int) -> tuple[int, int]:
    """The faulty line, and those indented deeper below it, as they belong to nothing else."""
    start, end = _line(text, at)
    if not text[start:end].strip():
        return start, end
    lines = Lines(text)
    depth = _indentation(text[start:end])
    number = lines.position(start).line
    while end < len(text):
        number += 1
        first, last = _line(text, end + 1)
        line = text[first:last]
        if line.strip() and _indentation(line) <= depth:
            break
        end = last
        if first >= len(text):
            break
    return start, end


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _json(text: str, at: int) -> tuple[int, int]:
    """The faulty line, or the comma before a bracket that closes."""
    comma = next((found for found in _TRAILING_COMMA.finditer(text) if found.start() <= at <= _next(text, found)), None)
    if comma is not None:
        return comma.start(), comma.start() + 1
    return _line(text, at)


def _next(text: str, comma: re.Match[str]) -> int:
    rest = text[comma.end() :]
    return comma.end() + len(rest) - len(rest.lstrip()) + 1
