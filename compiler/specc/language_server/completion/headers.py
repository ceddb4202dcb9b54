"""What may be typed in a TOML header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specc.language_server.completion import tables
from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Kind, Suggestion
from specc.source.side_table import Path
from specc.source.writing import written_key


def in_header(request: Request) -> Iterator[Suggestion]:
    """The tables that a header may open below the part that is there."""
    spot = request.cursor.spot
    ending = "" if spot.separated else "]]" if spot.array else "]"
    for one in _parts(request, request.path, array=spot.array):
        goes_on = one.insert is not None and one.insert.endswith(".")
        written = one.insert if one.insert is not None else written_key(one.label, request.cursor.format)
        if spot.separated:
            written = written.rstrip(".")
        typed = request.cursor.text[spot.start : request.cursor.offset]
        found_by = f"{typed[:1]}{one.label}" if spot.quote else one.label
        yield replace(one, insert=written + ("" if goes_on else ending), filter=found_by)


def _parts(request: Request, path: Path, *, array: bool) -> Iterator[Suggestion]:
    given = request.table(path)
    named = tables.is_named(path)
    if named:
        yield from _names(request, path)
    if not request.client.schema:
        return
    for key in tables.keys_at(path, frozenset()):
        if path and tables.has_keys(path) and key.name not in _fitting(path, given):
            continue
        inner = (*path, key.name)
        if array and (key.shape == "tables" or (not path and tables.holds_tables(inner))):
            if key.shape == "tables":
                yield Suggestion(key.name, Kind.Struct, "array of tables", key.about, rank=2)
        elif not array and key.may_be_table:
            goes_on = tables.holds_tables(inner)
            if key.name not in given or goes_on or named or key.name == request.cursor.whole:
                insert = f"{key.name}." if goes_on else None
                yield Suggestion(key.name, Kind.Struct, "table", key.about, insert, rank=2 if goes_on else 3)
        elif not array and not path and key.shape == "tables":
            yield Suggestion(key.name, Kind.Struct, "array of tables", key.about, f"[{key.name}]", rank=3)


def _fitting(path: Path, given: dict[str, object]) -> set[str]:
    """The keys that go with those that a table has."""
    return {key.name for key in tables.keys_at(path, frozenset())} & (
        {key.name for key in tables.keys_at(path, given.keys())} | given.keys()
    )


def _names(request: Request, path: Path) -> Iterator[Suggestion]:
    """Names that a table has already, of which parts may be opened; a stack's are those of the whole spec."""
    goes_on = tables.holds_tables(path)
    for name in request.names(*path) if goes_on else ():
        if name != request.cursor.whole:
            insert = f"{written_key(name, request.cursor.format)}."
            yield Suggestion(name, Kind.Reference, "is there", insert=insert, rank=4)
    if path[:1] == ("stacks",) and len(path) == 3:
        for name in request.names(path[2]):
            yield Suggestion(name, Kind.Reference, "of the spec", rank=1)
