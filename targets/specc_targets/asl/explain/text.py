"""Limits as tables, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specc_targets.asl.explain.limits import Explained, MapRow, Row


def as_text(found: Explained) -> str:
    """The tables that `specc compile --explain-limits` prints."""
    return "\n".join(_lines(found)) + "\n"


def as_data(found: Explained) -> dict[str, Any]:
    """The same for programs."""
    return {
        "name": found.name,
        "limits": [
            {"what": row.what, "value": row.value, "limit": row.limit, "step": row.step or None} for row in found.rows
        ],
        "maps": [
            {
                "step": item.size.step,
                "mode": item.mode,
                "items": item.size.items if item.size.source != "unknown" else None,
                "source": item.size.source,
                "iterations": item.size.iterations,
                "at_once": item.at_once,
                "most_items": item.most_items,
            }
            for item in found.maps
        ],
        "nested": list(found.nested),
        "unbounded": list(found.unbounded),
    }


def _lines(found: Explained) -> Iterator[str]:
    yield f"{found.name}: the state machine and its limits"
    yield ""
    yield from _table(
        ("limit", "used", "allowed", "", "most of it"),
        [
            (row.what, f"{row.value:,}", f"{row.limit:,}" if row.limit else "-", _share(row), row.step)
            for row in found.rows
        ],
    )
    if found.maps:
        yield ""
        yield from _table(
            ("map", "items", "at most", "at once", "mode"),
            [(item.size.step, _items(item), _most(item), f"{item.at_once:,}", item.mode) for item in found.maps],
        )
    if any(item.size.source == "unknown" for item in found.maps):
        yield ""
        yield "note: `?` counts as one item above; say how many with `--items N` or `--items STEP=N`"
    for name in found.nested:
        yield f"note: runs the state machine {name}, whose limits are its own"
    for name in found.unbounded:
        yield f"note: nothing bounds the loop of state `{name}`: it is counted once"


def _share(row: Row) -> str:
    if row.share is None:
        return ""
    percent = 100 * row.share
    return "over" if row.share > 1 else f"{percent:.0f}%" if percent >= 1 else "<1%"


def _items(item: MapRow) -> str:
    return "?" if item.size.source == "unknown" else f"{item.size.items:,}"


def _most(item: MapRow) -> str:
    return f"{item.most_items:,}" if item.most_items is not None else "-"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Columns: the first and the last to the left, numbers to the right."""
    every = [head, *rows]
    widths = [max(len(row[column]) for row in every) for column in range(len(head))]
    for row in every:
        cells = [
            cell.ljust(width) if column in (0, len(head) - 1) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
