"""TOML read table by table, so that tables which have not changed are not parsed again."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

from specc.memory import Shelf
from specc.source.plain import Unfit, make_plain

_HEADER = re.compile(r"^\[", re.MULTILINE)


class Piece(NamedTuple):
    """A header with what stands below it, up to the next one."""

    path: tuple[str, ...]
    """The keys of the header; none before the first one."""
    is_item: bool
    """Whether the header is one of an array of tables: `[[path]]`."""
    table: dict[str, Any]


class _Unclear(Exception):  # noqa: N818 - no error: the document is read as a whole instead
    """The pieces of a document do not tell by themselves what it means."""


def parse_pieces(text: str, known: Shelf[str, Piece]) -> dict[str, Any] | None:
    """The plain values of a document, exactly as parsing it whole would give them; None where that has to be done.

    A header at the beginning of a line begins a piece. Where each piece is a document of its own, a parser of the whole
    is between two statements at each cut, so it reads the same statements; `_Tables` refuses what only their
    company could forbid.
    """
    pieces = [_known_piece(part, known) for part in _parts(text)]
    tables = _Tables()
    try:
        for piece in pieces:
            if piece is None:
                return None
            tables.add(piece)
    except _Unclear:
        return None
    return tables.root


def _known_piece(text: str, known: Shelf[str, Piece]) -> Piece | None:
    found = known.get(text)
    if found is not None:
        return found
    try:
        return known.keep(text, _piece(text))
    except (ValueError, RecursionError, Unfit):
        return None


def _parts(text: str) -> Iterator[str]:
    start = 0
    for found in _HEADER.finditer(text):
        if found.start() > start:
            yield text[start : found.start()]
        start = found.start()
    yield text[start:]


def _piece(text: str) -> Piece:
    value = tomllib.loads(text)
    make_plain(value)
    if not text.startswith("["):
        return Piece((), False, value)
    path: list[str] = []
    table: Any = value
    header: Any = tomllib.loads(text.partition("\n")[0].rstrip("\r"))
    while isinstance(header, dict) and header:
        ((key, header),) = header.items()
        path.append(key)
        table = table[key]
    is_item = isinstance(header, list)
    return Piece(tuple(path), is_item, table[0] if is_item else table)


class _Tables:
    """Puts pieces together. What one gives may not be what another has given, or goes on with."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._opened = {id(self.root)}
        """Tables, and arrays of tables, that headers have made: only below these may further headers lead."""
        self._written: set[int] = set()
        """Those of them whose own header has been there."""

    def add(self, piece: Piece) -> None:
        if not piece.path:
            self.root.update(piece.table)
            return
        table = self.root
        for key in piece.path[:-1]:
            table = self._inside(table, key)
        last = piece.path[-1]
        if piece.is_item:
            items = self._own(table, last, [])
            if not isinstance(items, list):
                raise _Unclear
            items.append(table := dict(piece.table))
        else:
            table = self._own(table, last, {})
            if isinstance(table, list) or id(table) in self._written or not table.keys().isdisjoint(piece.table):
                raise _Unclear
            table.update(piece.table)
        self._written.add(id(table))

    def _inside(self, table: dict[str, Any], key: str) -> dict[str, Any]:
        found = self._own(table, key, {})
        inside: dict[str, Any] = found[-1] if isinstance(found, list) else found
        return inside

    def _own(self, table: dict[str, Any], key: str, empty: Any) -> Any:
        """What headers have made of `key`, from now on `empty` if there was nothing."""
        found = table.setdefault(key, empty)
        if found is empty:
            self._opened.add(id(found))
        elif id(found) not in self._opened:
            raise _Unclear
        return found
