"""Functions over values of any kind."""

from __future__ import annotations

from typing import Any

from specc_runtime.expressions import operators
from specc_runtime.expressions.arguments import need_object, need_text
from specc_runtime.expressions.errors import ExpressionError, MissingError
from specc_runtime.expressions.text import json_text, text_of


def len_(value: Any) -> int:
    """Characters of a text, items of a list, fields of an object."""
    if operators.kind(value) in ("string", "list", "object"):
        return len(value)
    raise ExpressionError(f"`len` needs a string, a list or an object, not {operators.a_kind(value)}")


def contains(container: Any, item: Any) -> bool:
    """`item in container`."""
    return operators.contains(container, item)


def keys(value: Any) -> list[str]:
    """The names of an object's fields, sorted: engines do not agree on any other order."""
    return sorted(need_object(value, "keys"))


def values(value: Any) -> list[Any]:
    """The values of an object's fields, in the order of `keys`."""
    found = need_object(value, "values")
    return [found[key] for key in sorted(found)]


def items(value: Any) -> list[dict[str, Any]]:
    """`{"key": ..., "value": ...}` of every field, in the order of `keys`."""
    found = need_object(value, "items")
    return [{"key": key, "value": found[key]} for key in sorted(found)]


def get(container: Any, key: Any, default: Any = None) -> Any:
    """`container[key]`, or the default where there is none."""
    if operators.kind(container) not in ("list", "object"):
        raise ExpressionError(f"`get` needs an object or a list, not {operators.a_kind(container)}")
    try:
        return operators.item(container, key)
    except MissingError:
        return default


def merge(*objects: Any) -> dict[str, Any]:
    """One object with the fields of all; later ones win."""
    found: dict[str, Any] = {}
    for item in objects:
        found.update(need_object(item, "merge"))
    return found


def coalesce(*values: Any) -> Any:
    """The first value that is not null. The evaluator itself passes over what is missing or skipped."""
    return next((value for value in values if value is not None), None)


def type_(value: Any) -> str:
    """`null`, `boolean`, `number`, `string`, `list` or `object`."""
    return operators.kind(value)


def bool_(value: Any) -> bool:
    """A boolean from a boolean, or from `true` or `false` as text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in ("true", "false"):
        return value == "true"
    shown = f"`{value[:40]}`" if isinstance(value, str) else operators.a_kind(value)
    raise ExpressionError(f"`bool` cannot read {shown}; it reads `true` and `false`")


def string(value: Any) -> str:
    """The value as it stands inside a text."""
    return text_of(value)


def json_(value: Any) -> str:
    """Compact JSON, keys sorted."""
    return json_text(value)


def parse_json(text: Any) -> Any:
    """The value that a JSON text describes."""
    import json

    source = need_text(text, "parse_json")
    try:
        return json.loads(source, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"`parse_json` cannot read the text: {error}") from None


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def hash_(value: Any) -> str:
    """SHA-256, in hexadecimal, of the value's compact JSON."""
    import hashlib

    return hashlib.sha256(json_text(value).encode("utf-8", "surrogatepass")).hexdigest()
