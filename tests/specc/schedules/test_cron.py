"""Cron expressions: what they mean, when they fall, and what is no such expression."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.schedules import CronError, is_zone, next_starts, odd_times, parse_cron

NAMES = {"MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6, "SUN": 0}


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("*/15 * * * *", "minutes", {0, 15, 30, 45}),
        ("10-40/10 * * * *", "minutes", {10, 20, 30, 40}),
        ("1,2,50-52 * * * *", "minutes", {1, 2, 50, 51, 52}),
        ("0 22-6/2 * * *", "hours", {22, 0, 2, 4, 6}),
        ("0 0 28-2 * *", "days", {28, 29, 30, 31, 1, 2}),
        ("0 0 * NOV-feb *", "months", {11, 12, 1, 2}),
        ("0 0 * * 5-7", "weekdays", {5, 6, 0}),
        ("0 0 * * 7", "weekdays", {0}),
        ("0 0 * * 0-7", "weekdays", set(range(7))),
        ("0 0 * * FRI-Mon", "weekdays", {5, 6, 0, 1}),
        ("0 0 * * 7-2", "weekdays", {0, 1, 2}),
        ("0 0 * * MON,3,SUN", "weekdays", {1, 3, 0}),
    ],
)
def test_fields(text: str, field: str, values: set[int]) -> None:
    assert getattr(parse_cron(text), field).values == values


@pytest.mark.parametrize(
    ("text", "at", "help"),
    [
        ("60 * * * *", "60", "0 to 59"),
        ("* 24 * * *", "24", "0 to 23"),
        ("* * 0 * *", "0", "1 to 31"),
        ("* * * 13 *", "13", "1 to 12"),
        ("* * * * 8", "8", "0 to 7"),
        ("0 9 * * mon,tues", "tues", "TUE"),
        ("5/15 * * * *", "5/15", "5-59/15"),
        ("*/0 * * * *", "/0", ""),
        ("*/ * * * *", "/", ""),
        ("* * ? * *", "?", "`*`"),
        ("* * L * *", "L", "`when`"),
        ("* * 15W * *", "15W", "`when`"),
        ("* * * * 2#1", "2#1", "`when`"),
        ("*-5 * * * *", "*-5", ""),
        ("1,,2 * * * *", "", ""),
        ("* * */2 * 1", "*/2", "1-31/2"),
        ("* * 1 * */2", "*/2", ""),
        ("* * * *", "* * * *", ""),
    ],
)
def test_faults_stand_where_they_are(text: str, at: str, help: str) -> None:
    with pytest.raises(CronError) as caught:
        parse_cron(text)
    assert text[caught.value.start : caught.value.end] == at
    assert help in caught.value.help


@pytest.mark.parametrize(
    ("text", "never"),
    [("0 0 31 2 *", True), ("0 0 30,31 2 *", True), ("0 0 31 4,6,9,11 *", True), ("0 0 29 2 *", False)],
)
def test_days_that_no_year_has(text: str, never: bool) -> None:
    assert parse_cron(text).never is never
    assert (next_starts(parse_cron(text), "UTC", datetime(2097, 1, 1, tzinfo=UTC), 1) == []) is never


def test_a_day_in_either_field_is_enough() -> None:
    found = parse_cron("0 0 13 * FRI")
    assert found.either_day
    days = [date(2026, 2, 1) + timedelta(days=offset) for offset in range(28)]
    assert [day.day for day in days if found.on(day)] == [6, 13, 20, 27]
    assert not parse_cron("0 0 13 * *").either_day
    assert parse_cron("0 0 1-31 * FRI").every_day, "the 1st to the 31st are all, so the weekday takes nothing away"


def numbers(least: int, most: int) -> st.SearchStrategy[str]:
    one = st.integers(least, most).map(str)
    span = st.tuples(st.integers(least, most), st.integers(least, most)).map(lambda ends: f"{ends[0]}-{ends[1]}")
    stepped = st.tuples(st.one_of(span, st.just("*")), st.integers(1, most)).map(lambda both: f"{both[0]}/{both[1]}")
    listed = st.lists(st.one_of(one, span), min_size=1, max_size=3).map(",".join)
    return st.one_of(st.just("*"), listed, stepped)


FIELDS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)]


def is_clear(text: str) -> bool:
    """Whether all crons agree on its days."""
    _, _, day, _, weekday = text.split()
    return not any(one != "*" and one[0] == "*" and other[0] != "*" for one, other in ((day, weekday), (weekday, day)))


CRONS = st.tuples(*(numbers(*ends) for ends in FIELDS)).map(" ".join)
MOMENTS = st.integers(0, 6 * 366 * 1440).map(
    lambda minutes: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def member(text: str, value: int, least: int, most: int) -> bool:
    """Whether a field has a value, said as plainly as it can be."""
    for piece in text.split(","):
        body, _, step = piece.partition("/")
        first, _, last = (f"{least}-{most}" if body == "*" else body).partition("-")
        at, end = int(first), int(last or first)
        walked = 0
        while True:
            if at == value and walked % int(step or 1) == 0:
                return True
            if at == end:
                break
            at = at + 1 if at < most else least
            walked += 1
    return False


def starts_at(text: str, moment: datetime) -> bool:
    """The same of a whole expression at a minute."""
    minute, hour, day, month, weekday = text.split()
    in_month = member(day, moment.day, 1, 31)
    in_week = member(weekday, moment.isoweekday() % 7, 0, 6)
    days = in_month and in_week if "*" in (day[0], weekday[0]) else in_month or in_week
    return (
        member(minute, moment.minute, 0, 59)
        and member(hour, moment.hour, 0, 23)
        and member(month, moment.month, 1, 12)
        and days
    )


@given(CRONS.filter(is_clear), MOMENTS)
def test_agrees_with_a_plain_reading(text: str, moment: datetime) -> None:
    found = parse_cron(text)
    own = moment.minute in found.minutes.values and moment.hour in found.hours.values and found.on(moment.date())
    assert own == starts_at(text, moment)


@given(CRONS.filter(is_clear), MOMENTS)
def test_next_starts_are_starts_and_leave_none_out(text: str, moment: datetime) -> None:
    starts = next_starts(parse_cron(text), "UTC", moment, 2)
    assert starts == sorted(set(starts))
    assert all(starts_at(text, start) for start in starts)
    for offset in range(1, 300):
        candidate = moment + timedelta(minutes=offset)
        if starts_at(text, candidate):
            assert starts[0] == candidate
            break


def test_clocks_that_are_changed() -> None:
    daily = parse_cron("30 3 * * *")
    forward = next_starts(daily, "Europe/Helsinki", datetime(2026, 3, 28, 12, tzinfo=UTC), 2)
    assert [(start.day, start.hour) for start in forward] == [(30, 3), (31, 3)], "the 29th has no 03:30"
    back = next_starts(daily, "Europe/Helsinki", datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert [start.astimezone(UTC) for start in back] == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
    ], "the first of the two 03:30 of the 25th, and only that"


@pytest.mark.parametrize(
    ("text", "zone", "odd"),
    [
        ("30 3 * * *", "Europe/Helsinki", [("03:30", False), ("03:30", True)]),
        ("30 2 * * *", "America/New_York", [("02:30", False)]),
        ("30 1 * * *", "America/New_York", [("01:30", True)]),
        ("30 3 * * 1-5", "Europe/Helsinki", []),
        ("30 3 * * *", "Asia/Tokyo", []),
        ("*/5 * * * *", "Europe/Helsinki", []),
        ("30 3 * 7 *", "Europe/Helsinki", []),
    ],
)
def test_odd_times(text: str, zone: str, odd: list[tuple[str, bool]]) -> None:
    assert [(f"{item.at:%H:%M}", item.twice) for item in odd_times(parse_cron(text), zone)] == odd


def test_zones() -> None:
    assert is_zone("Europe/Helsinki")
    assert not any(map(is_zone, ("Europe", "Europe/Nowhere", "../etc/passwd", "x" * 500)))
