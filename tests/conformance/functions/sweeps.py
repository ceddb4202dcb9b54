"""Configurations, and what is made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any


def fit(lr: float, seed: int) -> float:
    """A number that tells the configuration."""
    return round(lr * 100 + seed, 6)


def whole(configuration: dict[str, Any]) -> list[str]:
    """The names and values of a configuration."""
    return [f"{name}={value!r}" for name, value in configuration.items()]


def picky(lr: float, seed: int) -> float:
    """Fails for one configuration."""
    if seed == 1 and lr < 0.05:
        raise ValueError("diverged")
    return fit(lr, seed)


def generate(count: int) -> Iterator[dict[str, Any]]:
    """So many configurations; without end for a negative number."""
    number = 0
    while number != count:
        yield {"lr": number / 4, "seed": number}
        number += 1


async def later(count: int) -> AsyncIterator[dict[str, Any]]:
    """The same, as they come."""
    for cell in range(count):
        yield {"lr": 1.5, "seed": cell}


def uneven() -> list[Any]:
    """Tables of which one has no value for a name."""
    return [{"model": "linear", "depth": None}, {"model": "tree", "depth": 3}]


def wrong() -> Any:
    """No configurations at all."""
    return {"lr": 0.1}
