"""The arguments of a call, on their way to a process of the same interpreter."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from typing import Any

from specc_runtime.codecs.json_codec import decode_json, encode_json
from specc_runtime.errors import CodecError, message_of

_JSON, _FAULT = b"j", b"!"
"""What these bytes begin with; a pickle begins with another one."""


def pack(arguments: Mapping[str, Any]) -> bytes:
    """The arguments as bytes. What has none is said by `unpack`."""
    try:
        return pickle.dumps(arguments, 5)
    except RecursionError:
        return _as_json(arguments)
    except Exception as error:  # a user's class may do anything while it is pickled
        return _FAULT + message_of(error).encode("utf-8", "replace")


def _as_json(arguments: Mapping[str, Any]) -> bytes:
    """JSON may be nested deeper than `pickle` goes."""
    try:
        data = encode_json(arguments)
        if decode_json(data) == arguments:
            return _JSON + data
    except (CodecError, RecursionError):
        pass
    return _FAULT + b"they are nested too deep"


def unpack(data: bytes) -> dict[str, Any]:
    """The arguments. Raises `CodecError` when they had no form as bytes, and what a user's class raises."""
    kind = data[:1]
    if kind == _JSON:
        found: dict[str, Any] = json.loads(data[1:])
        return found
    if kind == _FAULT:
        raise CodecError(f"the arguments cannot be handed to a process: {data[1:].decode()}")
    return pickle.loads(data)  # type: ignore[no-any-return]  # what `pack` was given
