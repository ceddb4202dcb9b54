"""Types read from JSON Schemas and from values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc.expressions.type_model import (
    ANY,
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBER,
    STRING,
    Field,
    ListType,
    ObjectType,
    Type,
    UnionType,
    union,
)

_WORDS = {"string": STRING, "integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN, "null": NULL}
_STRINGS = ("path", "datetime", "duration")
_MAX_DEPTH = 30
_MAX_ITEMS = 1_000


def from_json_schema(schema: Mapping[str, Any] | bool, depth: int = 0) -> Type:
    """The type of the values that a JSON Schema admits, as closely as types can say it.

    Also knows specc's own types of parameters: `path`, `datetime` and `duration` are strings.
    """
    if not isinstance(schema, Mapping) or depth > _MAX_DEPTH:
        return ANY
    if "const" in schema:
        return of_value(schema["const"])
    if isinstance(values := schema.get("enum"), list) and values:
        return union(*(of_value(value) for value in values[:_MAX_ITEMS]))
    for key in ("anyOf", "oneOf"):
        if isinstance(options := schema.get(key), list) and options:
            return union(*(from_json_schema(option, depth + 1) for option in options))
    word = schema.get("type")
    if isinstance(word, list):
        return union(*(from_json_schema({**schema, "type": one}, depth + 1) for one in word)) if word else ANY
    if word == "array":
        items = schema.get("items", True)
        return ListType(from_json_schema(items, depth + 1))
    if word == "object":
        return _object(schema, depth)
    if word in _STRINGS:
        return STRING
    return _WORDS.get(word, ANY) if isinstance(word, str) else ANY


def _object(schema: Mapping[str, Any], depth: int) -> Type:
    properties = schema.get("properties")
    required = schema.get("required", ())
    fields = tuple(
        Field(str(name), from_json_schema(item, depth + 1), name in required)
        for name, item in (properties.items() if isinstance(properties, Mapping) else ())
    )
    others = schema.get("additionalProperties", True)
    if others is False:
        return ObjectType(fields, open=False)
    return ObjectType(fields, open=True, rest=from_json_schema(others, depth + 1))


def of_value(value: object, depth: int = 0) -> Type:
    """The narrowest type of a JSON value. Of an empty list it is a list of nothing, which fits every list."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return INTEGER
    if isinstance(value, float):
        return NUMBER
    if isinstance(value, str):
        return STRING
    if depth > _MAX_DEPTH:
        return ANY
    if isinstance(value, list | tuple):
        if not value:
            return ListType(UnionType(()))
        if len(value) > _MAX_ITEMS:
            return ListType(ANY)
        return ListType(union(*(of_value(item, depth + 1) for item in value)))
    if isinstance(value, Mapping):
        if len(value) > _MAX_ITEMS:
            return ObjectType()
        return ObjectType(
            tuple(Field(str(name), of_value(item, depth + 1)) for name, item in value.items()), open=False
        )
    return ANY
