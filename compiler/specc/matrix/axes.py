"""The values of an axis that is given by a rule.

Numbers are computed as decimal fractions and only then become floats: `0.1` three times is `0.3`.
"""

from __future__ import annotations

import math
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING

from specc.matrix.draws import fractions

if TYPE_CHECKING:
    from specc_schemas import MatrixNumbers, MatrixRandom

Number = int | float
_EXACT = Context(prec=60)
_DIGITS = 6
"""Significant digits of numbers drawn at random: more say nothing, and make names long."""
MOST = 100_000
"""Values that an axis may have."""


class AxisFault(ValueError):  # noqa: N818 - a finding about the user's axis, not an error of ours
    """Why a rule gives no axis; `at` leads from the axis to what is at fault."""

    def __init__(self, message: str, *at: str | int) -> None:
        super().__init__(message)
        self.at = at


def values_of(axis: MatrixNumbers, name: str) -> list[Number]:
    """The numbers of the axis called `name`. Raises `AxisFault`."""
    rules = [rule for rule in ("range", "linspace", "log", "random") if getattr(axis, rule) is not None]
    if len(rules) != 1:
        given = " and ".join(f"`{rule}`" for rule in rules) or "none"
        raise AxisFault(f"an axis has exactly one of `range`, `linspace`, `log` and `random`, and this one has {given}")
    with localcontext(_EXACT):
        if axis.range is not None:
            return _range(axis.range)
        if axis.linspace is not None:
            return _spaced(axis.linspace, "linspace")
        if axis.log is not None:
            return _spaced(axis.log, "log")
        assert axis.random is not None
        return _random(axis.random, name)


def _range(given: list[Number]) -> list[Number]:
    start, stop, step = (0, given[0], 1) if len(given) == 1 else (*given, 1)[:3]
    if step == 0:
        raise AxisFault("the step of a `range` is not 0", "range", 2)
    if all(isinstance(number, int) for number in (start, stop, step)):
        whole = range(int(start), int(stop), int(step))
        _check_count(len(whole) if abs(int(stop) - int(start)) < 10**15 else MOST + 1, "range")
        return list(whole)
    first, last, by = Decimal(str(start)), Decimal(str(stop)), Decimal(str(step))
    count = max(math.ceil((last - first) / by), 0)
    _check_count(count, "range")
    return [float(first + index * by) for index in range(count)]


def _check_count(count: int, rule: str) -> None:
    if count == 0:
        raise AxisFault("the axis is empty: the range has no values", rule)
    if count > MOST:
        raise AxisFault(f"the axis has more than {MOST} values", rule)


def _spaced(given: list[Number], rule: str) -> list[Number]:
    start, stop, count = given
    if not isinstance(count, int) or count < 1:
        raise AxisFault(
            f"the third number of `{rule}` says how many values there are: a whole number from 1 on", rule, 2
        )
    _check_count(count, rule)
    if rule == "log" and (start <= 0 or stop <= 0):
        raise AxisFault("both ends of `log` are greater than 0", rule, 0 if start <= 0 else 1)
    if count > 1 and start == stop:
        raise AxisFault(f"both ends of `{rule}` are the same number", rule, 1)
    first, last = Decimal(str(start)), Decimal(str(stop))
    return [_between(first, last, Decimal(index) / (count - 1 or 1), rule) for index in range(count)]


def _between(first: Decimal, last: Decimal, part: Decimal, scale: str) -> float:
    """The number at a part of the way; the ends are exact."""
    if part in (0, 1):
        return float(last if part else first)
    found = first * (last / first) ** part if scale == "log" else first + (last - first) * part
    return float(found.normalize(Context(prec=40)))


def _random(given: MatrixRandom, name: str) -> list[Number]:
    first, last, scale = given.from_, given.to, given.scale or "linear"
    if not first < last:
        raise AxisFault("`from` is less than `to`", "random", "to")
    if scale == "log" and first <= 0:
        raise AxisFault("with the scale `log`, `from` is greater than 0", "random", "from")
    if given.integer and not (isinstance(first, int) and isinstance(last, int)):
        at = "from" if not isinstance(first, int) else "to"
        raise AxisFault("with `integer`, both ends are whole numbers", "random", at)
    if given.integer and given.count > last - first:
        raise AxisFault(f"there are only {int(last - first)} whole numbers to draw from", "random", "count")
    low, high = Decimal(str(first)), Decimal(str(last))
    found: dict[Number, None] = {}
    for part in fractions(given.seed or 0, name):
        number = low * (high / low) ** part if scale == "log" else low + (high - low) * part
        found.setdefault(int(number) if given.integer else _short(number, low))
        if len(found) == given.count:
            break
    return list(found)


def _short(number: Decimal, low: Decimal) -> float:
    """The number with few digits, still within the bounds."""
    short = number.normalize(Context(prec=_DIGITS))
    return float(short if short >= low else number)
