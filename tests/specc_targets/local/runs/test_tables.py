"""Compact tables answer as a dictionary does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc_targets.local.runs import tables
from specc_targets.local.runs.tables import Addresses, Table, packed, unpacked

indices = st.integers(0, 50) | st.integers(0, 1000) | st.integers(0, 10**15 - 1)
places = st.integers(0, 2**62)
addresses = st.builds(
    "{}{}{}".format,
    st.sampled_from(["a", "a[3]/b", "", "a[", "a{2}/b", "[1]"]),
    st.sampled_from(
        ["", "[0]", "[1]", "[7]", "[]", "[x]", "[-1]", "[٣]", "[12345678901234567890]", "[999999999999999]"]
    ),
    st.sampled_from(["", "/c", "]", "!d", "[0]"]),
)


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Few indices are enough to be far from each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_AHEAD", 64)
        yield


@settings(deadline=None)
@given(st.lists(st.tuples(indices, places), max_size=20), st.lists(indices))
def test_a_table_is_a_dictionary(changes: list[tuple[int, int]], asked: list[int]) -> None:
    table, expected = Table(), dict[int, int]()
    for index, place in changes:
        table.set(index, place)
        expected[index] = place
        assert table.get(index) == place
    expected = {index: place for index, place in expected.items() if place}
    assert list(table) == sorted(expected)
    assert table.count == len(expected)
    for index in [*asked, *expected]:
        assert table.get(index) == expected.get(index, 0)


@given(st.lists(st.tuples(addresses, places), max_size=20), st.lists(addresses))
def test_addresses_are_a_dictionary(changes: list[tuple[str, int]], asked: list[str]) -> None:
    table, expected = Addresses(), dict[str, int]()
    for address, place in changes:
        if place % 3:
            table.set(address, place)
            expected[address] = place
        else:
            table.discard(address)
            expected.pop(address, None)
    for address in [*asked, *expected]:
        assert table.get(address) == expected.get(address, 0)


def test_far_indices_come_near() -> None:
    table = Table()
    table.set(500, 7)
    for index in range(0, 501, 50):
        table.set(index, table.get(index) or index + 1)
    assert table.get(500) == 7
    assert list(table) == list(range(0, 501, 50))
    assert table.count == 11


@given(st.integers(0, 2**42), st.integers(0, 2**30))
def test_places_are_packed(offset: int, length: int) -> None:
    assert packed(offset, length) > 0
    assert unpacked(packed(offset, length)) == (offset, length if length < 2**20 - 1 else None)
