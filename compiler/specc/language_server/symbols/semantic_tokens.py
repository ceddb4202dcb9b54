"""The colours of what stands inside of strings: expressions, and the functions that `call` names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from specc.language_server.symbols.legend import TYPES
from specc.language_server.symbols.words import CONSTANTS, holes, tokens
from specc.language_server.symbols.writing import Writing

if TYPE_CHECKING:
    from specc.language_server.positions import Positions
    from specc.source.document import Document
    from specc.source.side_table import Path
    from specc_runtime.expressions.tokens import Token

_MEMBERS = {"steps": "variable", "params": "parameter", "env": "variable", "secrets": "variable"}
"""What the name after a root is."""
_ROOTS = frozenset({*_MEMBERS, "run", "stack", "matrix", "last", "error", "event"})
_PUNCTUATION = frozenset(".,:()[]{}")
"""What is left as it is: it would double the answer."""
_STEPS = (("steps",), ("finally",))


Colour = tuple[int, int, str, bool]
"""Characters from a start up to an end, what they are, and whether the language itself defines that."""


def semantic_tokens(
    document: Document, positions: Positions, within: tuple[int, int] | None = None
) -> types.SemanticTokens:
    """The tokens of a file of the spec, or of a stretch of it, as the protocol numbers them."""
    data: list[int] = []
    last_line = last_character = number = 0
    first, end_of_line = positions.line(0)
    is_plain = document.text.isascii()
    for start, end, kind, library in coloured(document):
        if within is not None and (end <= within[0] or start >= within[1]):
            continue
        while start < end:
            while start > end_of_line:
                number += 1
                first, end_of_line = positions.line(number)
            stop = min(end, end_of_line)
            start = max(start, first)
            if stop > start:
                here, there = start - first, stop - first
                if not is_plain and not document.text[first:stop].isascii():
                    here, there = positions.position(start).character, positions.position(stop).character
                lines = number - last_line
                data += (lines, here - (0 if lines else last_character), there - here, TYPES.index(kind), int(library))
                last_line, last_character = number, here
            start = stop + 1
    return types.SemanticTokens(data)


def coloured(document: Document) -> list[Colour]:
    """The tokens of a file, sorted; none overlaps another."""
    writing = Writing(document)
    found: dict[int, Colour] = {}  # what a YAML alias repeats stands at one place
    for path, value in _strings(document.value):
        is_call = path[-1] == "call" and ":" in value and path[-3:-2] in _STEPS
        if not is_call and ("${" not in value or not _is_evaluated(path)):
            continue
        text = writing.text(path, value)
        if text is None:
            continue
        for start, end, kind, library in _call(value) if is_call else _expressions(value):
            offsets = text.offsets(start, end)
            if offsets is not None:
                found[offsets[0]] = (*offsets, kind, library)
    return [found[start] for start in sorted(found)]


def _strings(value: Any) -> Iterator[tuple[Path, str]]:
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, str):
            yield path, item
        elif isinstance(item, dict):
            waiting += (((*path, key), inner) for key, inner in item.items())
        elif isinstance(item, list):
            waiting += (((*path, number), inner) for number, inner in enumerate(item))


def _is_evaluated(path: Path) -> bool:
    """Whether a text may hold expressions."""
    if path[0] == "stacks":
        return path[2:3] == ("triggers",)
    described = path[-1] == "description" and path[-3:-2] in _STEPS
    return path[0] in ("steps", "finally", "outputs", "triggers") and not described


def _call(value: str) -> Iterator[Colour]:
    colon = value.index(":")
    yield 0, colon, "namespace", False
    yield colon, colon + 1, "operator", False
    yield colon + 1, len(value), "function", False


@lru_cache(maxsize=16_384)  # most texts stay as they are while somebody types
def _expressions(value: str) -> tuple[Colour, ...]:
    result: list[Colour] = []
    for hole in holes(value):
        result.append((hole.start - 2, hole.start, "operator", False))
        found = tokens(value, hole)
        for number, token in enumerate(found):
            if token.kind == "operator" and token.text in _PUNCTUATION:
                continue
            kind = _kind(found, number)
            result.append((token.start, token.end, kind, kind == "function"))
        if hole.closed:
            result.append((hole.end, hole.end + 1, "operator", False))
    return tuple(result)


def _kind(found: list[Token], number: int) -> str:
    token = found[number]
    before = found[number - 1].text if number and found[number - 1].kind == "operator" else ""
    after = found[number + 1].text if number + 1 < len(found) and found[number + 1].kind == "operator" else ""
    if token.kind in ("number", "operator"):
        return token.kind
    if before == ".":
        root = found[number - 2].text if number >= 2 else ""
        is_root = number < 3 or found[number - 3].text != "."
        return _MEMBERS.get(root, "property") if is_root else "property"
    if token.kind == "text":
        return "string"
    if token.kind == "word" or token.text in CONSTANTS:
        return "keyword"
    if after == "(":
        return "function"
    return "namespace" if token.text in _ROOTS else "variable"
