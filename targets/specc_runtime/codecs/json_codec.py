"""JSON, exactly: integers of any size, no NaN, and a clear word about what is not JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from specc_runtime.errors import CodecError

LARGEST_EXACT = 2**53
"""Larger integers are not exact in JavaScript numbers, nor in JSONata."""

_MAY_BE_NO_STRING = re.compile(r'"(?:-?[0-9][-+.0-9e]*|null|true|false)":')
"""A key of an object that may be none in Python."""
_ONLY_STRINGS = frozenset({str})
_LEAVES = frozenset({str, int, float, bool, type(None)})
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def encode_json(value: Any) -> bytes:
    """Compact UTF-8 JSON. Raises `CodecError`.

    Tuples become arrays, keys become strings, as `json` does; dataclasses, sets, times and the like become what
    `specc_runtime.typed.dumping` makes of them.
    """
    try:
        return _distinct(value, _encoder.encode(value)).encode()
    except TypeError:
        value = _plain(value)
    except (ValueError, RecursionError) as error:
        raise CodecError(_reason(value, error)) from None
    try:
        return _distinct(value, _encoder.encode(value)).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise CodecError(_reason(value, error)) from None


def _distinct(value: Any, text: str) -> str:
    """The same text, unless two keys of an object have become one in it. Raises `CodecError`."""
    if text[0] in "{[" and _MAY_BE_NO_STRING.search(text) is not None:
        left = [value]
        while left:
            found = left.pop()
            if isinstance(found, dict):
                _compare_keys(found)
                left += [item for item in found.values() if type(item) not in _LEAVES]
            elif isinstance(found, list | tuple):
                left += [item for item in found if type(item) not in _LEAVES]
    return text


def _compare_keys(found: dict[Any, Any]) -> None:
    if set(map(type, found)) <= _ONLY_STRINGS:
        return
    for key in found:
        if not isinstance(key, str):
            text = _encoder.encode(key)
            if text in found:
                same = f'`{key!r}` and `"{text}"`'
                raise CodecError(f"holds an object with the keys {same}, which are the same in JSON")


def _plain(value: Any) -> Any:
    """The JSON that stands for a value which is none. Raises `CodecError`."""
    from specc_runtime.typed.dumping import plain  # late: most values are JSON
    from specc_runtime.typed.fit import Unfit

    try:
        return plain(value)
    except Unfit as fault:
        where = f" at `{fault.where}`" if fault.path else ""
        verb = "holds" if where or fault.reason.startswith("a key") else "is"
        raise CodecError(f"{verb} {fault.reason}{where}, {fault.why}") from None
    except RecursionError:
        raise CodecError("is nested too deep") from None


def decode_json(data: bytes | str) -> Any:
    """The value of a JSON text. Raises `CodecError`."""
    try:
        return json.loads(data, parse_constant=_refuse)
    except RecursionError:
        raise CodecError("is nested too deep") from None
    except ValueError as error:
        raise CodecError(f"is not JSON: {error}") from None


def _refuse(name: str) -> Any:
    raise ValueError(f"`{name}` is not a JSON number")


def copy_json(value: Any) -> Any:
    """What encoding and decoding `value` gives. Immutable values are given back as they are."""
    kind = type(value)
    if value is None or kind is bool or (kind is int and -LARGEST_EXACT < value < LARGEST_EXACT):
        return value
    if (kind is str and value.isascii()) or (kind is float and math.isfinite(value)):
        return value
    return decode_json(encode_json(value))


def is_plain(value: Any) -> bool:
    """Whether a JSON value survives a reader that has only JavaScript's numbers.

    False for integers beyond 2**53, and for floats that such a reader would write as integers (`1.0`).
    """
    if isinstance(value, dict):
        return all(is_plain(item) for item in value.values())
    if isinstance(value, list):
        return all(is_plain(item) for item in value)
    if isinstance(value, float):
        return not value.is_integer()
    return not isinstance(value, int) or -LARGEST_EXACT <= value <= LARGEST_EXACT


def _reason(value: Any, error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "holds text with a lone surrogate, which is not valid Unicode"
    if isinstance(error, RecursionError):
        return "is nested too deep"
    if "ircular" in str(error):
        return "holds itself, which JSON cannot express"
    try:
        for path, item in _walk(value, "", 0):
            if isinstance(item, float) and not math.isfinite(item):
                return f"holds `{item}`{f' at `{path}`' if path else ''}, which JSON has no number for"
    except RecursionError:
        pass
    return f"is not JSON: {error}"


def _walk(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    yield path, value
    if depth > 200:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _walk(item, f"{path}[{index}]", depth + 1)
