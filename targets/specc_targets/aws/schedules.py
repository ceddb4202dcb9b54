"""Schedules as EventBridge Scheduler takes them: `cron(...)` of six fields, and `rate(...)`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from specc.schedules import Cron, CronField

_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def cron_expression(cron: Cron) -> str | None:
    """Minutes, hours, days of the month, months, days of the week, years; None where AWS cannot say it.

    One of the two fields of days must be `?` (EventBridge Scheduler user guide, "Schedule types"), so that a day in
    either of them cannot be asked for.
    """
    if cron.either_day:
        return None
    days, weekdays = "*", "?"
    if not cron.every_day:
        if cron.weekdays.full:
            days = _field(cron.days)
        else:
            days, weekdays = "?", _runs(cron.weekdays, _WEEKDAYS)
    minutes, hours = _field(cron.minutes, 59), _field(cron.hours, 23)
    return f"cron({minutes} {hours} {days} {_field(cron.months)} {weekdays} *)"


def rate_expression(seconds: float) -> str | None:
    """The largest unit that gives a whole number; None where not even minutes do."""
    for unit, length in _UNITS:
        if seconds >= length and seconds % length == 0:
            number = int(seconds // length)
            return f"rate({number} {unit}{'' if number == 1 else 's'})"
    return None


def _field(field: CronField, most: int | None = None) -> str:
    """`most` is the largest value of a field in which AWS takes steps."""
    if field.full:
        return "*"
    values = sorted(field.values)
    steps = {after - before for before, after in pairwise(values)}
    if most is not None and len(values) > 2 and len(steps) == 1:
        step = steps.pop()
        if step > 1 and values[-1] + step > most and values[0] < step:
            return f"{values[0]}/{step}"
    return _runs(field)


def _runs(field: CronField, names: Sequence[str] = ()) -> str:
    """Ranges of three and more, and what is left, one by one."""
    parts = []
    for run in _consecutive(sorted(field.values)):
        shown = [names[value] if names else str(value) for value in run]
        parts += [f"{shown[0]}-{shown[-1]}"] if len(run) > 2 else shown
    return ",".join(parts)


def _consecutive(values: Sequence[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for value in values:
        if run and value != run[-1] + 1:
            yield run
            run = []
        run.append(value)
    yield run
