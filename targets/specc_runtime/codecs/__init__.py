"""Codecs: how a result is written as bytes and read back. JSON unless the value or the spec says otherwise."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from specc_runtime.codecs.arrays import decode_npy, encode_npy, is_array
from specc_runtime.codecs.json_codec import decode_json, encode_json
from specc_runtime.codecs.tables import decode_arrow, decode_parquet, encode_arrow, encode_parquet, table_kind
from specc_runtime.errors import CodecError


@dataclass(frozen=True, slots=True)
class Encoded:
    """A value as bytes, with the name of the codec that reads them."""

    codec: str
    data: bytes

    def decode(self) -> Any:
        """The value, new at every call: two readers never share mutable state."""
        return codec(self.codec).decode(self.data)


class Codec(NamedTuple):
    """Two functions. Both raise `CodecError`."""

    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], Any]


def _encode_text(value: Any) -> bytes:
    if not isinstance(value, str):
        raise CodecError(f"is {_described(value)}, but the codec `text` takes a string")
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise CodecError("is text with a lone surrogate, which is not valid Unicode") from None


def _encode_bytes(value: Any) -> bytes:
    if not isinstance(value, bytes | bytearray | memoryview):
        raise CodecError(f"is {_described(value)}, but the codec `bytes` takes bytes")
    return bytes(value)


def _encode_pickle(value: Any) -> bytes:
    try:
        return pickle.dumps(value, protocol=5)
    except Exception as error:
        raise CodecError(f"cannot be pickled: {error}") from error


def _decode_pickle(data: bytes) -> Any:
    try:
        return pickle.loads(data)  # only for results whose step says `codec = "pickle"`
    except Exception as error:
        raise CodecError(f"cannot be unpickled: {error}") from error


def _decode_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise CodecError(f"is not UTF-8: {error}") from None


CODECS: dict[str, Codec] = {
    "json": Codec(encode_json, decode_json),
    "text": Codec(_encode_text, _decode_text),
    "bytes": Codec(_encode_bytes, bytes),
    "npy": Codec(encode_npy, decode_npy),
    "arrow": Codec(encode_arrow, decode_arrow),
    "parquet": Codec(encode_parquet, decode_parquet),
    "pickle": Codec(_encode_pickle, _decode_pickle),
}
"""All codecs by the name that a spec's `codec` gives."""


def codec(name: str) -> Codec:
    """The codec called `name`. Raises `CodecError` when there is none."""
    if name not in CODECS:
        raise CodecError(f"needs the codec `{name}`, which there is not; there are: {', '.join(CODECS)}")
    return CODECS[name]


_JSON_TYPES = frozenset({type(None), bool, int, float, str, list, dict, tuple})


def codec_of(value: Any) -> str:
    """The name of the codec for a value when a spec names none: by its type, and never `pickle`."""
    if type(value) in _JSON_TYPES:
        return "json"
    if isinstance(value, bytes | bytearray | memoryview):
        return "bytes"
    if is_array(value):
        return "npy"
    return "arrow" if table_kind(value) is not None else "json"


def encode(value: Any, name: str | None = None) -> Encoded:
    """Write a value with the codec called `name`, or the one of its type. Raises `CodecError`.

    Without a name bytes stay bytes, arrays of numpy become `npy`, tables `arrow`, and everything else must be JSON or
    have one form in it (`specc_runtime.typed.dumping`); nothing is ever pickled unasked.
    """
    name = name or codec_of(value)
    return Encoded(name, codec(name).encode(value))


def _described(value: Any) -> str:
    return f"a value of type `{type(value).__name__}`"
