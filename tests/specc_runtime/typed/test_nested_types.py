"""Round trips of values whose annotations hypothesis puts together."""

from __future__ import annotations

import enum
from dataclasses import make_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from specc_runtime.codecs import encode
from specc_runtime.functions import prepare


class Colour(enum.Enum):
    RED = "red"
    TWO = 2


class Pair(NamedTuple):
    day: date
    ring: bytes


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
PAIRS = st.builds(Pair, st.dates(), st.binary(max_size=3))
Case = tuple[Any, st.SearchStrategy[Any]]

SCALARS: list[Case] = [
    (int, st.integers()),
    (str, TEXTS),
    (bool, st.booleans()),
    (float, st.floats(allow_nan=False, allow_infinity=False)),
    (datetime, st.datetimes(timezones=st.just(UTC)) | st.datetimes()),
    (date, st.dates()),
    (time, st.times()),
    (timedelta, st.timedeltas(timedelta(days=-70_000), timedelta(days=70_000))),
    (Decimal, st.decimals(allow_nan=False)),
    (UUID, st.uuids()),
    (PurePosixPath, TEXTS.map(PurePosixPath)),
    (Colour, st.sampled_from(Colour)),
]
KEYS: list[Case] = [case for case in SCALARS if case[0] not in (bool, float, datetime)]


@st.composite
def cases(draw: st.DrawFn, depth: int = 3) -> Case:
    """An annotation, and values of it."""
    form = draw(
        st.sampled_from(["scalar", "list", "tuple", "pair", "set", "dict", "optional", "dataclass", "named", "bytes"])
    )
    if form == "named":
        return Pair, PAIRS
    if form == "bytes":
        return list[bytes], st.lists(st.binary(max_size=3), max_size=2)
    if form == "scalar" or not depth:
        return draw(st.sampled_from(SCALARS))
    if form == "set":
        item, values = draw(st.sampled_from(SCALARS))
        return set[item], st.sets(values, max_size=3)
    item, values = draw(cases(depth - 1))
    if form == "list":
        return list[item], st.lists(values, max_size=3)
    if form == "tuple":
        return tuple[item, ...], st.lists(values, max_size=3).map(tuple)
    if form == "dict":
        key, keys = draw(st.sampled_from(KEYS))
        return dict[key, item], st.dictionaries(keys, values, max_size=3)
    if form == "optional":
        return item | None, st.none() | values
    other, more = draw(cases(depth - 1))
    if form == "pair":
        return tuple[item, other], st.tuples(values, more)
    cls = make_dataclass("Made", [("first", item), ("second", other)], frozen=True)
    return cls, st.builds(cls, values, more)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_values_come_back_as_they_were(data: st.DataObject) -> None:
    annotation, values = data.draw(cases())
    value = data.draw(values)

    def give() -> Any:
        return value

    def take(value: Any) -> Any:
        return value

    give.__annotations__, take.__annotations__ = {"return": annotation}, {"value": annotation}
    kept = encode(prepare(give)({}))
    assert kept.codec == "json"
    assert kept == encode(prepare(give)({}))
    found = prepare(take, "pickle")({"value": kept.decode()})
    assert repr(found) == repr(value) or found == value
    assert type(found) is type(value)
