"""The configurations of a matrix, against `itertools` and against what a table says."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.diagnostics import Place, Sink
from specc.matrix import Cells, expand
from specc_schemas import Matrix

AT = Place(("steps", "train", "matrix"))


def cells(read: Cells | None = None, **matrix: Any) -> list[dict[str, Any]]:
    sink = Sink()
    found = expand(Matrix.model_validate(matrix), AT, sink, read)
    assert found is not None, sink.diagnostics
    assert not sink.diagnostics
    return found.cells


def faults(read: Cells | None = None, **matrix: Any) -> list[tuple[str, str]]:
    sink = Sink()
    found = expand(Matrix.model_validate(matrix), AT, sink, read)
    assert (found is None) == sink.failed
    return [(item.code, item.message) for item in sink.diagnostics]


@pytest.mark.parametrize(
    ("matrix", "wanted"),
    [
        ({"a": [1, 2], "b": ["x"]}, [(1, "x"), (2, "x")]),
        ({"a": [1, 2], "b": [3, 4], "mode": "zip"}, [(1, 3), (2, 4)]),
        ({"a": [1, 1], "b": [3, 4], "mode": "zip"}, [(1, 3), (1, 4)]),
        ({"a": [1, 2], "b": [3, 4], "exclude": [{"a": 1, "b": 4}]}, [(1, 3), (2, 3), (2, 4)]),
        ({"a": [1, 2], "b": [3, 4], "exclude": [{"a": 1}]}, [(2, 3), (2, 4)]),
        ({"a": [1, True], "b": [0], "exclude": [{"a": 1}]}, [(True, 0)]),
        ({"a": [0.1, 1], "b": [0], "exclude": [{"a": 1.0}]}, [(0.1, 0)]),
        ({"a": [1], "b": [2], "include": [{"b": 5, "a": 4}]}, [(1, 2), (4, 5)]),
        ({"from": [{"a": 1, "b": 2}, {"a": 3}]}, [(1, 2), (3, None)]),
        ({"from": [{"a": 1}, {"a": 2}], "b": [5, 6]}, [(1, 5), (1, 6), (2, 5), (2, 6)]),
        ({"from": [{"a": 1}, {"a": 2}], "b": [5, 6], "mode": "zip"}, [(1, 5), (2, 6)]),
        ({"a": [[1, 2], {"c": None}], "b": [None]}, [([1, 2], None), ({"c": None}, None)]),
        ({"a": ["$${x}"], "b": [1]}, [("${x}", 1)]),
    ],
)
def test_combinations(matrix: dict[str, Any], wanted: list[tuple[Any, Any]]) -> None:
    found = cells(**matrix)
    assert [(cell["a"], cell["b"]) for cell in found] == wanted
    assert all(list(cell) == ["a", "b"] for cell in found)


@pytest.mark.parametrize(
    ("matrix", "code", "words"),
    [
        ({}, "SPC240", "no axes"),
        ({"a": {"range": [0]}}, "SPC240", "axis `a`: the axis is empty"),
        ({"a": [1], "exclude": [{"aa": 1}]}, "SPC241", "`aa` in `exclude` is no axis"),
        ({"a": [1], "b": [1], "include": [{"a": 1, "bb": 2}]}, "SPC241", "`bb` in `include` is no axis"),
        ({"a": [1], "b": [1], "include": [{"a": 1}]}, "SPC241", "no `b`"),
        ({"a": [1], "includes": [{"a": 2}]}, "SPC241", "would be an axis whose values are tables"),
        ({"from": [{"depth": 1}, {"depth": 2}, {"dept": 3}]}, "SPC241", "`dept` is in none of the other"),
        ({"from": [{"a": 1}], "a": [2]}, "SPC241", "`a` is an axis, and in `from`, too"),
        ({"a": [1, "${params.x}"]}, "SPC242", "constants"),
        ({"a": [{"deep": ["${params.x}"]}]}, "SPC242", "constants"),
        ({"a": [1], "exclude": [{"a": "${params.x}"}]}, "SPC242", "constants"),
        ({"from": [{"a": "${params.x}"}]}, "SPC242", "constants"),
        ({"a": [1, 2], "b": [1, 2, 3], "mode": "zip"}, "SPC243", "`a` has 2, `b` has 3"),
        ({"a": [1, 2, 1]}, "SPC244", "value `1` twice"),
        ({"a": [1, 1], "b": [2, 2], "mode": "zip"}, "SPC244", '`{"a": 1, "b": 2}` is there twice'),
        ({"a": [1], "include": [{"a": 1}]}, "SPC244", "is there twice"),
        ({"from": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]}, "SPC244", "is there twice"),
        ({"a": [1], "exclude": [{"a": 1}]}, "SPC245", "all are excluded"),
        ({"a": [1], "exclude": [{}]}, "SPC245", "all are excluded"),
        ({"a": {"range": [40]}, "b": {"range": [50]}}, "SPC246", "2000 configurations (a 40 x b 50); at most 1000"),
        ({"a": {"range": [10]}, "max": 9}, "SPC246", "10 configurations; at most 9"),
        ({"a": {"range": [10**5]}, "b": {"range": [10**5]}}, "SPC246", "10000000000 configurations"),
        ({"a": [1, 2], "sample": 3}, "SPC247", "only 2"),
        ({"a": [1, 2], "exclude": [{"a": 3}]}, "SPC248", "nothing is excluded"),
    ],
)
def test_what_is_wrong_with_a_matrix(matrix: dict[str, Any], code: str, words: str) -> None:
    ((found, message),) = faults(**matrix)
    assert found == code
    assert words in message


def test_empty_or_misspelt_axes_are_errors() -> None:
    """Row K4 of the features: neither runs nothing, nor everything, in silence."""
    for matrix in (
        {"lr": {"range": [3, 3]}},
        {"lr": [1], "exclude": [{"rl": 1}]},
        {"lr": [1], "include": [{"lrr": 1}]},
    ):
        assert faults(**matrix)


def test_a_matrix_may_be_larger_on_purpose() -> None:
    assert len(cells(a={"range": [40]}, b={"range": [50]}, max=2000)) == 2000


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("abcd"), st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True), min_size=1
    ),
    st.data(),
)
def test_a_grid_is_the_product_without_what_is_excluded(axes: dict[str, list[int]], data: st.DataObject) -> None:
    whole = [dict(zip(axes, row, strict=True)) for row in itertools.product(*axes.values())]
    assert cells(**axes) == whole
    out = data.draw(st.sampled_from(whole))
    part = {name: out[name] for name in data.draw(st.lists(st.sampled_from(sorted(out)), min_size=1, unique=True))}
    left = [cell for cell in whole if not part.items() <= cell.items()]
    assert (cells(**axes, exclude=[part]) if left else []) == left


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(2, 12), st.integers(0, 5), st.data())
def test_a_sample_is_a_part_of_the_grid(rows: int, columns: int, seed: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, rows * columns - 1))
    axes = {"a": {"range": [rows]}, "b": {"range": [columns]}}
    found = cells(**axes, sample={"count": count, "seed": seed})
    kept = {(cell["a"], cell["b"]) for cell in found}
    assert len(kept) == len(found) == count
    assert all(0 <= a < rows and 0 <= b < columns for a, b in kept)
    assert found == cells(**axes, sample={"count": count, "seed": seed})
    half = cells(**axes, sample={"count": max(1, count // 3), "seed": seed})
    assert found[: len(half)] == half, "a larger sample begins with the smaller one"


def test_a_sample_of_everything_and_of_pairs() -> None:
    every = cells(a={"range": [30]}, sample=30)
    assert sorted(cell["a"] for cell in every) == list(range(30))
    assert [cell["a"] for cell in every] != list(range(30))
    pairs = cells(a={"range": [30]}, b={"range": [30, 0, -1]}, mode="zip", sample=7)
    assert len(pairs) == 7
    assert all(cell["a"] + cell["b"] == 30 for cell in pairs)
    rare = cells(a={"range": [100]}, exclude=[{"a": number} for number in range(98)], sample=2)
    assert sorted(cell["a"] for cell in rare) == [98, 99]


def test_a_sample_of_a_grid_that_is_far_too_large_to_be_made() -> None:
    axes = {name: {"range": [1000]} for name in "abcdef"}
    found = cells(**axes, sample=50)
    assert len({tuple(cell.values()) for cell in found}) == 50
    assert found != cells(**axes, sample={"count": 50, "seed": 1})
    without = cells(**axes, sample=50, exclude=[{"a": found[0]["a"]}])
    assert len(without) == 50
    assert all(cell["a"] != found[0]["a"] for cell in without)


def test_configurations_of_a_file_are_reported_with_its_lines() -> None:
    read = Cells([{"a": 1}, {"a": 1}], ["`c.csv`, line 2", "`c.csv`, line 3"])
    ((code, message),) = faults(read, **{"from": "c.csv"})
    assert (code, message.partition(":")[0]) == ("SPC244", "`c.csv`, line 3")
