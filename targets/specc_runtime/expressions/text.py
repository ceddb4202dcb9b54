"""Values as text, the same on every engine: numbers as ECMAScript prints them, the rest as compact JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc_runtime.expressions.errors import ExpressionError


def text_of(value: Any) -> str:
    """What a value looks like inside a text: `a-${value}`."""
    if isinstance(value, str):
        return value
    return json_text(value)


def number_text(value: int | float) -> str:
    """A number as ECMAScript's `Number.prototype.toString` prints it; integers with all their digits."""
    if isinstance(value, int):
        try:
            return str(value)
        except ValueError:
            raise ExpressionError("an integer of more than 4300 digits cannot be put into text") from None
    if value != value or value in (float("inf"), float("-inf")):
        raise ExpressionError(f"{value} is not a JSON number")
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits)) if whole.strip("0") else 0
    if not whole.strip("0"):  # 0.00123: the point stands before the first digit
        point = int(exponent or 0) - (len(fraction) - len(fraction.lstrip("0")))
    digits = digits.rstrip("0")
    sign = "-" if value < 0 else ""
    return sign + _place(digits, point) if digits else "0"


def _place(digits: str, point: int) -> str:
    """`digits` with the decimal point after the first `point` of them."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def json_text(value: Any) -> str:
    """Compact JSON with the keys of objects sorted, so that one value has one text."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, str):
        import json

        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        pairs = (f"{json_text(str(key))}:{json_text(value[key])}" for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(json_text, value)) + "]"
    raise ExpressionError(f"a value of the type {type(value).__name__} has no text")
