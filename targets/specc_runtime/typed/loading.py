"""From JSON to what an annotation says."""

from __future__ import annotations

import base64
import binascii
import collections
import collections.abc
import types
import typing
from collections.abc import Callable
from enum import Enum
from typing import Any

from specc_runtime.codecs.json_codec import decode_json
from specc_runtime.errors import CodecError
from specc_runtime.typed import structures
from specc_runtime.typed.fit import Conversion, Load, Unfit, expected
from specc_runtime.typed.hints import ALIAS, Names, resolve
from specc_runtime.typed.scalars import scalar_of

ANYTHING = Conversion("any value", lambda _value: True)
_PLAIN: dict[Any, Conversion] = {
    int: Conversion("an integer", lambda value: type(value) is int),
    float: Conversion("a number", lambda value: type(value) in (int, float)),
    bool: Conversion("true or false", lambda value: type(value) is bool),
    str: Conversion("a text", lambda value: type(value) is str),
    type(None): Conversion("null", lambda value: value is None),
}
_PLAIN[None] = _PLAIN[type(None)]
_PLAIN_TYPES = (int, float, bool, str, type(None))
_LIST = Conversion("a list", lambda value: isinstance(value, list))
_OBJECT = Conversion("an object", lambda value: isinstance(value, dict))
_LISTS: dict[Any, Callable[[list[Any]], Any] | None] = {
    list: None,
    collections.abc.Sequence: None,
    collections.abc.MutableSequence: None,
    collections.abc.Iterable: None,
    collections.abc.Collection: None,
    collections.deque: collections.deque,
    set: set,
    frozenset: frozenset,
    collections.abc.Set: frozenset,
    collections.abc.MutableSet: set,
}
"""Containers that JSON has as lists, with what makes them of one; None where a list serves."""
_OBJECTS: dict[Any, Callable[[dict[Any, Any]], Any] | None] = {
    dict: None,
    collections.abc.Mapping: None,
    collections.abc.MutableMapping: None,
    collections.OrderedDict: collections.OrderedDict,
    collections.Counter: collections.Counter,
}
_TRANSPARENT = (typing.Annotated, typing.Required, typing.NotRequired, typing.Final, typing.ClassVar)
_MAX_DEPTH = 40


class Builder:
    """Makes conversions of annotations. One builder serves one function; classes that hold themselves are met once."""

    def __init__(self) -> None:
        self._classes: dict[Any, Conversion] = {}
        self._depth = 0

    def build(self, annotation: Any, names: Names) -> Conversion:
        """The conversion for an annotation, in which texts are resolved with `names`."""
        if self._depth > _MAX_DEPTH:
            return ANYTHING
        self._depth += 1
        try:
            return self._build(resolve(annotation, names), names)
        finally:
            self._depth -= 1

    def _build(self, annotation: Any, names: Names) -> Conversion:
        for _ in range(_MAX_DEPTH):
            if isinstance(annotation, typing.NewType):
                annotation = annotation.__supertype__
            elif isinstance(annotation, ALIAS):
                annotation = resolve(annotation.__value__, names)
            elif typing.get_origin(annotation) in _TRANSPARENT:
                annotation = resolve(typing.get_args(annotation)[0], names)
            else:
                break
        if isinstance(annotation, typing.TypeVar):
            return self.build(annotation.__bound__, names) if annotation.__bound__ is not None else ANYTHING
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in (typing.Union, types.UnionType):
            return _union([self.build(item, names) for item in arguments])
        if origin is typing.Literal:
            return _literal(arguments)
        kind = origin if origin is not None else annotation
        if kind is None or kind in _PLAIN_TYPES:
            return _PLAIN[kind]
        if not isinstance(kind, type) or kind is typing.Any:
            return ANYTHING
        return self._of_class(annotation, kind, arguments, names)

    def _of_class(self, annotation: Any, kind: type, arguments: tuple[Any, ...], names: Names) -> Conversion:
        if kind is tuple:
            return self._tuple(arguments, names)
        if kind in _LISTS:
            return _list(self.build(arguments[0], names) if arguments else ANYTHING, _LISTS[kind])
        if kind in _OBJECTS or kind is collections.defaultdict:
            return self._object(kind, arguments, names)
        if kind in (bytes, bytearray):
            return _bytes(kind)
        if issubclass(kind, Enum):
            return _enum(kind)
        found = scalar_of(kind)
        if found is not None:
            return _scalar(kind, *found)
        return self._structure(annotation, kind, arguments)

    def _structure(self, annotation: Any, kind: type, arguments: tuple[Any, ...]) -> Conversion:
        maker = structures.maker_of(kind)
        if maker is None:
            return (
                Conversion(f"a `{kind.__name__}`", lambda value: isinstance(value, kind))
                if _testable(kind)
                else ANYTHING
            )
        try:
            known = self._classes.get(annotation)
        except TypeError:  # an annotation that holds something unhashable
            return ANYTHING
        if known is not None:
            return known
        made: list[Conversion] = []
        # Meant for the fields that hold the class itself, which are built before it is.
        self._classes[annotation] = Conversion(
            f"a `{kind.__name__}`", lambda value: _fits(made[0], value), lambda value: _loaded(made[0], value)
        )
        made.append(maker(kind, arguments, self.build))
        self._classes[annotation] = made[0]
        return made[0]

    def _tuple(self, arguments: tuple[Any, ...], names: Names) -> Conversion:
        if not arguments or (len(arguments) == 2 and arguments[1] is Ellipsis):
            return _list(self.build(arguments[0], names) if arguments else ANYTHING, tuple)
        items = [self.build(item, names) for item in arguments if item != ()]
        size = f"a list of {len(items)} item{'' if len(items) == 1 else 's'}"
        loads = [item.load or _same for item in items]

        def fits(value: Any) -> bool:
            return isinstance(value, list) and len(value) == len(items) and all(map(_fits, items, value))

        def load(value: Any) -> Any:
            if isinstance(value, tuple) and not isinstance(value, list):
                return value
            if not isinstance(value, list) or len(value) != len(items):
                raise expected(size, value)
            found: list[Any] = []
            try:
                found.extend(one(item) for one, item in zip(loads, value, strict=True))
            except Unfit as fault:
                raise fault.inside(len(found)) from None
            return tuple(found)

        return Conversion(size, fits, load)

    def _object(self, kind: type, arguments: tuple[Any, ...], names: Names) -> Conversion:
        make = _OBJECTS.get(kind)
        key = self.build(arguments[0], names) if arguments else ANYTHING
        value_of = self.build(arguments[1], names) if len(arguments) > 1 else ANYTHING
        load_key = _key_loader(key)
        load_value = value_of.load
        if make is None and load_key is None and load_value is None:
            return Conversion(
                "an object", lambda value: isinstance(value, dict) and all(map(value_of.fits, value.values()))
            )

        def load(value: Any) -> Any:
            if not isinstance(value, dict):
                raise expected("an object", value)
            found: dict[Any, Any] = {}
            for name, item in value.items():
                try:
                    found[load_key(name) if load_key else name] = load_value(item) if load_value else item
                except Unfit as fault:
                    raise fault.inside(str(name)) from None
            return make(found) if make is not None else found

        return Conversion("an object", _caught(load), load)


def _same(value: Any) -> Any:
    return value


def _loaded(conversion: Conversion, value: Any) -> Any:
    return value if conversion.load is None else conversion.load(value)


def _fits(conversion: Conversion, value: Any) -> bool:
    return conversion.fits(value)


def _testable(kind: type) -> bool:
    """Whether `isinstance` can be asked: not of every protocol."""
    try:
        isinstance(None, kind)
    except TypeError:
        return False
    return not getattr(kind, "_is_protocol", False)


def _caught(load: Load) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        try:
            load(value)
        except Unfit:
            return False
        return True

    return fits


def _list(item: Conversion, make: Callable[[list[Any]], Any] | None) -> Conversion:
    load_item, fits_item = item.load, item.fits

    def fits(value: Any) -> bool:
        return isinstance(value, list) and all(map(fits_item, value))

    if make is None and load_item is None:
        return Conversion("a list", fits)
    kind = make if isinstance(make, type) else list

    def load(value: Any) -> Any:
        if not isinstance(value, list):
            if isinstance(value, kind):
                return value
            raise expected("a list", value)
        found: list[Any] = value
        if load_item is not None:
            found = []
            try:
                for one in value:
                    found.append(load_item(one))  # how many there are tells where it failed
            except Unfit as fault:
                raise fault.inside(len(found)) from None
        try:
            return make(found) if make is not None else found
        except TypeError:
            raise Unfit("holds items that a set cannot hold, such as lists and objects") from None

    return Conversion("a list", fits, load)


def _key_loader(key: Conversion) -> Load | None:
    """Of the names of an object, which are texts in JSON whatever they were before."""
    load = key.load
    if load is None and (key.fits("") or not (key.fits(0) or key.fits(True))):
        return None

    def read(name: Any) -> Any:
        if not isinstance(name, str):
            return name
        try:
            if load is not None:
                return load(name)
        except Unfit as fault:
            first = fault
        else:
            first = expected(key.expected, name)
        try:
            value = decode_json(name)  # `1`, `0.5`, `true`
        except CodecError:
            raise first from None
        if load is not None:
            return load(value)
        if not key.fits(value):
            raise first
        return value

    return read


def _bytes(kind: type) -> Conversion:
    what = "bytes, or a text of them in base64"

    def load(value: Any) -> Any:
        if isinstance(value, bytes | bytearray | memoryview):
            return value if isinstance(value, kind) else kind(value)
        try:
            return kind(base64.b64decode(value, validate=True))
        except (TypeError, ValueError, binascii.Error):
            raise expected(what, value) from None

    return Conversion(what, _caught(load), load)


def _scalar(kind: type, base: type, scalar: Any) -> Conversion:
    read = scalar.load
    if kind is not base:
        read = getattr(kind, "fromisoformat", None) or (lambda value: kind(scalar.load(value)))

    def load(value: Any) -> Any:
        if isinstance(value, base):
            return value
        try:
            return read(value)
        except (TypeError, ValueError, ArithmeticError):
            raise expected(scalar.expected, value) from None

    def fits(value: Any) -> bool:
        """Whether it is the text that would be written: a date alone is no `datetime` where a `date` is possible."""
        try:
            return bool(scalar.dump(load(value)) == value)
        except Unfit:
            return False

    return Conversion(scalar.expected, fits, load)


def _enum(kind: type[Enum]) -> Conversion:
    from specc_runtime.typed.dumping import plain

    try:
        members = {_key(plain(member.value)): member for member in kind}
        listed = ", ".join(f"`{plain(member.value)}`" for member in list(kind)[:8])
    except Unfit:  # values that JSON does not have
        members, listed = {}, ""
    what = f"one of {listed}{', ...' if len(kind) > 8 else ''}" if listed else f"a value of `{kind.__name__}`"

    def load(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        found = members.get(_key(value))
        if found is None:
            try:
                return kind(value)  # flags together, and what `_missing_` makes of other values
            except (TypeError, ValueError):
                raise expected(what, value) from None
        return found

    return Conversion(what, _caught(load), load)


def _key(value: Any) -> Any:
    """A JSON value as a key that tells true from 1."""
    return (type(value), value) if isinstance(value, str | int | float | None) else repr(value)


def _literal(values: tuple[Any, ...]) -> Conversion:
    members = {_key(item.value if isinstance(item, Enum) else item): item for item in values}
    listed = ", ".join(f"`{key[1]}`" for key in members if isinstance(key, tuple))

    def load(value: Any) -> Any:
        key = _key(value.value if isinstance(value, Enum) else value)
        if key not in members:
            raise expected(f"one of {listed}", value)
        return members[key]

    enums = any(isinstance(item, Enum) for item in values)
    return Conversion(f"one of {listed}", lambda value: _key(value) in members, load if enums else None)


def _union(options: list[Conversion]) -> Conversion:
    """The first option that a value fits as it is, else the first that fits exactly, else the first that takes it."""
    unchanged = [option for option in options if option.load is None]
    changed = [option for option in options if option.load is not None]
    what = " or ".join(dict.fromkeys(option.expected for option in options))

    def fits(value: Any) -> bool:
        return any(option.fits(value) for option in options)

    if not changed:
        return Conversion(what, fits)

    def load(value: Any) -> Any:
        if any(option.fits(value) for option in unchanged):
            return value
        chosen = next((option for option in changed if option.fits(value)), None)
        if chosen is not None:
            return _loaded(chosen, value)
        faults: list[Unfit] = []
        for option in changed:
            try:
                return _loaded(option, value)
            except Unfit as fault:
                faults.append(fault)
        if len(changed) == 1 and (faults[0].path or all(option is _PLAIN[None] for option in unchanged)):
            raise faults[0]
        raise expected(what, value)

    return Conversion(what, fits, load)
