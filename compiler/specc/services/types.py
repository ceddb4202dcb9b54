"""The static types of what services give and take."""

from __future__ import annotations

from specc.expressions.types import (
    ANY,
    BOOLEAN,
    BYTES,
    INTEGER,
    NUMBER,
    STRING,
    Field,
    ListType,
    ObjectType,
    Type,
    UnionType,
)
from specc.services.models import Operation, Shape

_GIVEN = {
    "string": STRING,
    "character": STRING,
    "timestamp": STRING,
    "blob": STRING,
    "integer": INTEGER,
    "long": INTEGER,
    "float": NUMBER,
    "double": NUMBER,
    "boolean": BOOLEAN,
}
_TAKEN = _GIVEN | {"timestamp": UnionType((STRING, NUMBER)), "blob": UnionType((STRING, BYTES))}


def result_type(operation: Operation) -> Type:
    """What a step gives that makes this call."""
    if operation.output is None:
        return ObjectType((), open=False)
    return _type(operation.output, ())


def _type(shape: Shape, around: tuple[str, ...]) -> Type:
    """The type of a value; of a structure inside of itself nothing is said."""
    kind = shape.kind
    if kind == "list":
        return ListType(_type(shape.item, around))
    if kind == "map":
        return ObjectType((), open=True, rest=_type(shape.item, around))
    if kind == "structure":
        if shape.is_("document") or shape.name in around:
            return ANY
        inside = (*around, shape.name)
        fields = tuple(Field(name, _type(item, inside), False) for name, item in shape.members.items())
        return ObjectType(fields, open=False)
    return _GIVEN.get(kind, ANY)


def taken_type(shape: Shape) -> Type:
    """What a parameter takes, as far as its kind tells: what is inside of it is looked at for itself."""
    kind = shape.kind
    if shape.is_("document"):
        return ANY
    if kind == "list":
        return ListType(ANY)
    if kind in ("map", "structure"):
        return ObjectType()
    return _TAKEN.get(kind, ANY)
