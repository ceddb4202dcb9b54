"""What of a spec can be folded: tables, lists and texts of several lines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from specc.source.document import Document


def folding_ranges(document: Document) -> list[types.FoldingRange]:
    """The ranges, by their first line; of several that begin on one line, the longest."""
    table, lines = document.table, document.lines
    found: dict[int, int] = {}

    def add(start: int, end: int) -> None:
        first, last = lines.position(start).line - 1, lines.position(end).line - 1
        if last > first:
            found[first] = max(last, found.get(first, 0))

    for path, (key_start, _, start, end) in table.extents.items():
        if path and path not in table.headers:
            add(min(key_start, start), end)
    headers = sorted(
        {start for path in table.headers for start in (table.extents[path][2],) if document.text[start] == "["}
    )
    for start, following in pairwise([*headers, len(document.text)]):
        add(start, _end(document.text, start, following))
    return [types.FoldingRange(first, last) for first, last in sorted(found.items())]


def _end(text: str, start: int, end: int) -> int:
    """Where a table ends, without blank lines and comments at its end: they belong to what follows."""
    while end > start:
        line = text.rfind("\n", start, end) + 1 or start
        if line > start and (not text[line:end].strip() or text[line:end].lstrip().startswith("#")):
            end = line - 1
        else:
            break
    return start + len(text[start:end].rstrip())
