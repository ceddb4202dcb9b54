"""A JSON Schema of 2020-12 in the words of draft 7, which SchemaStore and older editors take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Schema = Any
"""A JSON Schema: an object, or true or false."""

_LISTS = ("allOf", "anyOf", "oneOf")
_MAPS = ("properties", "patternProperties")
_DROPPED = ("unevaluatedProperties", "unevaluatedItems", "minContains", "maxContains", "$dynamicRef", "$dynamicAnchor")
"""Draft 7 cannot say these; leaving them out accepts more, never less."""


def to_draft7(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema in draft 7. Keywords that draft 7 lacks are left out; nothing that was valid becomes invalid."""
    converted = _convert(schema)
    converted = {"$schema": "http://json-schema.org/draft-07/schema#", **converted}
    converted["$schema"] = "http://json-schema.org/draft-07/schema#"
    return dict(converted)


def _convert(schema: Schema) -> Any:
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _DROPPED:
            continue
        if keyword == "$defs":
            found["definitions"] = _each(value, _convert)
        elif keyword == "$ref":
            found["$ref"] = value.replace("#/$defs/", "#/definitions/")
        elif keyword in _LISTS:
            found[keyword] = [_convert(item) for item in value]
        elif keyword in _MAPS:
            found[keyword] = _each(value, _convert)
        elif keyword == "prefixItems":
            found["items"] = [_convert(item) for item in value]
        elif keyword == "items":
            found["additionalItems" if "prefixItems" in schema else "items"] = _convert(value)
        elif keyword in ("dependentRequired", "dependentSchemas"):
            found.setdefault("dependencies", {}).update(_each(value, _convert))
        elif isinstance(value, dict) and keyword in _SINGLE:
            found[keyword] = _convert(value)
        else:
            found[keyword] = value
    return _beside_ref(found)


_SINGLE = ("additionalProperties", "propertyNames", "contains", "not", "if", "then", "else", "additionalItems")


def _each(schemas: Mapping[str, Any], convert: Callable[[Schema], Any]) -> dict[str, Any]:
    return {name: convert(schema) for name, schema in schemas.items()}


def _beside_ref(schema: dict[str, Any]) -> dict[str, Any]:
    """Draft 7 ignores whatever stands beside a `$ref`: move the reference into an `allOf`."""
    if "$ref" not in schema or len(schema) == 1:
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
    return {**rest, "allOf": [{"$ref": schema["$ref"]}, *rest.get("allOf", [])]}
