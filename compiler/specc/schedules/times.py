"""When a cron expression falls, in a time zone. Nothing here looks at a clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from specc.schedules.cron import Cron

_LONGEST = 366 * 9
"""Days in which even the 29th of February comes, over a year such as 2100."""
_YEARS = (2030, 2031)
"""Years whose changes of clocks stand for all: the rules that are known now, continued."""


def is_zone(name: str) -> bool:
    """Whether there is such a time zone. True also where this machine has no list of them."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones, such as `Europe`, is an OSError
        return not zones()
    return True


def zones() -> set[str]:
    """The time zones that this machine knows."""
    return available_timezones()


def next_starts(cron: Cron, zone: str, after: datetime, count: int = 5) -> list[datetime]:
    """The next times at which it starts, as EventBridge Scheduler does it.

    Times that a clock leaves out when it goes forward are left out; those that it shows twice start once.
    """
    local = ZoneInfo(zone)
    start = after.astimezone(local)
    found: list[datetime] = []
    times = [time(hour, minute) for hour in sorted(cron.hours.values) for minute in sorted(cron.minutes.values)]
    for offset in range(_LONGEST):
        day = start.date() + timedelta(days=offset)
        if not cron.on(day):
            continue
        for at in times:
            moment = datetime.combine(day, at, local)
            if _exists(moment) and moment.astimezone(UTC) > after.astimezone(UTC):
                found.append(moment)
                if len(found) == count:
                    return found
    return found


class OddTime(NamedTuple):
    """A time at which it starts that a clock leaves out, or shows twice."""

    at: datetime
    twice: bool


def odd_times(cron: Cron, zone: str) -> list[OddTime]:
    """The first time that is left out and the first that comes twice, as far as there are any.

    Those of expressions that start in every hour do not matter, and are not told.
    """
    if cron.hours.full:
        return []
    local, found = ZoneInfo(zone), dict[bool, OddTime]()
    for day in _changes(local):
        if not cron.on(day):
            continue
        for hour in sorted(cron.hours.values):
            for minute in sorted(cron.minutes.values):
                moment = datetime.combine(day, time(hour, minute), local)
                twice = moment.utcoffset() != moment.replace(fold=1).utcoffset() and _exists(moment)
                if twice or not _exists(moment):
                    found.setdefault(twice, OddTime(moment, twice))
    return [found[key] for key in sorted(found)]


def _exists(moment: datetime) -> bool:
    """Whether a clock ever shows this."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == moment.replace(tzinfo=None)


def _changes(zone: ZoneInfo) -> Iterator[date]:
    """The days on which the clocks of a zone are changed."""
    day, end = date(_YEARS[0], 1, 1), date(_YEARS[-1], 12, 31)
    while day <= end:
        after = day + timedelta(days=1)
        first, last = (datetime.combine(one, time(), zone).utcoffset() for one in (day, after))
        if first != last:
            yield day
        day = after
