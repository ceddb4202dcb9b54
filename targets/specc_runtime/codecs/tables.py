"""The codecs `arrow` and `parquet`: tables of pandas, polars and pyarrow, given back as what they were."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from specc_runtime.errors import CodecError

_KEY = b"specc"
"""In the metadata of a schema: which library's value the table was."""
_KINDS = {
    "pandas": ("DataFrame", "Series"),
    "polars": ("DataFrame", "Series"),
    "pyarrow": ("Table", "RecordBatch"),
}
_COLUMN = "values"
"""The only column of what was a series without a name."""


def table_kind(value: Any) -> tuple[str, str] | None:
    """Library and class of a table, or None for any other value. Imports nothing."""
    for base in type(value).__mro__[:-1]:
        library = base.__module__.partition(".")[0]
        if base.__name__ in _KINDS.get(library, ()):
            return library, base.__name__
    return None


def encode_arrow(value: Any) -> bytes:
    """A table as an Arrow IPC stream. Raises `CodecError`."""
    arrow = _arrow()
    table = _table(value, "arrow", arrow)

    def write(file: io.BytesIO) -> None:
        with arrow.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table) if table.num_rows else writer.write_batch(_empty(table, arrow))

    return _written(write, arrow)


def decode_arrow(data: bytes) -> Any:
    """What `encode_arrow` was given. Raises `CodecError`."""
    arrow = _arrow()
    return _read(lambda: arrow.ipc.open_stream(arrow.py_buffer(data)).read_all(), "an Arrow stream", arrow)


def encode_parquet(value: Any) -> bytes:
    """A table as a Parquet file. Raises `CodecError`."""
    arrow = _arrow()
    table = _table(value, "parquet", arrow)
    parquet = import_module("pyarrow.parquet")

    return _written(lambda file: parquet.write_table(table, file), arrow)


def decode_parquet(data: bytes) -> Any:
    """What `encode_parquet` was given. Raises `CodecError`."""
    arrow = _arrow()
    parquet = import_module("pyarrow.parquet")

    return _read(lambda: parquet.read_table(arrow.BufferReader(data)), "a Parquet file", arrow)


def _arrow() -> Any:
    try:
        import_module("pyarrow.ipc")
        return import_module("pyarrow")
    except ImportError:
        raise CodecError(
            "is a table, and tables travel with pyarrow: `pip install pyarrow`, or the extra `arrow` of specc"
        ) from None


def _table(value: Any, codec: str, arrow: Any) -> Any:
    kind = table_kind(value)
    if kind is None:
        takes = "a DataFrame or Series of pandas or polars, or a table of pyarrow"
        raise CodecError(f"is a value of type `{type(value).__name__}`, but the codec `{codec}` takes {takes}")
    notes: dict[str, Any] = {"library": kind[0], "kind": kind[1]}
    try:
        table = _TO_ARROW[kind](value, notes, arrow)
    except BaseException as error:
        _check_ordinary(error)
        raise CodecError(f"is a `{kind[0]}.{kind[1]}` that Arrow cannot hold: {_first_line(error)}") from None
    metadata = dict(table.schema.metadata or {})
    return table.replace_schema_metadata({**metadata, _KEY: json.dumps(notes).encode()})


def _check_ordinary(error: BaseException) -> None:
    """Raise what is no ordinary exception, but for what polars raises where it does not know what to do."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error


def _first_line(error: BaseException) -> str:
    parts = [str(part) for part in error.args] or [type(error).__name__]
    return "; ".join(parts).partition("\n")[0][:300]


def _written(write: Callable[[io.BytesIO], None], arrow: Any) -> bytes:
    file = io.BytesIO()
    try:
        write(file)
    except (arrow.ArrowException, ValueError, TypeError) as error:
        raise CodecError(f"is a table that cannot be written: {_first_line(error)}") from None
    return file.getvalue()


def _read(read: Callable[[], Any], what: str, arrow: Any) -> Any:
    try:
        table = read()
    except (arrow.ArrowException, ValueError, TypeError, OSError, EOFError, MemoryError) as error:
        raise CodecError(f"is not {what} that can be read: {_first_line(error)}") from None
    metadata = dict(table.schema.metadata or {})
    notes = _notes(metadata.pop(_KEY, b""))
    table = table.replace_schema_metadata(metadata or None)
    back = _FROM_ARROW.get((str(notes.get("library")), str(notes.get("kind"))))
    if back is None:
        return table
    try:
        return back(table, notes, arrow)
    except ImportError:
        return table  # the library that made it is not here: a table of pyarrow is what every other one can read
    except BaseException as error:
        _check_ordinary(error)
        raise CodecError(f"cannot be made a `{notes['library']}.{notes['kind']}`: {_first_line(error)}") from None


def _notes(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _from_pandas(value: Any, _notes: dict[str, Any], arrow: Any) -> Any:
    return arrow.Table.from_pandas(value)


def _from_pandas_series(value: Any, notes: dict[str, Any], arrow: Any) -> Any:
    notes["named"] = value.name is not None
    return arrow.Table.from_pandas(value.to_frame() if notes["named"] else value.to_frame(_COLUMN))


def _to_pandas_series(table: Any, notes: Mapping[str, Any], _arrow: Any) -> Any:
    column = _to_pandas(table, notes, _arrow).iloc[:, 0]
    return column if notes.get("named") else column.rename(None)


def _to_pandas(table: Any, _notes: Mapping[str, Any], _arrow: Any) -> Any:
    import_module("pandas")  # raises where it is not there
    return table.to_pandas()


def _to_polars(table: Any, _notes: Mapping[str, Any], _arrow: Any) -> Any:
    return import_module("polars").from_arrow(table)


def _from_polars(value: Any, _notes: dict[str, Any], _arrow: Any) -> Any:
    for name, kind in value.schema.items():
        if kind.base_type().__name__ == "Object":  # polars would write where its objects lie in memory
            raise TypeError(f"column `{name}` holds Python objects")
    return value.to_arrow()


def _from_polars_series(value: Any, notes: dict[str, Any], arrow: Any) -> Any:
    notes["name"] = value.name
    return _from_polars(value.to_frame(), notes, arrow)


def _to_polars_series(table: Any, notes: Mapping[str, Any], arrow: Any) -> Any:
    return _to_polars(table, notes, arrow).to_series().alias(notes.get("name") or "")


def _to_batch(table: Any, _notes: Mapping[str, Any], arrow: Any) -> Any:
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else _empty(table, arrow)


def _empty(table: Any, arrow: Any) -> Any:
    """A table without rows as a batch: so the categories that no row has are kept."""
    columns = [one.chunk(0) if one.num_chunks else arrow.array([], one.type) for one in table.columns]
    return arrow.RecordBatch.from_arrays(columns, schema=table.schema)


_TO_ARROW: dict[tuple[str, str], Callable[[Any, dict[str, Any], Any], Any]] = {
    ("pandas", "DataFrame"): _from_pandas,
    ("pandas", "Series"): _from_pandas_series,
    ("polars", "DataFrame"): _from_polars,
    ("polars", "Series"): _from_polars_series,
    ("pyarrow", "Table"): lambda value, _notes, _arrow: value,
    ("pyarrow", "RecordBatch"): lambda value, _notes, arrow: arrow.Table.from_batches([value]),
}
_FROM_ARROW: dict[Any, Callable[[Any, Mapping[str, Any], Any], Any]] = {
    ("pandas", "DataFrame"): _to_pandas,
    ("pandas", "Series"): _to_pandas_series,
    ("polars", "DataFrame"): _to_polars,
    ("polars", "Series"): _to_polars_series,
    ("pyarrow", "RecordBatch"): _to_batch,
}
