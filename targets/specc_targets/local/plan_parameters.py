"""Checks of a plan's parameters and variables: what the engine takes for granted about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from specc.ir.module import Module, Parameter
from specc_runtime.expressions import JsonValue
from specc_targets.local.plan_values import refuse

_KINDS = frozenset({"string", "integer", "number", "boolean", "object", "array", "path", "datetime", "duration"})
_TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")


def check_variables(module: Module) -> None:
    """Raise `PlanError` when a variable of the environment can have no such name or value."""
    for what, pairs in (("environment", module.environment), ("secrets", module.secrets)):
        for name, value in pairs:
            if not _VARIABLE.fullmatch(name) or "\0" in value:
                refuse(f"module.{what}", f"holds `{name}`, which cannot be a variable")


def check_parameter(parameter: Parameter, at: str) -> None:
    """Raise `PlanError` when values cannot be held against what the parameter says."""
    if parameter.kind not in _KINDS:
        refuse(f"{at}.kind", f"is none of {', '.join(sorted(_KINDS))}")
    _check_schema(parameter.schema, f"{at}.schema")


def _check_schema(schema: Mapping[str, Any], at: str) -> None:
    for key, value in schema.items():
        fits = _KEYWORDS.get(key)
        if fits is not None and not fits(value):
            refuse(f"{at}.{key}", "has a value that a JSON Schema cannot have there")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            _check_schema(schema[key], f"{at}.{key}")
    for name, inner in schema.get("properties", {}).items():
        if isinstance(inner, dict):
            _check_schema(inner, f"{at}.properties.{name}")


def _number(value: JsonValue) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _count(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _schema(value: JsonValue) -> bool:
    return isinstance(value, (dict, bool))


def _schemas(value: JsonValue) -> bool:
    return isinstance(value, dict) and all(map(_schema, value.values()))


def _list(value: JsonValue) -> bool:
    return isinstance(value, list) and bool(value)


def _texts(value: JsonValue) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _text(value: JsonValue) -> bool:
    return isinstance(value, str)


def _pattern(value: JsonValue) -> bool:
    try:
        return isinstance(value, str) and bool(re.compile(value))
    except (re.error, RecursionError, OverflowError):
        return False


def _types(value: JsonValue) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(isinstance(name, str) and name in _TYPES for name in names)


_KEYWORDS: dict[str, Callable[[JsonValue], bool]] = {
    "type": _types,
    "enum": _list,
    "minimum": _number,
    "maximum": _number,
    "exclusiveMinimum": _number,
    "exclusiveMaximum": _number,
    "multipleOf": lambda value: isinstance(value, (int, float)) and value > 0 and _number(value),
    "minLength": _count,
    "maxLength": _count,
    "pattern": _pattern,
    "format": _text,
    "items": _schema,
    "minItems": _count,
    "maxItems": _count,
    "uniqueItems": lambda value: isinstance(value, bool),
    "properties": _schemas,
    "required": _texts,
    "additionalProperties": _schema,
    "title": _text,
    "description": _text,
    "examples": lambda value: isinstance(value, list),
}
