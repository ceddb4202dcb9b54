"""The names of configurations."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc_runtime.cells import LONGEST, name_of, shape_of


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ({"lr": 0.1, "seed": 0}, "lr=0.1,seed=0"),
        ({"lr": 1e-05, "on": True, "x": None}, "lr=1e-05,on=true,x=null"),
        ({"model": "tree-2.1_x"}, "model=tree-2.1_x"),
        ({"a": 1, "b": 1.0}, "a=1,b=1.0"),
        ({"a": 0.3, "b": -2.5e-7}, "a=0.3,b=-2.5e-07"),
    ],
)
def test_names(cell: dict[str, Any], name: str) -> None:
    assert name_of(cell) == name


@pytest.mark.parametrize(
    ("cell", "pattern"),
    [
        ({"lr": 1 / 3}, r"lr=0\.333333~[0-9a-f]{8}"),
        ({"name": "1"}, r"name=1~[0-9a-f]{8}"),
        ({"name": "true"}, r"name=true~[0-9a-f]{8}"),
        ({"path": "a/b c"}, r"path=a_b_c~[0-9a-f]{8}"),
        ({"name": ""}, r"name=~[0-9a-f]{8}"),
        ({"layers": [1, 2]}, r"layers=~[0-9a-f]{8}"),
        ({"name": "x" * 200}, r"name=x{16}~[0-9a-f]{8}"),
        ({f"axis{n}": n for n in range(40)}, r"axis0=0,.*~[0-9a-f]{8}"),
    ],
)
def test_what_is_shortened(cell: dict[str, Any], pattern: str) -> None:
    assert re.fullmatch(pattern, name_of(cell))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["lr", "seed", "model"]), VALUES, min_size=1), min_size=2, max_size=6))
def test_names_are_short_safe_and_tell_configurations_apart(cells: list[dict[str, Any]]) -> None:
    names = [name_of(cell) for cell in cells]
    assert all(re.fullmatch(r"[A-Za-z0-9=,._+~-]+", name) for name in names)
    assert all(len(name) <= LONGEST for name in names)
    for one, first in zip(names, cells, strict=True):
        for other, second in zip(names, cells, strict=True):
            assert (one == other) == (repr(sorted(first.items())) == repr(sorted(second.items()))) or list(
                first
            ) != list(second)


def test_the_shape_of_a_grid() -> None:
    grid = [{"lr": lr, "seed": seed} for lr in (0.1, 0.2) for seed in range(3)]
    assert shape_of(grid) == "lr 2 x seed 3"
    assert shape_of(grid[:-1]) == ""
    assert shape_of([{"lr": 1}, {"lr": 2}]) == ""
