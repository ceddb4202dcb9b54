from __future__ import annotations

import pytest

from specc_runtime.errors import BatchSizeMismatch, NotAList, UnequalLengths
from specc_runtime.fan import batch_sizes, check_batch, fan_out, too_many


def test_items_are_zipped() -> None:
    assert list(fan_out({"a": [1, 2], "b": ["x", "y"]})) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
    assert list(fan_out({"a": []})) == []


@pytest.mark.parametrize(
    ("batch", "expected"), [(1, [[1], [2], [3]]), (2, [[1, 2], [3]]), (3, [[1, 2, 3]]), (9, [[1, 2, 3]])]
)
def test_batches(batch: int, expected: list[list[int]]) -> None:
    assert [item["a"] for item in fan_out({"a": [1, 2, 3]}, batch)] == expected
    assert list(batch_sizes(3, batch)) == [len(part) for part in expected]


@pytest.mark.parametrize("source", [None, "text", {"a": 1}, 3, (1,)])
def test_only_lists_are_fanned_out(source: object) -> None:
    with pytest.raises(NotAList, match=r"`each\.a` is "):
        fan_out({"a": source})


def test_lists_are_of_one_length() -> None:
    with pytest.raises(UnequalLengths, match="`a` has 1, `b` has 2"):
        fan_out({"a": [1], "b": [1, 2]})


def test_a_batch_gives_as_many_results() -> None:
    check_batch([None, 1], 2, "s")
    for result in ([1], None, "ab"):
        with pytest.raises(BatchSizeMismatch):
            check_batch(result, 2, "s")


@pytest.mark.parametrize(
    ("failed", "total", "unit", "amount", "over"),
    [
        (1, 100, "percent", 1, False),
        (2, 100, "percent", 1, True),
        (1, 3, "percent", 33, True),
        (2, 5, "count", 2, False),
        (3, 5, "count", 2, True),
    ],
)
def test_tolerance(failed: int, total: int, unit: str, amount: float, over: bool) -> None:
    assert too_many(failed, total, unit, amount) is over
