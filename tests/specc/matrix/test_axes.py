"""Axes that are given by a rule, against numpy and against what a table says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.matrix.axes import AxisFault, values_of
from specc.matrix.draws import bits
from specc_schemas import MatrixNumbers


def axis(**rule: Any) -> list[int | float]:
    return values_of(MatrixNumbers.model_validate(rule), "lr")


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ({"range": [3]}, [0, 1, 2]),
        ({"range": [2, 5]}, [2, 3, 4]),
        ({"range": [5, 0, -2]}, [5, 3, 1]),
        ({"range": [0, 1, 0.1]}, [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
        ({"range": [0.3, 0.0, -0.1]}, [0.3, 0.2, 0.1]),
        ({"linspace": [0, 0.3, 4]}, [0.0, 0.1, 0.2, 0.3]),
        ({"linspace": [1, 0, 3]}, [1.0, 0.5, 0.0]),
        ({"linspace": [7, 9, 1]}, [7.0]),
        ({"log": [1e-4, 1e-1, 4]}, [0.0001, 0.001, 0.01, 0.1]),
        ({"log": [1, 1024, 11]}, [float(2**power) for power in range(11)]),
        ({"log": [0.1, 0.0001, 4]}, [0.1, 0.01, 0.001, 0.0001]),
    ],
)
def test_rules(rule: dict[str, Any], values: list[float]) -> None:
    found = axis(**rule)
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("rule", "words", "at"),
    [
        ({"range": [0]}, "empty", ("range",)),
        ({"range": [5, 5]}, "empty", ("range",)),
        ({"range": [0, 5, -1]}, "empty", ("range",)),
        ({"range": [0, 1, 0]}, "not 0", ("range", 2)),
        ({"range": [10**9]}, "more than 100000", ("range",)),
        ({"range": [0, 1, 1e-9]}, "more than 100000", ("range",)),
        ({"linspace": [0, 1, 0]}, "whole number", ("linspace", 2)),
        ({"linspace": [0, 1, 2.5]}, "whole number", ("linspace", 2)),
        ({"linspace": [1, 1, 3]}, "same number", ("linspace", 1)),
        ({"log": [0, 1, 3]}, "greater than 0", ("log", 0)),
        ({"log": [1, -1, 3]}, "greater than 0", ("log", 1)),
        ({"random": {"from": 1, "to": 1, "count": 2}}, "less than", ("random", "to")),
        ({"random": {"from": 0, "to": 1, "count": 2, "scale": "log"}}, "greater than 0", ("random", "from")),
        ({"random": {"from": 0, "to": 3, "count": 4, "integer": True}}, "only 3", ("random", "count")),
        ({"random": {"from": 0, "to": 3.5, "count": 2, "integer": True}}, "whole numbers", ("random", "to")),
    ],
)
def test_what_gives_no_axis(rule: dict[str, Any], words: str, at: tuple[str | int, ...]) -> None:
    with pytest.raises(AxisFault, match=words) as caught:
        axis(**rule)
    assert caught.value.at == at


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 6))


@settings(max_examples=60, deadline=None)
@given(NUMBERS, NUMBERS, st.integers(2, 50))
def test_spaced_as_numpy_does(start: float, stop: float, count: int) -> None:
    if start == stop:
        return
    found = axis(linspace=[start, stop, count])
    assert np.allclose(found, np.linspace(start, stop, count), rtol=1e-12, atol=1e-9)
    assert (found[0], found[-1], len(found)) == (start, stop, count)
    low, high = abs(start) + 1, (abs(start) + 1) * (abs(stop) + 2)
    found = axis(log=[low, high, count])
    assert np.allclose(found, np.geomspace(low, high, count), rtol=1e-12)
    assert (found[0], found[-1]) == (low, high)


@settings(max_examples=60, deadline=None)
@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.sampled_from([-7, -1, 1, 2, 13]))
def test_ranges_as_python_has_them(start: int, stop: int, step: int) -> None:
    wanted = list(range(start, stop, step))
    if wanted:
        assert axis(range=[start, stop, step]) == wanted


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(-5, 5), st.sampled_from(["linear", "log"]), st.booleans())
def test_random_numbers(count: int, seed: int, scale: str, integer: bool) -> None:
    rule = {"from": 1, "to": 1000, "count": count, "seed": seed, "scale": scale, "integer": integer}
    found = axis(random=rule)
    assert len(set(found)) == count
    assert all(1 <= value < 1000 for value in found)
    assert all(isinstance(value, int) is integer for value in found)
    assert axis(random=rule) == found
    assert axis(random={**rule, "count": count + 3})[:count] == found, "a longer draw begins with the shorter one"
    assert count < 3 or axis(random={**rule, "seed": seed + 1}) != found


def test_the_algorithm_is_the_documented_one() -> None:
    """Another machine or version of Python must draw the same: the numbers are a part of what a spec means."""
    assert bits(0, "lr", 0) == 18396058822284752910, "the first 64 bits of SHA-256 of `0:lr:0`"
    assert axis(random={"from": 0, "to": 1, "count": 3}) == [0.997252, 0.824044, 0.827298]
    spread = axis(random={"from": 1e-4, "to": 1.0, "count": 400, "scale": "log"})
    assert abs(sum(map(math.log10, spread)) / 400 + 2) < 0.15
    spread = axis(random={"from": 0, "to": 1, "count": 400})
    assert abs(sum(spread) / 400 - 0.5) < 0.05
