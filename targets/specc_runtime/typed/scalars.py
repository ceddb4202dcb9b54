"""Values that JSON has as texts or numbers: both ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import Any, NamedTuple
from uuid import UUID

from specc_runtime.typed.fit import Unfit


class Scalar(NamedTuple):
    """A type with one form in JSON."""

    expected: str
    load: Callable[[Any], Any]
    """Raises TypeError, ValueError or ArithmeticError for what it cannot read."""
    dump: Callable[[Any], Any]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _datetime(value: Any) -> datetime:
    return datetime.fromisoformat(_text(value))


def _date(value: Any) -> date:
    return date.fromisoformat(_text(value))


def _time(value: Any) -> time:
    return time.fromisoformat(_text(value))


_ISO_DURATION = re.compile(
    r"(?P<sign>[-+])?P(?!$)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?!$)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)


def _timedelta(value: Any) -> timedelta:
    """Of seconds, of a duration such as `1h30m`, or of one of ISO 8601 such as `PT1H30M`."""
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, int | float):
        return timedelta(seconds=value)
    found = _ISO_DURATION.fullmatch(_text(value))
    if found is not None:
        parts = {name: float(text) for name, text in found.groupdict().items() if text and name != "sign"}
        return timedelta(**parts) * (-1 if found["sign"] == "-" else 1)
    from specc_runtime.durations import seconds
    from specc_runtime.expressions import ExpressionError

    try:
        return timedelta(seconds=seconds(value))
    except ExpressionError:
        raise ValueError from None


def _seconds(value: timedelta) -> int | float:
    whole, rest = divmod(value, timedelta(seconds=1))
    return value.total_seconds() if rest else whole


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    try:
        return Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        raise ValueError from None


def _iso(value: Any) -> str:
    if value != value:  # pandas' NaT is a datetime, and no time
        raise Unfit("`NaT`", "which JSON has nothing for")
    return str(value.isoformat())


SCALARS: dict[type, Scalar] = {
    datetime: Scalar("a date and time of ISO 8601 such as `2030-01-31T09:00:00+00:00`", _datetime, _iso),
    date: Scalar("a date of ISO 8601 such as `2030-01-31`", _date, _iso),
    time: Scalar("a time of ISO 8601 such as `09:00:00`", _time, _iso),
    timedelta: Scalar("a duration: seconds, or a text such as `1h30m`", _timedelta, _seconds),
    Decimal: Scalar("a decimal number as a text such as `12.50`", _decimal, str),
    UUID: Scalar("a UUID as a text", lambda value: UUID(_text(value)), str),
    PurePath: Scalar("a path as a text", _text, str),
}
"""By type, a subclass before what it extends."""


def scalar_of(kind: type) -> tuple[type, Scalar] | None:
    """The entry of a class, also of one that extends a class of the table."""
    found = next((base for base in kind.__mro__ if base in SCALARS), None)
    return (found, SCALARS[found]) if found is not None else None
