"""What operators do with values. Every fault is an ExpressionError."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from specc_runtime.expressions.errors import ExpressionError, MissingError

MAX_TEXT = 16_000_000
"""Characters in a text that an expression makes."""
MAX_ITEMS = 1_000_000
"""Items in a list that an expression makes."""
_MAX_BITS = 1024

_KINDS = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "list",
    dict: "object",
    type(None): "null",
}
_ARTICLES = {"null": "null", "object": "an object"}


def kind(value: Any) -> str:
    """`null`, `boolean`, `number`, `string`, `list` or `object`."""
    found = _KINDS.get(type(value))
    if found is not None:
        return found
    if isinstance(value, Mapping):
        return "object"
    for base in (bool, int, float, str, list):
        if isinstance(value, base):
            return _KINDS[base]
    return "list" if isinstance(value, tuple) else type(value).__name__


def a_kind(value: Any) -> str:
    """The kind of a value with its article, for messages."""
    found = kind(value)
    return _ARTICLES.get(found, f"a {found}")


def is_number(value: Any) -> bool:
    """Whether `value` is a number; booleans are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def equal(left: Any, right: Any) -> bool:
    """`left == right`: deep, numbers by value, and never true for values of different kinds."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list | tuple):
        return isinstance(right, list | tuple) and len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, Mapping):
        if not isinstance(right, Mapping) or len(left) != len(right):
            return False
        return all(key in right and equal(value, right[key]) for key, value in left.items())
    if type(left) in _KINDS and type(right) in _KINDS:
        return bool(left == right)
    return _equal_of_others(left, right)


def _equal_of_others(left: Any, right: Any) -> bool:
    """The same where a value is none of JSON: an array would compare each of its items."""
    if kind(left) != kind(right):
        return False
    if kind(left) in _KINDS.values() or isinstance(left, bytes):
        return bool(left == right)
    raise ExpressionError(f"`==` cannot compare values of the type `{kind(left)}`; do it in a function")


def less(left: Any, right: Any, operator: str = "<") -> bool:
    """`left < right` for two numbers or two texts."""
    if (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
        return bool(left < right)
    raise ExpressionError(f"`{operator}` cannot compare {a_kind(left)} with {a_kind(right)}")


def contains(container: Any, item: Any) -> bool:
    """`item in container`: an item of a list, a part of a text, a key of an object."""
    if isinstance(container, list | tuple):
        return any(equal(item, other) for other in container)
    if isinstance(container, str | Mapping):
        if not isinstance(item, str):
            where = "a text" if isinstance(container, str) else "the keys of an object"
            raise ExpressionError(f"`in` looks for a string in {where}, not for {a_kind(item)}")
        return item in container
    raise ExpressionError(f"`in` needs a list, a string or an object to look into, not {a_kind(container)}")


def compare(operator: str, left: Any, right: Any) -> bool:
    """One comparison."""
    match operator:
        case "==":
            return equal(left, right)
        case "!=":
            return not equal(left, right)
        case "in":
            return contains(right, left)
        case "not in":
            return not contains(right, left)
        case "<":
            return less(left, right, operator)
        case ">":
            return less(right, left, operator)
        case "<=":
            return not less(right, left, operator)
    return not less(left, right, operator)


def arithmetic(operator: str, left: Any, right: Any) -> Any:
    """`+ - * / // %` with Python's meaning."""
    if not (is_number(left) and is_number(right)):
        if operator == "+":
            return _join(left, right)
        raise ExpressionError(f"`{operator}` needs two numbers, not {a_kind(left)} and {a_kind(right)}")
    try:
        match operator:
            case "+":
                result = left + right
            case "-":
                result = left - right
            case "*":
                result = left * right
            case "/":
                result = left / right
            case "//":
                result = left // right
            case _:
                result = left % right
    except ZeroDivisionError:
        raise ExpressionError("division by zero") from None
    except OverflowError:
        raise ExpressionError("the result is too large for a number") from None
    return in_range(result)


def in_range(result: Any) -> Any:
    """The number itself, unless it is too large to be one on every engine."""
    too_large = result.bit_length() > _MAX_BITS if isinstance(result, int) else not math.isfinite(result)
    if too_large:
        raise ExpressionError("the result is too large for a number")
    return result


def _join(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > MAX_TEXT:
            raise ExpressionError(f"a text cannot be longer than {MAX_TEXT:,} characters")
        return left + right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return [*left, *right]
    help = (
        "; to put a value into a text write `a-${value}` or `string(value)`"
        if isinstance(left, str) or isinstance(right, str)
        else ""
    )
    raise ExpressionError(f"`+` cannot join {a_kind(left)} and {a_kind(right)}{help}")


def sign(operator: str, value: Any) -> Any:
    """`-value` or `+value`."""
    if not is_number(value):
        raise ExpressionError(f"`{operator}` needs a number, not {a_kind(value)}")
    return -value if operator == "-" else value


def boolean(value: Any, what: str) -> bool:
    """A boolean; nothing else counts as true or false."""
    if value is True or value is False:
        return value
    raise ExpressionError(f"{what} must be true or false, not {a_kind(value)}")


def whole(value: Any, what: str) -> int:
    """An integer; 2.0 counts as one."""
    if is_number(value) and value == int(value):
        return int(value)
    got = f"{value}" if is_number(value) else a_kind(value)
    raise ExpressionError(f"{what} must be an integer, not {got}")


def item(value: Any, index: Any) -> Any:
    """`value[index]`: of an object by key, of a list or text by position. Raises MissingError when it is not there."""
    if isinstance(value, Mapping):
        return field(value, index) if isinstance(index, str) else _wrong_index("an object", "a string", index)
    if not isinstance(value, list | tuple | str):
        raise MissingError(f"{a_kind(value)} has no items")
    what = "a string" if isinstance(value, str) else "a list"
    if not is_number(index) or index != int(index):
        _wrong_index(what, "an integer", index)
    position = int(index)
    if not -len(value) <= position < len(value):
        raise MissingError(f"there is no item {position}: {what} of {len(value)}")
    return value[position]


def _wrong_index(what: str, wanted: str, index: Any) -> Any:
    raise MissingError(f"the index of {what} is {wanted}, not {index if is_number(index) else a_kind(index)}")


def field(value: Any, name: str) -> Any:
    """`value.name`. Raises MissingError when it is not there."""
    if isinstance(value, Mapping):
        try:
            return value[name]
        except KeyError:
            known = ", ".join(f"`{key}`" for key in list(value)[:8])
            raise MissingError(
                f"there is no field `{name}`; there are {known}" if known else f"there is no field `{name}`"
            ) from None
    raise MissingError(f"{a_kind(value)} has no field `{name}`")


def part(value: Any, lower: Any, upper: Any, step: Any) -> Any:
    """`value[lower:upper:step]`."""
    bounds = [None if bound is None else whole(bound, "a bound of a slice") for bound in (lower, upper, step)]
    if bounds[2] == 0:
        raise ExpressionError("the step of a slice cannot be zero")
    if isinstance(value, list | tuple):
        return list(value[slice(*bounds)])
    if isinstance(value, str):
        return value[slice(*bounds)]
    raise MissingError(f"{a_kind(value)} cannot be sliced")
