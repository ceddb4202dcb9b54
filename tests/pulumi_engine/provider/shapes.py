"""The properties of resources: their names in a program and in the API, and the way from one to the other and back.

Nothing is passed over: what is not in the table of a kind is refused, and so is a value of another type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_engine.provider.errors import InputError
from specc_targets.pulumi.preview.values import UNKNOWN
from specc_targets.pulumi.preview.values import Asset as Archive

NONE = object()
"""No default: a property that cannot be taken back once it was said."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list of these."""

    item: Kind
    unordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A map from texts to texts."""


type_names = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", Archive: "an archive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A property."""

    api: str = ""
    """Its name in requests and answers; nothing when the kind handles it by itself."""
    of: Kind = str
    required: bool = False
    new: bool = False
    """Whether a change makes a new resource."""
    json: bool = False
    """Whether it is a text that holds a JSON document, which is compared by what it says."""
    any_case: bool = False
    """Whether capitals say the same as small letters."""
    default: Any = field(default=NONE)
    """What the API is told when it is taken back."""


Shape = Mapping[str, Field]
Kind = type | Many | Table | Shape


class Given:
    """Inputs of a resource, that must all be taken."""

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self.inputs = {key: value for key, value in inputs.items() if value is not None}
        self._left = set(self.inputs)

    def take(self, name: str, default: Any = None) -> Any:
        """A property, which is taken by that."""
        self._left.discard(name)
        return self.inputs.get(name, default)

    def mapped(self, shape: Shape, only: frozenset[str] | None = None) -> dict[str, Any]:
        """All properties that have a name in the API, as a request says them."""
        found = {}
        for name, item in shape.items():
            if item.api:
                value = self.take(name)
                if (only is None or name in only) and value is not None:
                    found[item.api] = to_api(value, item.of, name)
        return found

    def done(self) -> None:
        """Raise when something was not taken."""
        if self._left:
            raise InputError(min(self._left), "nothing was done with it")


def check(value: Any, kind: Kind, path: str, item: Field | None = None) -> None:
    """Raise when a value is not of a kind, all the way down. What is not known yet may be anything."""
    if value is UNKNOWN:
        return
    if isinstance(kind, Many):
        if not isinstance(value, list):
            raise InputError(path, "a list is expected")
        for number, one in enumerate(value):
            check(one, kind.item, f"{path}[{number}]")
    elif isinstance(kind, Table):
        if not isinstance(value, dict) or not all(one is UNKNOWN or isinstance(one, str) for one in value.values()):
            raise InputError(path, "a map of texts is expected")
    elif isinstance(kind, type):
        if not _is(value, kind):
            raise InputError(path, f"{type_names[kind]} is expected, not {value!r}")
        if item is not None and item.json:
            _document(value, path)
    else:
        check_all(value, kind, f"{path}.")


def _is(value: Any, kind: type) -> bool:
    """Whether a value is of a type. Numbers come as whole ones wherever they are."""
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    if kind is int and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int | float if kind is float else kind)


def check_all(inputs: Any, shape: Shape, prefix: str = "") -> None:
    """Raise for properties that are not in the shape, or lack."""
    if not isinstance(inputs, dict):
        raise InputError(prefix.rstrip("."), "an object is expected")
    for name, value in inputs.items():
        if name not in shape:
            raise InputError(f"{prefix}{name}", "there is no such property")
        if value is not None:
            check(value, shape[name].of, f"{prefix}{name}", shape[name])
    for name, item in shape.items():
        if item.required and inputs.get(name) is None:
            raise InputError(f"{prefix}{name}", "missing required property")


def _document(text: str, path: str) -> None:
    try:
        json.loads(text)
    except ValueError as error:
        raise InputError(path, f"contains an invalid JSON document: {error}") from None


def to_api(value: Any, kind: Kind, path: str = "") -> Any:
    """A value as a request says it."""
    if isinstance(kind, Many):
        return [to_api(one, kind.item, path) for one in value]
    if isinstance(kind, Table):
        return dict(value)
    if isinstance(kind, type):
        return int(value) if kind is int else value
    found = {}
    for name, item in kind.items():
        if value.get(name) is not None:
            if not item.api:
                raise InputError(f"{path}.{name}", "nothing was done with it")
            found[item.api] = to_api(value[name], item.of, f"{path}.{name}")
    unknown = value.keys() - kind.keys()
    if unknown:
        raise InputError(f"{path}.{min(unknown)}", "there is no such property")
    return found


def from_api(answer: Any, kind: Kind) -> Any:
    """What an answer says, in the words of a program."""
    if isinstance(kind, Many):
        return [from_api(one, kind.item) for one in answer]
    if isinstance(kind, Table):
        return dict(answer)
    if isinstance(kind, type):
        return answer
    return {
        name: from_api(answer[item.api], item.of)
        for name, item in kind.items()
        if item.api and answer.get(item.api) is not None
    }


def same(one: Any, other: Any, kind: Kind, item: Field | None = None) -> bool:
    """Whether two values say the same, to who reads them as this kind."""
    if UNKNOWN in (one, other):
        return False
    if isinstance(one, Archive) and isinstance(other, Archive):
        return one.sha256 == other.sha256
    if one is None or other is None:
        return one is other
    if item is not None and item.json:
        return bool(json.loads(one) == json.loads(other))
    if item is not None and item.any_case:
        return bool(one.lower() == other.lower())
    if isinstance(kind, Many) and kind.unordered:
        return sorted(map(json.dumps, one)) == sorted(map(json.dumps, other))
    return bool(one == other)


def missed(declared: Any, found: Any, kind: Kind, path: str, item: Field | None = None) -> list[str]:
    """The paths of declared values that were not found so."""
    if declared is None or same(declared, found, kind, item):
        return []
    if item is not None and item.json:
        return [path] if found is None else _lost(json.loads(declared), json.loads(found), path)
    if isinstance(kind, Many) and isinstance(found, list) and len(found) == len(declared) and not kind.unordered:
        pairs = enumerate(zip(declared, found, strict=True))
        return [lost for at, (one, other) in pairs for lost in missed(one, other, kind.item, f"{path}[{at}]")]
    if isinstance(kind, Mapping) and isinstance(found, dict):
        return [
            lost
            for name, one in kind.items()
            if name in declared
            for lost in missed(declared[name], found.get(name), one.of, f"{path}.{name}", one)
        ]
    return [path]


def _lost(declared: Any, found: Any, path: str) -> list[str]:
    """Where a document that was read back lacks what was declared. What AWS adds to it is no loss."""
    if isinstance(declared, dict) and isinstance(found, dict):
        return [lost for key in declared for lost in _lost(declared[key], found.get(key), f"{path}.{key}")]
    if isinstance(declared, list) and isinstance(found, list) and len(declared) == len(found):
        pairs = zip(declared, found, strict=True)
        return [lost for at, (one, other) in enumerate(pairs) for lost in _lost(one, other, f"{path}[{at}]")]
    return [] if declared == found else [path]
