"""Whatever plain values come in: diagnostics in bounded number and size, and no exception."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.diagnostics import Sink
from specc.schema import validate
from specc.schema.reporter import MAX_REPORTED
from specc.source import Spec
from specc.source.document import Document
from specc_schemas import PipelineSpec

HEAD: dict[str, Any] = {"specc": 1, "kind": "pipeline", "name": "x"}
STEPS: dict[str, Any] = {"steps": {"a": {"wait": "1s"}}}
MANY = [f"k{number}" for number in range(200)]


def run(value: dict[str, Any]) -> Sink:
    sink = Sink()
    validate(Spec(value, (Document("x.json", "json", "{}", value),), Path()), sink)
    return sink


@pytest.mark.parametrize(
    "value",
    [
        {**HEAD, **STEPS, **{f"k{number}": 1 for number in range(20_000)}},
        {**HEAD, "steps": {f"s{number}": {"cal": 1} for number in range(20_000)}},
        {**HEAD, "steps": {f"s{number}": {} for number in range(20_000)}},
        {**HEAD, **STEPS, "tests": [5] * 50_000},
        {**HEAD, "steps": {f"s{number}": {"call": "m:f", **dict.fromkeys(MANY, 1)} for number in range(200)}},
        {**dict.fromkeys(MANY, 1), **{f"k{number}": 1 for number in range(9_000)}, **HEAD, **STEPS},
    ],
)
def test_many_mistakes_are_counted_not_listed(value: dict[str, Any]) -> None:
    start = time.monotonic()
    found = run(value).diagnostics
    assert time.monotonic() - start < 10
    assert len(found) == MAX_REPORTED + 1
    assert found[-1].code == "SPC199"
    assert "SPC102" not in {each.code for each in found}, "nothing is missing but what is not there"


def test_long_and_odd_names_are_shortened() -> None:
    long = "y" * 1_000_000
    odd = "a`b\n\x1b[31m\u202ered"
    for value in (
        {**HEAD, **STEPS, long: 1},
        {**HEAD, "steps": {long: {"wait": "1s"}}},
        {**HEAD, "steps": {"a": {"wait": long}}},
        {**HEAD, "steps": {"a": {"call": long, "codec": long}}},
        {**HEAD, "name": long, **STEPS},
        {**HEAD, "kind": long, **STEPS},
        {**HEAD, "specc": 10**4000, **STEPS},
        {**HEAD, **STEPS, odd: 1},
        {**HEAD, "steps": {odd: {"call": odd, "codec": odd, odd: odd}}},
    ):
        found = run(value).diagnostics
        assert found
        for each in found:
            words = [each.message, *each.help, *(label.text for label in each.labels)]
            assert all(len(word) < 700 for word in words), max(words, key=len)[:900]
            assert all(character.isprintable() for word in words for character in word), words


def test_deep_groups_are_checked_at_every_depth() -> None:
    step: dict[str, Any] = {"wait": "1s", "oops": 1}
    for _ in range(28):
        step = {"steps": {"a": step}}
    found = run({**HEAD, "steps": {"a": step}}).diagnostics
    assert [each.code for each in found] == ["SPC101"]


def test_extreme_depth_is_no_traceback() -> None:
    step: Any = {"wait": "1s"}
    for _ in range(200):
        step = {"steps": {"a": step}}
    run({**HEAD, "steps": {"a": step}})


KEYS = sorted({field.alias or name for name, field in PipelineSpec.model_fields.items()})
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), anything, max_size=8))
def test_any_table_gives_diagnostics(value: dict[str, Any]) -> None:
    assert run({**HEAD, **value}).diagnostics is not None
    assert run(value).failed
