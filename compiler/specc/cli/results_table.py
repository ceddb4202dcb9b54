"""The table that `specc results` prints: aligned, and as wide as the terminal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TextIO

import click

from specc.cli.history import took
from specc.diagnostics.render.visible import visible

_WIDEST = 40
"""Letters of one value."""
_WIDEST_ERROR = 80
_MOST = 1_000
"""Rows that a terminal is shown."""
_COLORS = {"succeeded": "green", "cached": "green", "handled": "yellow", "failed": "red", "running": "cyan"}
_FIRST_TO_GO = ("memory", "cpu", "started", "attempts", "duration", "name")
"""Columns that make room for others, in this order."""
_ALWAYS = frozenset({"index", "status"})


def width(stream: TextIO) -> int | None:
    """How wide the terminal is; None for anything else, which may be as wide as it likes."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def lines(table: Any, wide: int | None, *, paint: bool = False) -> Iterator[str]:
    """The lines of a table, in color with `paint`, and one that says what is not in it."""
    rows = table.rows()
    shown = list(islice(rows, _MOST)) if wide is not None else list(rows)
    more = sum(1 for _ in rows)
    columns = list(table.columns) if table.are_columns_chosen else _worth_showing(table.columns, shown)
    texts = [[_text(column.name, row.value(column)) for column in columns] for row in shown]
    numbers = [_is_numeric(column, shown) for column in columns]
    kept = list(range(len(columns)))
    heads = [visible(column.name) for column in columns]
    widths = [max([len(heads[at]), *(len(row[at]) for row in texts)]) for at, column in enumerate(columns)]
    if wide is not None:
        kept = _fitting([column.name for column in columns], widths, wide)
    if shown:
        head = _line([heads[at] for at in kept], [widths[at] for at in kept], [numbers[at] for at in kept])
        yield click.style(head, bold=True) if paint else head
    status = next((place for place, at in enumerate(kept) if columns[at].name == "status"), None) if paint else None
    for row in texts:
        yield _line([row[at] for at in kept], [widths[at] for at in kept], [numbers[at] for at in kept], status)
    if shown:
        yield ""
    yield _said(table, len(shown), more, [heads[at] for at in range(len(columns)) if at not in kept])
    for note in table.notes:
        yield visible(f"warning: {note}")


def _worth_showing(columns: Sequence[Any], rows: Sequence[Any]) -> list[Any]:
    """The columns that tell something: not those that are empty, nor what all cells have in common."""
    configured = any(column.group == "config" for column in columns)
    found = []
    for column in columns:
        values = (row.value(column) for row in rows)
        if column.group == "cell" and column.name not in _ALWAYS:
            if column.name == "name" and configured:
                continue
            if column.name == "started":
                continue
            if column.name in ("exit", "attempts"):
                ordinary = {None, 0 if column.name == "exit" else 1}
                if all(value in ordinary for value in values):
                    continue
            elif all(value is None for value in values):
                continue
        found.append(column)
    return found


def _text(name: str, value: Any) -> str:
    """A value in one short line."""
    if value is None:
        return "-"
    if name == "duration" or name == "cpu":
        return took(value)
    if name == "memory":
        return _size(value)
    if isinstance(value, float):
        text = f"{value:.6g}"
    elif isinstance(value, str):
        text = _clean(value.partition("\n")[0])
    else:
        text = _clean(json.dumps(value, ensure_ascii=False, default=str))
    most = _WIDEST_ERROR if name == "error" else _WIDEST
    if len(text) <= most:
        return text
    # Of where something is kept the end says most.
    return f"…{text[1 - most :]}" if "://" in text[:10] else f"{text[: most - 1]}…"


def _clean(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _size(number: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.0f} {unit}"
        number /= 1024
    return f"{number:.1f} GiB"


def _is_numeric(column: Any, rows: Sequence[Any]) -> bool:
    kinds = {type(value) for row in rows if (value := row.value(column)) is not None}
    return bool(kinds) and kinds <= {int, float}


def _fitting(names: Sequence[str], widths: Sequence[int], wide: int) -> list[int]:
    """The columns that fit into the width: less telling ones go first, then those furthest to the right."""
    kept = list(range(len(names)))
    order = [names.index(name) for name in _FIRST_TO_GO if name in names]
    order += [at for at in reversed(kept) if names[at] not in (*_ALWAYS, "error") and at not in order]
    order += [names.index("error")] if "error" in names else []
    for at in order:
        if sum(widths[one] + 2 for one in kept) - 2 <= wide:
            break
        kept.remove(at)
    return kept


def _line(texts: Sequence[str], widths: Sequence[int], numbers: Sequence[bool], status: int | None = None) -> str:
    cells = [
        text.rjust(size) if number else text.ljust(size)
        for text, size, number in zip(texts, widths, numbers, strict=True)
    ]
    if status is not None:
        cells[status] = click.style(cells[status], fg=_COLORS.get(texts[status]))
    return "  ".join(cells).rstrip()


def _said(table: Any, shown: int, more: int, hidden: Sequence[str]) -> str:
    counts = ", ".join(f"{number:,} {status}" for status, number in table.counts.items())
    parts = [f"{table.total:,} cell{'s' * (table.total != 1)} of `{table.step.name}`{f': {counts}' if counts else ''}"]
    if shown + more != table.total:
        parts.append(f"{shown + more:,} of them here")
    if more:
        parts.append(f"the first {shown:,} are shown, `--format csv` has all")
    if hidden:
        parts.append(f"no room for {', '.join(hidden)}: `--columns` chooses")
    return f"{'; '.join(parts)} (run {table.run}, {table.status})"
