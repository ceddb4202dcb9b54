"""TOML read table by table, so that tables which have not changed are not parsed again."""

from __future__ import annotations

import re
import tomllib
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from specc.memory import Shelf
from specc.source.plain import Unfit, make_plain

_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)
_MOST_JOINED = 20
"""Lines of one statement that begin as headers do: those of a list of lists."""


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

    A line that begins as headers do begins a piece, unless what stands before it is no document of its own, but both
    together are. As each piece is one, a parser of the whole is between two statements at each cut, so it reads the
    same statements; `_Tables` refuses what only their company could forbid. Raises `Fault` where a parser of the whole
    would stop for the same reason.
    """
    tables = _Tables()
    broken: tuple[int, str] | None = None
    start = 0
    try:
        parts = deque(_parts(text))
        while parts:
            part, piece = _first(parts, known)
            if broken is None and piece is not None:
                tables.add(piece)
            elif broken is None:
                broken = (start, part)
            start += len(part)
        if broken is not None:
            _refuse(text[broken[0] :], *broken, tables)
            return None
    except _Unclear:
        return None
    return tables.root


def _first(parts: deque[str], known: Shelf[str, Piece]) -> tuple[str, Piece | None]:
    """Take the first piece from `parts`, with its text; where none can be read, the first part."""
    text = ""
    for count, part in enumerate(islice(parts, _MOST_JOINED), start=1):
        text += part
        piece = known.get(text) or _read(text, known)
        if piece is not None:
            for _ in range(count):
                parts.popleft()
            return text, piece
    return parts.popleft(), None


def _read(text: str, known: Shelf[str, Piece]) -> Piece | None:
    try:
        return known.keep(text, _piece(text))
    except (ValueError, RecursionError, Unfit):
        return None


def _refuse(rest: str, start: int, part: str, tables: _Tables) -> None:
    """Raise the `Fault` of the first piece that cannot be read, if nothing before it could have a part in that.

    `rest` is the document from there on.
    """
    if start:
        tables.add_new(_header(part.partition("\n")[0]))
    try:
        tomllib.loads(rest)
    except tomllib.TOMLDecodeError as error:
        from specc.source.toml_faults import explain_within  # late: only needed when something is wrong

        fault = explain_within(error, rest, len(part))
        if fault is not None:
            raise fault.shifted(start) from None
    except (ValueError, RecursionError):
        return


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
    if not text.lstrip(" \t").startswith("["):
        return Piece((), False, value)
    path, is_item = _header(text.partition("\n")[0])
    table: Any = value
    for key in path:
        table = table[key]
    return Piece(path, is_item, table[0] if is_item else table)


def _header(line: str) -> tuple[tuple[str, ...], bool]:
    """The keys of a header, which may lack its end, and whether it is one of an array of tables."""
    found: Any = None
    for end in ("", "]", "]]"):
        try:
            found = tomllib.loads(line.rstrip("\r") + end)
            break
        except ValueError:
            continue
    path: list[str] = []
    while isinstance(found, dict) and found:
        ((key, found),) = found.items()
        path.append(key)
    if not path:
        raise _Unclear
    return tuple(path), isinstance(found, list)


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

    def add_new(self, header: tuple[tuple[str, ...], bool]) -> None:
        """Add the header of a table of which nothing is there yet."""
        path, is_item = header
        table = self.root
        for key in path[:-1]:
            table = self._inside(table, key)
        if path[-1] in table and not is_item:
            raise _Unclear
        self.add(Piece(path, is_item, {}))

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
