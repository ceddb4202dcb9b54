"""Which kinds of values a type allows, and how they are called in messages."""

from __future__ import annotations

from specc.expressions.type_model import (
    ANY,
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBER,
    STRING,
    ListType,
    ObjectType,
    OpaqueType,
    Type,
    members,
)

ALL = frozenset({"null", "boolean", "number", "string", "list", "object", "opaque"})
_SIMPLE = {NULL: "null", BOOLEAN: "boolean", INTEGER: "number", NUMBER: "number", STRING: "string"}


def kinds(type: Type) -> frozenset[str]:
    """The kinds of values that `type` allows; all of them when nothing is known."""
    if type == ANY:
        return ALL
    found: set[str] = set()
    for member in members(type):
        if isinstance(member, ListType):
            found.add("list")
        elif isinstance(member, ObjectType):
            found.add("object")
        elif isinstance(member, OpaqueType):
            found.add("opaque")
        else:
            kind = _SIMPLE.get(member)  # type: ignore[call-overload]  # a type without a word of its own allows all
            if kind is None:
                return ALL
            found.add(kind)
    return frozenset(found) or ALL


def a(type: Type) -> str:
    """The type with its article: `a list of integer`, `an object`."""
    text = str(type)
    if text.startswith("{"):
        text = "object"
    if isinstance(type, OpaqueType):
        return text if text == "bytes" else f"a `{text}`"
    if text in ("null", "any"):
        return text
    return f"an {text}" if text[0] in "aeiou" else f"a {text}"
