"""Functions over numbers."""

from __future__ import annotations

import math
import re
from typing import Any

from specc_runtime.expressions.arguments import need_list, need_number
from specc_runtime.expressions.errors import ExpressionError
from specc_runtime.expressions.operators import a_kind, in_range, is_number, less, whole

_INTEGER = re.compile(r"[ \t\r\n]*([+-]?[0-9]{1,300})[ \t\r\n]*")
_NUMBER = re.compile(r"[ \t\r\n]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?)[ \t\r\n]*")


def _candidates(function: str, items: tuple[Any, ...]) -> list[Any]:
    found = list(items) if len(items) > 1 else need_list(items[0], function)
    if not found:
        raise ExpressionError(f"`{function}` of an empty list")
    if len(found) == 1:
        less(found[0], found[0])
    return found


def min_(*items: Any) -> Any:
    """The least of several arguments, or of the items of one list; the first of equal ones."""
    best, *others = _candidates("min", items)
    for item in others:
        if less(item, best):
            best = item
    return best


def max_(*items: Any) -> Any:
    """The greatest of several arguments, or of the items of one list; the first of equal ones."""
    best, *others = _candidates("max", items)
    for item in others:
        if less(best, item):
            best = item
    return best


def sum_(items: Any) -> Any:
    """The sum, added from the first item to the last; 0 for none."""
    total: Any = 0
    for item in need_list(items, "sum"):
        try:
            total = total + need_number(item, "sum")
        except OverflowError:
            raise ExpressionError("the result is too large for a number") from None
    return in_range(total)


def abs_(value: Any) -> Any:
    """The number without its sign."""
    return abs(need_number(value, "abs"))


def round_(value: Any, digits: Any = 0) -> Any:
    """To so many decimal digits, halves to the even one, as the number is written: `round(2.675, 2)` is 2.68."""
    number = need_number(value, "round")
    places = whole(digits, "the second argument of `round`")
    if abs(places) > 300:
        raise ExpressionError("`round` takes between -300 and 300 digits")
    if isinstance(number, int) and places >= 0:
        return number
    from decimal import ROUND_HALF_EVEN, Context, Decimal

    context = Context(prec=700, Emax=9999, Emin=-9999)
    found = Decimal(repr(number)).quantize(Decimal(1).scaleb(-places, context), ROUND_HALF_EVEN, context)
    return int(found) if places <= 0 else float(found)


def floor(value: Any) -> int:
    """The greatest integer that is not above."""
    found: int = math.floor(need_number(value, "floor"))
    return found


def ceil(value: Any) -> int:
    """The least integer that is not below."""
    found: int = math.ceil(need_number(value, "ceil"))
    return found


def int_(value: Any) -> int:
    """An integer from a number, cut towards zero, or from its digits."""
    if is_number(value):
        return int(value)
    match = _INTEGER.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ExpressionError(f"`int` cannot read {_shown(value)}")
    return int(match[1])


def float_(value: Any) -> Any:
    """A number from a number, or from its text."""
    if is_number(value):
        return value
    match = _NUMBER.fullmatch(value) if isinstance(value, str) and len(value) <= 400 else None
    if match is None:
        raise ExpressionError(f"`float` cannot read {_shown(value)}")
    return in_range(float(match[1]))


def _shown(value: Any) -> str:
    return f"`{value[:40]}`" if isinstance(value, str) else a_kind(value)
