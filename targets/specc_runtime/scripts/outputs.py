"""The globals of a script that are its outputs, on their way out of its process."""

from __future__ import annotations

from typing import Any

from specc_runtime.codecs import codec_of, encode
from specc_runtime.codecs.json_codec import encode_json
from specc_runtime.errors import CodecError

_INSTEAD = (
    "an output is made of numbers, texts, lists and dictionaries; what is not can be written to a file that the step "
    "keeps (`artifacts`)"
)


def in_table(value: Any) -> tuple[str, bytes]:
    """A value among others in one table: an array becomes a list in it, a table of data a list of its rows.

    Raises `CodecError`, which says what a script may do about it.
    """
    try:
        return _in_table(value)
    except CodecError as error:
        raise CodecError(with_help(str(error))) from None


def with_help(message: str) -> str:
    """The message of a `CodecError` about an output: a script returns nothing, and annotates no result."""
    if "no number for" in message:
        return f"{message}; log it as a metric, which may be NaN or infinite, or turn it into `None`"
    what, found, advice = message.rpartition("; return ")
    if not found:
        return message
    if ".tolist()" in advice or ".collect()" in advice:
        return f"{what}; make a list of it, as with `{'.collect()' if '.collect()' in advice else '.tolist()'}`"
    return f"{what}; {_INSTEAD}"


def _in_table(value: Any) -> tuple[str, bytes]:
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
