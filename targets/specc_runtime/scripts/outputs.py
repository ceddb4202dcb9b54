"""The globals of a script that are its outputs, on their way out of its process."""

from __future__ import annotations

from typing import Any

from specc_runtime.codecs import codec_of, encode
from specc_runtime.codecs.json_codec import encode_json


def in_table(value: Any) -> tuple[str, bytes]:
    """A value among others in one table: an array becomes a list in it, a table of data a list of its rows.

    Raises `CodecError`.
    """
    kind = codec_of(value)
    if kind == "npy":
        value = value.tolist()
    elif kind == "arrow":
        value = _rows(value)
    return "json", encode_json(value)


def alone(value: Any) -> tuple[str, bytes]:
    """A value by itself, as the result of a function is. Raises `CodecError`."""
    encoded = encode(value)
    return encoded.codec, encoded.data


def _rows(value: Any) -> Any:
    """What pandas, polars and pyarrow call it."""
    for name in ("to_dicts", "to_pylist", "to_list"):
        found = getattr(value, name, None)
        if found is not None and not (name == "to_list" and hasattr(value, "columns")):
            return found()
    return value.to_dict(orient="records")
