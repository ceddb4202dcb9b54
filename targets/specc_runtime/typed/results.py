"""From Python values to JSON, by how they are annotated: where the annotation says more than the value does."""

from __future__ import annotations

import base64
import collections.abc
import dataclasses
import types
import typing
from collections.abc import Callable
from typing import Any

from specc_runtime.typed.dumping import Dump, entries, items, ordered, plain
from specc_runtime.typed.fit import Unfit
from specc_runtime.typed.hints import ALIAS, Names, class_hints, resolve
from specc_runtime.typed.structures import is_named_tuple

_BYTES = (bytes, bytearray, memoryview)
_GENERATORS = (
    collections.abc.Iterator,
    collections.abc.Iterable,
    collections.abc.Generator,
    collections.abc.AsyncIterator,
    collections.abc.AsyncIterable,
    collections.abc.AsyncGenerator,
)
_LISTS = (list, tuple, collections.deque, collections.abc.Sequence, collections.abc.Collection, *_GENERATORS)
_SETS = (set, frozenset, collections.abc.Set, collections.abc.MutableSet)
_MAPPINGS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
_TRANSPARENT = (typing.Annotated, typing.Required, typing.NotRequired, typing.Final)
_MAX_DEPTH = 40


class Choice(typing.NamedTuple):
    """A dumper, and whether it is the one for a value."""

    accepts: Callable[[Any], bool]
    dump: Dump


def dump_of(annotation: Any, names: Names, *, inside: bool = False, depth: int = 0) -> Choice | None:
    """How a value of this annotation is written; None where the value's own type says it all.

    Bytes are base64 `inside` of other values; by themselves they are bytes.
    """
    annotation = _bare(resolve(annotation, names), names)
    if depth > _MAX_DEPTH:
        return None
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return _one_of([dump_of(item, names, inside=inside, depth=depth + 1) for item in arguments])
    kind = origin if origin is not None else annotation
    if not isinstance(kind, type):
        return None
    if inside and kind in _BYTES:
        return Choice(lambda value: isinstance(value, _BYTES), lambda value: base64.b64encode(value).decode())
    if is_named_tuple(kind):
        return Choice(lambda value: isinstance(value, kind), of_named_tuple(kind))
    if typing.is_typeddict(kind):
        return _of_typed_dict(kind, depth)
    return _of_container(kind, arguments, names, depth)


def _bare(annotation: Any, names: Names) -> Any:
    for _ in range(_MAX_DEPTH):
        if isinstance(annotation, typing.NewType):
            annotation = annotation.__supertype__
        elif isinstance(annotation, ALIAS):
            annotation = resolve(annotation.__value__, names)
        elif typing.get_origin(annotation) in _TRANSPARENT:
            annotation = resolve(typing.get_args(annotation)[0], names)
        else:
            break
    return annotation


def _of_container(kind: type, arguments: tuple[Any, ...], names: Names, depth: int) -> Choice | None:
    if not arguments:
        return None
    if kind is tuple and arguments[-1:] != (Ellipsis,):
        return _of_tuple([dump_of(item, names, inside=True, depth=depth + 1) for item in arguments])
    if kind in _MAPPINGS:
        inner = dump_of(arguments[-1], names, inside=True, depth=depth + 1)
        return inner and Choice(
            lambda value: isinstance(value, collections.abc.Mapping), lambda value: entries(value, _applied(inner))
        )
    inner = dump_of(arguments[0], names, inside=True, depth=depth + 1) if kind in (*_LISTS, *_SETS) else None
    if inner is None:
        return None
    if kind in _SETS:
        return Choice(
            lambda value: isinstance(value, collections.abc.Set), lambda value: ordered(value, _applied(inner))
        )
    return Choice(
        lambda value: isinstance(value, list | tuple | collections.deque), lambda value: items(value, _applied(inner))
    )


def _of_tuple(parts: list[Choice | None]) -> Choice | None:
    if not any(parts):
        return None
    dumps = [_applied(part) for part in parts]

    def dump(value: Any) -> list[Any]:
        if len(value) != len(dumps):
            return items(value)
        found: list[Any] = []
        try:
            found.extend(one(item) for one, item in zip(dumps, value, strict=True))
        except Unfit as fault:
            raise fault.inside(len(found)) from None
        return found

    return Choice(lambda value: isinstance(value, tuple | list), dump)


def _applied(choice: Choice | None) -> Dump:
    """The dumper of a part: by the annotation where the value is what it says, else by the value's type."""
    if choice is None:
        return plain
    accepts, dump = choice
    return lambda value: dump(value) if accepts(value) else plain(value)


def _one_of(options: list[Choice | None]) -> Choice | None:
    found = [option for option in options if option is not None]
    if not found:
        return None
    return Choice(
        lambda value: any(option.accepts(value) for option in found),
        lambda value: next(option.dump for option in found if option.accepts(value))(value),
    )


def _field_dumps(kind: type, names: typing.Iterable[str], depth: int = 0) -> dict[str, Dump]:
    """Dumpers of the fields of a class, made when the first value of it is written: it may hold itself."""
    hints = class_hints(kind)
    found: dict[str, Dump] = {}
    for name in names:
        annotation, known = hints.get(name, (Any, {}))
        found[name] = _applied(dump_of(annotation, known, inside=True, depth=depth + 1))
    return found


def _of_typed_dict(kind: type, depth: int) -> Choice | None:
    if depth > 8:  # one that holds itself: deeper down, its values are written by what they are
        return None
    dumps = _field_dumps(kind, class_hints(kind), depth)
    if all(dump is plain for dump in dumps.values()):
        return None

    def dump(value: Any) -> dict[Any, Any]:
        return _object(((name, item, dumps.get(name, plain)) for name, item in value.items()))

    return Choice(lambda value: isinstance(value, dict), dump)


def of_dataclass(kind: type) -> Dump:
    """A dataclass as an object with its fields."""
    names = [field.name for field in dataclasses.fields(kind)]
    dumps: dict[str, Dump] = {}

    def dump(value: Any) -> dict[Any, Any]:
        if not dumps:
            dumps.update(_field_dumps(kind, names))
        return _object((name, getattr(value, name), dumps[name]) for name in names if hasattr(value, name))

    return dump


def of_named_tuple(kind: type) -> Dump:
    """A named tuple as an object with its fields."""
    names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]  # it is a named tuple
    dumps: dict[str, Dump] = {}

    def dump(value: Any) -> dict[Any, Any]:
        if not dumps:
            dumps.update(_field_dumps(kind, names))
        return _object((name, item, dumps[name]) for name, item in zip(names, value, strict=False))

    return dump


def _object(parts: typing.Iterable[tuple[str, Any, Dump]]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for name, item, dump in parts:
        try:
            found[name] = dump(item)
        except Unfit as fault:
            raise fault.inside(name) from None
    return found
