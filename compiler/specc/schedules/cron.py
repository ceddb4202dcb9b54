"""Cron expressions of five fields, as `crontab(5)` of Vixie cron reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PIECE = re.compile(r"(?P<first>\*|[0-9]+|[A-Za-z]+)(?:-(?P<last>[0-9]+|[A-Za-z]+))?(?P<slash>/(?P<step>[0-9]*))?")


class _Kind(NamedTuple):
    what: str
    least: int
    most: int
    names: tuple[str, ...] = ()

    def full(self) -> frozenset[int]:
        return frozenset(range(self.least, self.most + 1))


_KINDS = (
    _Kind("minute", 0, 59),
    _Kind("hour", 0, 23),
    _Kind("day of the month", 1, 31),
    _Kind("month", 1, 12, _MONTHS),
    _Kind("day of the week", 0, 6, _WEEKDAYS),
)


class CronError(ValueError):
    """A cron expression that cannot be meant; the message is for the user."""

    def __init__(self, message: str, start: int, end: int, help: str = "") -> None:
        super().__init__(message)
        self.start = start
        """Offset in the expression where the fault begins."""
        self.end = end
        self.help = help


@dataclass(frozen=True, slots=True)
class CronField:
    """The values of one field."""

    values: frozenset[int]
    full: bool
    """Whether these are all that there are."""
    star: bool
    """Whether its text begins with `*`: then it says nothing of which days are meant."""


@dataclass(frozen=True, slots=True)
class Cron:
    """Minutes at which something starts. Days of the week count from Sunday, 0."""

    minutes: CronField
    hours: CronField
    days: CronField
    months: CronField
    weekdays: CronField

    @property
    def either_day(self) -> bool:
        """Whether a day of the month *or* a day of the week is enough, and both leave something out."""
        return not (self.days.star or self.weekdays.star or self.days.full or self.weekdays.full)

    @property
    def every_day(self) -> bool:
        """Whether every day of its months is one of its days."""
        if self.days.star or self.weekdays.star:
            return self.days.full and self.weekdays.full
        return self.days.full or self.weekdays.full

    @property
    def never(self) -> bool:
        """Whether no year has such a day."""
        if self.either_day or self.every_day or not self.weekdays.full:
            return False
        return all(day > _LENGTHS[month - 1] for month in self.months.values for day in self.days.values)

    def on(self, day: date) -> bool:
        """Whether it starts on that day."""
        if day.month not in self.months.values:
            return False
        in_month, in_week = day.day in self.days.values, day.isoweekday() % 7 in self.weekdays.values
        return (in_month and in_week) if self.days.star or self.weekdays.star else (in_month or in_week)


def parse_cron(text: str) -> Cron:
    """The meaning of five fields. Raises `CronError`.

    A range may go over the end: `22-6`, `FRI-MON`. Sunday is 0 and 7.
    """
    words = list(re.finditer(r"\S+", text))
    if len(words) != len(_KINDS):
        raise CronError(f"it has {len(words)} fields, not five", 0, len(text), "minute, hour, day, month, day of week")
    fields = [_field(word[0], word.start(), kind) for word, kind in zip(words, _KINDS, strict=True)]
    found = Cron(*fields)
    for field, other, word in ((found.days, found.weekdays, words[2]), (found.weekdays, found.days, words[4])):
        if field.star and not field.full and not other.star:
            raise CronError(
                f"`{word[0]}` beside another field of days: some crons start on days in both, others in either",
                word.start(),
                word.end(),
                "write the days out, as in `1-31/2` for `*/2`: then a day in either of the fields is meant",
            )
    return found


def _field(text: str, start: int, kind: _Kind) -> CronField:
    values: set[int] = set()
    at = start
    for piece in text.split(","):
        values |= _values(piece, at, kind)
        at += len(piece) + 1
    return CronField(frozenset(values), values == kind.full(), text.startswith("*"))


def _values(text: str, start: int, kind: _Kind) -> set[int]:
    end = start + len(text)
    match = _PIECE.fullmatch(text)
    if match is None or (match["first"] == "*" and match["last"] is not None):
        raise CronError(f"`{text}` is no {kind.what}", start, end, _advice(text, kind))
    step = 1
    if match["slash"] is not None:
        step = int(match["step"] or 0)
        if not 1 <= step <= kind.most - kind.least + 1:
            raise CronError(
                f"a step is a number from 1 to {kind.most - kind.least + 1} here",
                start + match.start("slash"),
                end,
                "leave it out",
            )
    if match["first"] == "*":
        return set(range(kind.least, kind.most + 1, step))
    first = _number(match["first"], start, kind)
    if match["last"] is None:
        if match["slash"] is not None:
            help = f"write `{match['first']}-{kind.most}/{step}` for every {step} from there on"
            raise CronError(f"a step goes with `*` or a range, and `{match['first']}` is neither", start, end, help)
        return {_in_week(first, kind)}
    last = _number(match["last"], start + match.start("last"), kind)
    count = kind.most - kind.least + 1
    span = (last - first) % count if last < first or (last - first) < count else last - first
    return {(first - kind.least + offset) % count + kind.least for offset in range(0, span + 1, step)}


def _number(text: str, start: int, kind: _Kind) -> int:
    end = start + len(text)
    if text.isdecimal():
        most = 7 if kind.names == _WEEKDAYS else kind.most
        if not kind.least <= int(text) <= most:
            raise CronError(f"`{text}` is no {kind.what}", start, end, f"use {kind.least} to {most}")
        return int(text)
    name = text.lower()
    if name not in kind.names:
        raise CronError(f"`{text}` is no {kind.what}", start, end, _advice(text, kind))
    return kind.names.index(name) + kind.least


def _in_week(number: int, kind: _Kind) -> int:
    return 0 if kind.names == _WEEKDAYS and number == 7 else number


def _advice(text: str, kind: _Kind) -> str:
    if "?" in text:
        return "write `*` for any"
    if "#" in text or (text[-1:].upper() in {"L", "W"} and text[:-1].isdecimal()) or text.upper() in {"L", "W", "LW"}:
        return "`L`, `W` and `#` are no part of the five fields of cron; let a step look at the date, with `when`"
    if kind.names:
        return f"use numbers, or the names {', '.join(f'`{name.upper()}`' for name in kind.names)}"
    return f"use {kind.least} to {kind.most}, `*`, ranges such as `{kind.least}-{kind.least + 4}`, and `,` between them"
