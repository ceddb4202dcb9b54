"""The colours of what stands inside of strings: expressions, and the functions that `call` names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from lsprotocol import types

from specc.language_server.symbols.legend import TYPES
from specc.language_server.symbols.words import CONSTANTS, holes, tokens
from specc.language_server.symbols.writing import Text, Writing

if TYPE_CHECKING:
    from specc.language_server.positions import Positions
    from specc.source.document import Document
    from specc.source.side_table import Path
    from specc_runtime.expressions.tokens import Token

_MEMBERS = {"steps": "variable", "params": "parameter", "env": "variable", "secrets": "variable"}
"""What the name after a root is."""
_ROOTS = frozenset({*_MEMBERS, "run", "stack", "matrix", "last", "error", "event"})
_STEPS = (("steps",), ("finally",))


class Coloured(NamedTuple):
    """Characters `[start, end)` of the file, and what they are."""

    start: int
    end: int
    type: str
    library: bool = False


def semantic_tokens(
    document: Document, positions: Positions, within: tuple[int, int] | None = None
) -> types.SemanticTokens:
    """The tokens of a file of the spec, or of a stretch of it, as the protocol numbers them."""
    data: list[int] = []
    line = character = 0
    for item in coloured(document):
        if within is not None and (item.end <= within[0] or item.start >= within[1]):
            continue
        for start, end in _lines(document.text, item.start, item.end):
            at = positions.range(start, end)
            lines = at.start.line - line
            characters = at.start.character - (0 if lines else character)
            line, character = at.start.line, at.start.character
            kind = TYPES.index(item.type)
            data += (lines, characters, at.end.character - at.start.character, kind, int(item.library))
    return types.SemanticTokens(data)


def coloured(document: Document) -> list[Coloured]:
    """The tokens of a file, sorted; none overlaps another."""
    writing = Writing(document)
    found: set[Coloured] = set()
    for path, value in _strings(document.value):
        is_call = path[-1] == "call" and ":" in value and path[-3:-2] in _STEPS
        if not is_call and ("${" not in value or not _is_evaluated(path)):
            continue
        text = writing.text(path, value)
        if text is not None:
            found.update(_call(value, text) if is_call else _expressions(value, text))
    kept: list[Coloured] = []
    for item in sorted(found):
        if item.start < item.end and (not kept or kept[-1].end <= item.start):
            kept.append(item)
    return kept


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


def _call(value: str, text: Text) -> Iterator[Coloured]:
    colon = value.index(":")
    for start, end, kind in (
        (0, colon, "namespace"),
        (colon, colon + 1, "operator"),
        (colon + 1, len(value), "function"),
    ):
        yield from _part(text, start, end, kind)


def _expressions(value: str, text: Text) -> Iterator[Coloured]:
    for hole in holes(value):
        yield from _part(text, hole.start - 2, hole.start, "operator")
        found = tokens(value, hole)
        for number, token in enumerate(found):
            kind = _kind(found, number)
            yield from _part(text, token.start, token.end, kind, kind == "function")
        if hole.closed:
            yield from _part(text, hole.end, hole.end + 1, "operator")


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


def _part(text: Text, start: int, end: int, kind: str, library: bool = False) -> Iterator[Coloured]:
    written = text.part(start, end)
    if written is not None:
        yield Coloured(written.start, written.end, kind, library)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch as one for each line, as a token may not go over several."""
    while start < end:
        found = [at for letter in "\r\n" if (at := text.find(letter, start, end)) >= 0]
        last = min(found, default=end)
        if last > start:
            yield start, last
        start = last + 1
