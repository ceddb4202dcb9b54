"""Arguments as bytes: JSON where they are JSON, else by the codec of each value's type."""

from __future__ import annotations

from typing import Any

from specc_runtime.codecs import Encoded, encode
from specc_runtime.codecs.json_codec import decode_json, encode_json
from specc_runtime.errors import CodecError

Packed = tuple[str, Any]
"""A codec and its bytes; or `{}` with names and packed values, or `[]` with packed values."""


def pack(value: Any) -> Packed:
    """A value in a form that any two interpreters read alike."""
    try:
        return ("json", encode_json(value))
    except CodecError:
        pass
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return ("{}", [(name, pack(item)) for name, item in value.items()])
    if isinstance(value, list | tuple):
        return ("[]", [pack(item) for item in value])
    try:
        encoded = encode(value)
    except CodecError:  # what only a step with `codec = "pickle"` can have given
        encoded = encode(value, "pickle")
    return (encoded.codec, encoded.data)


def unpack(packed: Packed) -> Any:
    """The value. Raises `CodecError`."""
    kind, data = packed
    if kind == "json":
        return decode_json(data)
    if kind == "{}":
        return {name: unpack(item) for name, item in data}
    if kind == "[]":
        return [unpack(item) for item in data]
    return Encoded(kind, data).decode()
