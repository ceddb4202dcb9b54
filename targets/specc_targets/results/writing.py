"""Rows as CSV, JSON and Parquet."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from specc.diagnostics.render.visible import visible
from specc.targets import TargetError

BATCH = 5_000
"""Rows that are written at a time."""
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
_WHOLE = frozenset({"exit", "attempts", "memory"})
"""Columns of every table that hold whole numbers, also where they are empty."""

Rows = Iterable[Sequence[Any]]


class MissingExtraError(TargetError):
    """A library that only this needs is not installed."""

    code = 3


def write(format: str, columns: Sequence[str], rows: Rows, file: BinaryIO) -> None:
    """Write a table. Raises `MissingExtraError` before anything is written."""
    FORMATS[format](columns, rows, file)


def _csv(columns: Sequence[str], rows: Rows, file: BinaryIO) -> None:
    """As RFC 4180 has it, but for line ends; a text that a spreadsheet would compute has an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_cell(name) for name in columns])
    for batch in _batches(rows):
        writer.writerows([_cell(value) for value in row] for row in batch)
        file.write(text.getvalue().encode("utf-8", "backslashreplace"))
        text.seek(0)
        text.truncate()
    file.write(text.getvalue().encode("utf-8", "backslashreplace"))


def _cell(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        return f"'{value}" if value.startswith(_FORMULAS) else value
    if kind is bool:
        return "true" if value else "false"
    if value is None or kind is int or kind is float:
        return value
    return _json(value)


def _json_list(columns: Sequence[str], rows: Rows, file: BinaryIO) -> None:
    first = True
    for line in _objects(columns, rows):
        file.write(b"[\n " if first else b",\n ")
        file.write(line)
        first = False
    file.write(b"[]\n" if first else b"\n]\n")


def _json_lines(columns: Sequence[str], rows: Rows, file: BinaryIO) -> None:
    file.writelines(line + b"\n" for line in _objects(columns, rows))


def _objects(columns: Sequence[str], rows: Rows) -> Iterator[bytes]:
    for row in rows:
        yield _json(dict(zip(columns, row, strict=True))).encode("utf-8", "backslashreplace")


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, default=str)


def _finite(value: Any) -> Any:
    """The value with texts in the place of what is no number in JSON: `NaN`, `Infinity` and `-Infinity`."""
    if isinstance(value, float):
        return value if math.isfinite(value) else json.dumps(value)
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, list | tuple) else value


def _parquet(columns: Sequence[str], rows: Rows, file: BinaryIO) -> None:
    arrow, parquet = _arrow()
    kept = list(rows)  # the type of a column is known when all of it is
    arrays = [_array(name, [row[number] for row in kept], arrow) for number, name in enumerate(columns)]
    # Two columns never have one name: see `Columns.all`.
    parquet.write_table(arrow.table(arrays, names=list(columns)), file)


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == "pyarrow"
        reason = "" if missing else f", which is installed but cannot be imported ({visible(str(error))})"
        raise MissingExtraError(
            f"Parquet needs pyarrow{reason}; install it with: pip install '.[arrow]' in a clone of specc"
        ) from None


def _array(name: str, values: list[Any], arrow: Any) -> Any:
    """A column in the type that all of its values have; mixed ones and tables as JSON texts."""
    kinds = {type(value) for value in values if value is not None}
    if name == "started":
        moments = [None if value is None else datetime.fromisoformat(value) for value in values]
        return arrow.array(moments, arrow.timestamp("ms", "UTC"))
    if (kinds <= {int, float} and float in kinds) or name in ("duration", "cpu"):
        return arrow.array([None if value is None else float(value) for value in values], arrow.float64())
    if (kinds == {int} and all(value is None or -(2**63) <= value < 2**63 for value in values)) or name in _WHOLE:
        return arrow.array(values, arrow.int64())
    if kinds == {bool}:
        return arrow.array(values, arrow.bool_())
    texts = [value if value is None or isinstance(value, str) else _json(value) for value in values]
    clean = [None if text is None else text.encode("utf-8", "backslashreplace").decode() for text in texts]
    return arrow.array(clean, arrow.string())


def _batches(rows: Rows) -> Iterator[list[Sequence[Any]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


FORMATS: Mapping[str, Callable[[Sequence[str], Rows, BinaryIO], None]] = {
    "csv": _csv,
    "json": _json_list,
    "jsonl": _json_lines,
    "parquet": _parquet,
}
"""What writes each format."""


def format_of(path: Path) -> str | None:
    """The format that a file's name says."""
    suffix = path.suffix.lower().removeprefix(".")
    return {"ndjson": "jsonl"}.get(suffix, suffix if suffix in FORMATS else None)
