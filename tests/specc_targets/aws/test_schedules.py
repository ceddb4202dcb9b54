"""Schedules as AWS writes them mean what the cron expressions of specs mean."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.schedules import parse_cron
from specc_targets.aws.schedules import cron_expression, rate_expression

WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("0 9 * * 1-5", "cron(0 9 ? * MON-FRI *)"),
        ("*/15 * * * *", "cron(0/15 * * * ? *)"),
        ("10-40/10 22-6 1,15 * *", "cron(10,20,30,40 0-6,22,23 1,15 * ? *)"),
        ("0 */6 * * *", "cron(0 0/6 * * ? *)"),
        ("0 0 * * 0", "cron(0 0 ? * SUN *)"),
        ("0 0 * * 7", "cron(0 0 ? * SUN *)"),
        ("0 0 * * sat,SUN", "cron(0 0 ? * SUN,SAT *)"),
        ("5 4 * * FRI-MON", "cron(5 4 ? * SUN,MON,FRI,SAT *)"),
        ("0 0 1 */3 *", "cron(0 0 1 1,4,7,10 ? *)"),
        ("0 0 */2 * *", "cron(0 0 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31 * ? *)"),
        ("0 0 1-31 * 1", "cron(0 0 * * ? *)"),
        ("0 0 13 * 0-7", "cron(0 0 * * ? *)"),
        ("0 0 13 * 5", None),
    ],
)
def test_cron(text: str, expression: str | None) -> None:
    assert cron_expression(parse_cron(text)) == expression


@pytest.mark.parametrize(
    ("seconds", "expression"),
    [
        (60, "rate(1 minute)"),
        (120, "rate(2 minutes)"),
        (3_600, "rate(1 hour)"),
        (5_400, "rate(90 minutes)"),
        (86_400, "rate(1 day)"),
        (604_800, "rate(7 days)"),
        (90, None),
        (30, None),
        (60.5, None),
        (0, None),
    ],
)
def test_rate(seconds: float, expression: str | None) -> None:
    assert rate_expression(seconds) == expression


def has(field: str, value: int, most: int, names: list[str]) -> bool:
    """Whether a field has a value, by the rules of EventBridge: names, lists, ranges that do not wrap, `first/step`."""
    for index, name in enumerate(names, 1):
        field = field.replace(name, str(index))
    if field == "*":
        return True
    for piece in field.split(","):
        if match := re.fullmatch(r"(\d+)/(\d+)", piece):
            if value in range(int(match[1]), most + 1, int(match[2])):
                return True
        elif match := re.fullmatch(r"(\d+)-(\d+)", piece):
            assert int(match[1]) < int(match[2]), "a range that wraps"
            if int(match[1]) <= value <= int(match[2]):
                return True
        elif int(piece) == value:
            return True
    return False


def aws_starts_at(expression: str, moment: datetime) -> bool:
    """Whether EventBridge starts something then."""
    match = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)", expression)
    assert match is not None
    minute, hour, day, month, weekday = match.groups()
    assert (day == "?") != (weekday == "?"), "exactly one of them is a question mark"
    return (
        has(minute, moment.minute, 59, [])
        and has(hour, moment.hour, 23, [])
        and (day == "?" or has(day, moment.day, 31, []))
        and has(month, moment.month, 12, [])
        and (weekday == "?" or has(weekday, moment.isoweekday() % 7 + 1, 7, WEEKDAYS))
    )


def field(least: int, most: int) -> st.SearchStrategy[str]:
    span = st.tuples(st.integers(least, most), st.integers(least, most)).map(lambda ends: f"{ends[0]}-{ends[1]}")
    stepped = st.tuples(st.one_of(span, st.just("*")), st.integers(1, most)).map(lambda both: f"{both[0]}/{both[1]}")
    listed = st.lists(st.one_of(st.integers(least, most).map(str), span), min_size=1, max_size=4).map(",".join)
    return st.one_of(st.just("*"), listed, stepped)


TIMES = st.tuples(field(0, 59), field(0, 23)).map(" ".join)
DAYS = st.one_of(
    st.tuples(field(1, 31), field(1, 12), st.just("*")),
    st.tuples(st.just("*"), field(1, 12), field(0, 7)),
).map(" ".join)


@given(TIMES, DAYS, st.integers(0, 6 * 366 * 1440))
def test_both_start_at_the_same_times(times: str, days: str, minutes: int) -> None:
    cron = parse_cron(f"{times} {days}")
    expression = cron_expression(cron)
    assert expression is not None
    moment = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    candidates = [moment + timedelta(days=day, minutes=37 * day) for day in range(40)]
    candidates += [  # and near misses: times that the expression has, on days that it may not
        day.replace(hour=min(cron.hours.values), minute=max(cron.minutes.values)) for day in candidates
    ]
    for at in candidates:
        own = at.minute in cron.minutes.values and at.hour in cron.hours.values and cron.on(at.date())
        assert aws_starts_at(expression, at) == own, (expression, at)
