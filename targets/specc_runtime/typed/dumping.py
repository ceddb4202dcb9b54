"""From Python values to JSON, by what they are."""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import sys
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from specc_runtime.codecs.json_codec import encode_json
from specc_runtime.errors import CodecError
from specc_runtime.typed.fit import Unfit
from specc_runtime.typed.scalars import scalar_of
from specc_runtime.typed.structures import is_model

Dump = Callable[[Any], Any]
_MOST_TYPES = 4096
_ATOMS = frozenset({str, int, float, bool, type(None)})
_dumps: dict[type, Dump] = {}
ADVICE = 'return a dataclass or plain lists and objects, or set `codec = "pickle"` on the step'
_BYTES = "which JSON has no form for; return it by itself, or annotate the result (`list[bytes]`) to have base64"


def plain(value: Any) -> Any:
    """The JSON that stands for `value`. Raises `Unfit` for what has none, `RecursionError` for what holds itself."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    dump = _dumps.get(kind)
    if dump is None:
        dump = _found(kind)
        if len(_dumps) >= _MOST_TYPES:
            _dumps.clear()
        _dumps[kind] = dump
    return dump(value)


def items(values: Iterable[Any], dump: Dump = plain) -> list[Any]:
    """The JSON of each."""
    found: list[Any] = []
    try:
        for value in values:
            found.append(dump(value))  # noqa: PERF401  # how many there are tells where it failed
    except Unfit as fault:
        raise fault.inside(len(found)) from None
    return found


def ordered(values: Iterable[Any], dump: Dump = plain) -> list[Any]:
    """The JSON of a set: sorted, so that it is the same in every process."""
    found = items(values, dump)
    try:
        return sorted(found)
    except TypeError:
        return sorted(found, key=_text)


def entries(value: Any, dump: Dump = plain) -> dict[Any, Any]:
    """The JSON of a mapping."""
    found: dict[Any, Any] = {}
    for name, item in value.items():
        key = name if type(name) in _ATOMS else _key(name)
        if key in found:
            raise Unfit(f"two keys that both become `{key}`", "of which JSON keeps only one")
        try:
            found[key] = dump(item)
        except Unfit as fault:
            raise fault.inside(str(key)) from None
    return found


def _key(name: Any) -> Any:
    if isinstance(name, str | int | float) and not isinstance(name, Enum):
        return name
    try:
        found = plain(name)
    except Unfit:
        found = ()
    if isinstance(found, list | tuple | dict):
        raise Unfit(f"a key of type `{type(name).__name__}`", "which is not JSON")
    return found


def _text(value: Any) -> bytes:
    try:
        return encode_json(value)
    except CodecError as error:
        raise Unfit("a value", f"which {error}") from None


def _found(kind: type) -> Dump:
    """The dumper of a type, by the first family that it belongs to."""
    if issubclass(kind, Enum):
        return lambda value: plain(value.value)
    special = _of_library(kind)
    if special is not None:
        return special
    if is_model(kind):
        return lambda value: value.model_dump(mode="json")
    if dataclasses.is_dataclass(kind):
        from specc_runtime.typed.results import of_dataclass

        return of_dataclass(kind)
    scalar = scalar_of(kind)
    if scalar is not None:
        return scalar[1].dump
    if issubclass(kind, list | tuple | collections.deque | range | collections.abc.ValuesView):
        return items
    if issubclass(kind, collections.abc.KeysView):
        return items  # in the order of the dictionary, which is no accident
    if issubclass(kind, set | frozenset | collections.abc.Set):
        return ordered
    if issubclass(kind, dict | collections.abc.Mapping):
        return entries
    for base, dump in _BASES:
        if issubclass(kind, base):
            return dump
    return _refuse


_BASES: tuple[tuple[type, Dump], ...] = ((str, str.__str__), (int, int.__int__), (float, float.__float__))


def _of_library(kind: type) -> Dump | None:
    """What numpy, pandas, polars and pyarrow have, where the user has imported them."""
    library = kind.__module__.partition(".")[0]
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(kind, numpy.generic):
        return _of_numpy(numpy, kind)
    if numpy is not None and issubclass(kind, numpy.ndarray):
        return _refuse_inside("a numpy array", "return it by itself, or `.tolist()` of it")
    if library in {"pandas", "polars", "pyarrow"} and kind.__name__ in _TABLES:
        instead = (
            "return `.collect()` of it"
            if kind.__name__ == "LazyFrame"
            else "return it by itself, or a list of its rows"
        )
        return _refuse_inside(f"a `{library}.{kind.__name__}`", instead)
    return None


_TABLES = frozenset({"DataFrame", "Series", "Table", "RecordBatch", "LazyFrame"})


def _of_numpy(numpy: Any, kind: type) -> Dump | None:
    if issubclass(kind, numpy.datetime64):
        return _no_nat(numpy, str)
    if issubclass(kind, numpy.timedelta64):
        return _no_nat(numpy, lambda value: plain(value.astype("timedelta64[us]").item()))
    if issubclass(kind, numpy.floating):
        return float
    if issubclass(kind, numpy.bool_ | numpy.integer):
        return lambda value: value.item()
    return str if issubclass(kind, str) else None


def _no_nat(numpy: Any, dump: Dump) -> Dump:
    def checked(value: Any) -> Any:
        if numpy.isnat(value):
            raise Unfit("`NaT`", "which JSON has nothing for")
        return dump(value)

    return checked


def _refuse(value: Any) -> Any:
    kind = type(value)
    if isinstance(value, bytes | bytearray | memoryview):
        raise Unfit(f"a value of type `{kind.__name__}`", _BYTES)
    raise Unfit(f"a value of type `{kind.__name__}`", f"which is not JSON; {ADVICE}")


def _refuse_inside(what: str, instead: str) -> Dump:
    def refuse(_value: Any) -> Any:
        raise Unfit(what, f"which cannot stand in JSON; {instead}")

    return refuse
