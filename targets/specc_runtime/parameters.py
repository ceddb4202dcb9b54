"""The run's parameters: defaults applied, values checked against their JSON Schema, on every engine alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from specc_runtime import durations
from specc_runtime.expressions import ExpressionError, JsonValue

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}
_WORDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "object": "an object",
    "array": "an array",
    "null": "null",
    "path": "a path",
    "datetime": "a date and time such as `2030-01-31T09:00:00Z`",
    "duration": "a duration such as `90s`",
}


def parse_parameter(text: str, kind: str) -> JsonValue:
    """The value that `-p name=text` gives to a parameter of type `kind`. Raises `ValueError` with the reason."""
    import json

    if kind in {"string", "path", "datetime", "duration"}:
        return text
    if kind == "boolean":
        if text not in {"true", "false"}:
            raise ValueError(f"`{text}` is not a boolean; write `true` or `false`")
        return text == "true"
    try:
        value: JsonValue = json.loads(text, parse_constant=_no_number)
    except ValueError:
        raise ValueError(f"`{text}` is not {_WORDS[kind]}{' in JSON' if kind in {'object', 'array'} else ''}") from None
    fault = next(faults(value, {}, kind), None)
    if fault is not None:
        raise ValueError(fault)
    return value


def _no_number(name: str) -> Any:
    raise ValueError(name)


def faults(value: Any, schema: Mapping[str, Any], kind: str | None = None) -> Iterator[str]:
    """What is wrong with a value: nothing, when it fits. `kind` is the `type` that the spec gives a parameter."""
    kind = kind or schema.get("type")
    if isinstance(kind, str):
        wrong = _wrong_type(value, kind)
        if wrong:
            yield wrong
            return
    elif isinstance(kind, list) and all(_wrong_type(value, item) for item in kind):
        yield f"{_shown(value)} is not {' or '.join(_WORDS.get(str(item), str(item)) for item in kind)}"
        return
    yield from _any(value, schema)
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number(value, schema)
    elif isinstance(value, str):
        yield from _string(value, schema)
    elif isinstance(value, list):
        yield from _array(value, schema)
    elif isinstance(value, dict):
        yield from _object(value, schema)


def _wrong_type(value: Any, kind: str) -> str | None:
    wrong = f"{_shown(value)} is not {_WORDS.get(kind, kind)}"
    if kind in {"path", "datetime", "duration"}:
        if not isinstance(value, str) or (kind == "path" and "\0" in value):
            return wrong
        try:
            if kind == "datetime":
                datetime.fromisoformat(value)
            elif kind == "duration":
                durations.seconds(value)
        except (ValueError, ExpressionError):
            return wrong
        return None
    if isinstance(value, bool) and kind != "boolean":
        return wrong
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return None
    return None if isinstance(value, _TYPES.get(kind, (object,))) else wrong


def plain(number: float) -> float:
    """A bound as a person would write it: `1`, not `1.0`."""
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 2**53 else number


def _any(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in schema and not any(_same(value, item) for item in schema["enum"]):
        yield f"{_shown(value)} is not one of {', '.join(_shown(item) for item in schema['enum'])}"
    if "const" in schema and not _same(value, schema["const"]):
        yield f"{_shown(value)} is not {_shown(schema['const'])}"


def _number(value: float, schema: Mapping[str, Any]) -> Iterator[str]:
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{plain(value)} is less than {plain(schema['minimum'])}"
    if "maximum" in schema and value > schema["maximum"]:
        yield f"{plain(value)} is more than {plain(schema['maximum'])}"
    if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
        yield f"{plain(value)} is not more than {plain(schema['exclusiveMinimum'])}"
    if "exclusiveMaximum" in schema and value >= schema["exclusiveMaximum"]:
        yield f"{plain(value)} is not less than {plain(schema['exclusiveMaximum'])}"
    if "multipleOf" in schema:
        quotient = value / schema["multipleOf"]
        if abs(quotient - round(quotient)) > 1e-9:
            yield f"{plain(value)} is not a multiple of {plain(schema['multipleOf'])}"


def _string(value: str, schema: Mapping[str, Any]) -> Iterator[str]:
    if len(value) < schema.get("minLength", 0):
        yield f"{_shown(value)} is shorter than {schema['minLength']} characters"
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{_shown(value)} is longer than {schema['maxLength']} characters"
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        yield f"{_shown(value)} does not match `{schema['pattern']}`"


def _array(value: list[Any], schema: Mapping[str, Any]) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"it has {len(value)} items, fewer than {schema['minItems']}"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"it has {len(value)} items, more than {schema['maxItems']}"
    if schema.get("uniqueItems") and any(_same(a, b) for i, a in enumerate(value) for b in value[:i]):
        yield "it has an item twice"
    items = schema.get("items")
    if isinstance(items, dict):
        for index, item in enumerate(value):
            yield from (f"item {index}: {fault}" for fault in faults(item, items))


def _object(value: dict[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"the key `{name}` is missing" for name in schema.get("required", ()) if name not in value)
    others = schema.get("additionalProperties", True)
    for name, item in value.items():
        expected = known.get(name, others)
        if expected is False:
            yield f"the key `{name}` is not known"
        elif isinstance(expected, dict):
            yield from (f"`{name}`: {fault}" for fault in faults(item, expected))


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _shown(value: Any) -> str:
    import json

    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"
