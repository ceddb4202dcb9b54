"""The shapes of static types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Type:
    """A set of JSON values. `str()` writes it in the user's words; `parse_type` reads that back."""

    __slots__ = ()

    def __str__(self) -> str:
        from specc.expressions.type_text import write

        return write(self)


@dataclass(frozen=True, slots=True)
class SimpleType(Type):
    """A type that a word names."""

    word: str

    def __str__(self) -> str:
        return self.word


ANY = SimpleType("any")
"""Nothing is known about the value."""
NULL = SimpleType("null")
BOOLEAN = SimpleType("boolean")
INTEGER = SimpleType("integer")
"""A number without a fraction. Every integer is a number too."""
NUMBER = SimpleType("number")
STRING = SimpleType("string")


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """A list whose items are all of one type."""

    item: Type = ANY

    __str__ = Type.__str__


@dataclass(frozen=True, slots=True)
class OpaqueType(Type):
    """A Python value that is no JSON, by the name of its class. It travels whole; no expression looks into it."""

    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def codec(self) -> str | None:
        """The codec it travels by; None when it cannot travel."""
        return OPAQUE_CODECS.get(self.name)


OPAQUE_CODECS = {
    "bytes": "bytes",
    "numpy.ndarray": "npy",
    "pandas.DataFrame": "arrow",
    "pandas.Series": "arrow",
    "polars.DataFrame": "arrow",
    "polars.Series": "arrow",
    "pyarrow.Table": "arrow",
    "pyarrow.RecordBatch": "arrow",
}
"""What travels without being JSON."""
BYTES = OpaqueType("bytes")


class Field(NamedTuple):
    """A named part of an object."""

    name: str
    type: Type
    required: bool = True


@dataclass(frozen=True, slots=True)
class ObjectType(Type):
    """An object. An open one may have fields beside those listed, with values of the type `rest`."""

    fields: tuple[Field, ...] = ()
    open: bool = True
    rest: Type = ANY

    __str__ = Type.__str__

    def field(self, name: str) -> Field | None:
        """The listed field called `name`."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class UnionType(Type):
    """One of several types. Best made by `union`, which keeps it flat and without repetition."""

    members: tuple[Type, ...]

    __str__ = Type.__str__


LIST = ListType(ANY)
OBJECT = ObjectType()


def members(type: Type) -> tuple[Type, ...]:
    """The alternatives of a type: itself, unless it is a union."""
    return type.members if isinstance(type, UnionType) else (type,)


def union(*types: Type) -> Type:
    """The type of a value that is of one of `types`. ANY swallows all; INTEGER is swallowed by NUMBER."""
    found: dict[Type, None] = {}
    for one in types:
        found.update(dict.fromkeys(members(one)))
    if ANY in found:
        return ANY
    if NUMBER in found:
        found.pop(INTEGER, None)
    return next(iter(found)) if len(found) == 1 else UnionType(tuple(found))


def opaque_part(type: Type, inside: bool = False) -> tuple[OpaqueType, bool] | None:
    """What of a result cannot be kept, and whether it is only because of what it stands in; None when all can.

    Arrays and tables travel by themselves, never as a part of JSON.
    """
    if isinstance(type, OpaqueType):
        return (type, type.codec is not None) if inside or type.codec is None else None
    inner: tuple[Type, ...] = ()
    if isinstance(type, UnionType):
        return next((found for one in type.members if (found := opaque_part(one, inside)) is not None), None)
    if isinstance(type, ListType):
        inner = (type.item,)
    elif isinstance(type, ObjectType):
        inner = (*(field.type for field in type.fields), type.rest)
    return next((found for one in inner if (found := opaque_part(one, inside=True)) is not None), None)


def without_null(type: Type) -> Type:
    """The type of a value that is known not to be null."""
    rest = tuple(member for member in members(type) if member != NULL)
    return union(*rest) if rest else type
