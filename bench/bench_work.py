"""The functions that everything in the benchmarks calls: specc, the floors and the peers."""

from __future__ import annotations


def numbers(count: int) -> list[int]:
    """The items of a map."""
    return list(range(count))


def double(x: int) -> int:
    """One trivial item."""
    return 2 * x


def total(values: list[int]) -> int:
    """Fan in."""
    return sum(values)


def add_one(x: int) -> int:
    """One link of a chain."""
    return x + 1


def join(values: list[int]) -> int:
    """One node of a graph: small numbers, however long the graph is."""
    return (sum(values) + 1) % 1_000_003
