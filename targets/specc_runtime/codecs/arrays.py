"""The codec `npy`: arrays of numpy. numpy is the user's; it is imported only where there is an array."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import Any

from specc_runtime.errors import CodecError

_HEADER_LIMIT = 100_000
"""Characters of a header, which is read as a literal: of fields of a structured array, thousands."""


def is_array(value: Any) -> bool:
    """Whether a value is an array of numpy, without importing numpy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def encode_npy(value: Any) -> bytes:
    """An array as a `.npy` file. Raises `CodecError` for anything else, and for arrays of Python objects."""
    if not is_array(value):
        raise CodecError(f"is a value of type `{type(value).__name__}`, but the codec `npy` takes a numpy array")
    numpy: Any = sys.modules["numpy"]
    if isinstance(value, numpy.ma.MaskedArray):
        raise CodecError("is a masked array, whose mask `.npy` cannot hold; return `.filled()` of it, or both parts")
    if value.dtype.hasobject:
        raise CodecError(
            "is a numpy array of Python objects (dtype `object`), which `.npy` cannot hold without pickle; give it a "
            'dtype, return `.tolist()` of it, or set `codec = "pickle"` on the step'
        )
    file = io.BytesIO()
    try:
        numpy.lib.format.write_array(file, numpy.asarray(value), allow_pickle=False)
    except (ValueError, TypeError) as error:
        raise CodecError(f"is an array that `.npy` cannot hold: {error}") from None
    return file.getvalue()


def decode_npy(data: bytes) -> Any:
    """The array of a `.npy` file; no object in it is ever unpickled. Raises `CodecError`."""
    try:
        numpy: Any = import_module("numpy")
    except ImportError:
        raise CodecError("is a numpy array, and numpy is not installed here: `pip install numpy`") from None
    try:
        return numpy.lib.format.read_array(io.BytesIO(data), allow_pickle=False, max_header_size=_HEADER_LIMIT)
    except (ValueError, TypeError, MemoryError, OverflowError, SyntaxError, EOFError) as error:
        raise CodecError(f"is not a `.npy` file that can be read: {str(error)[:200]}") from None
