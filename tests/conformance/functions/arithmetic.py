"""Functions that work on numbers and lists."""

from __future__ import annotations

from typing import Any


def add(a: Any, b: Any) -> Any:
    return a + b


def double(x: Any) -> Any:
    return x * 2


def increment(x: int) -> int:
    return x + 1


def total(values: list[Any]) -> Any:
    return sum(value for value in values if value is not None)


def size(value: Any) -> int:
    return len(value)


def join(values: list[Any], by: str = " ") -> str:
    return by.join(str(value) for value in values)


def double_all(xs: list[int]) -> list[int]:
    return [x * 2 for x in xs]


def add_pairs(xs: list[int], ys: list[int]) -> list[int]:
    return [x + y for x, y in zip(xs, ys, strict=True)]


def lose_last(xs: list[int]) -> list[int]:
    return xs[:-1]


def sizes_of(xs: list[Any]) -> list[int]:
    """The size of the batch, once per item of it."""
    return [len(xs)] * len(xs)


def spoil(values: list[Any]) -> int:
    """Changes its argument, which must be nobody else's."""
    values.append("spoilt")
    values[0] = "spoilt"
    return len(values)


def halve(state: dict[str, Any]) -> dict[str, Any]:
    value = state["value"] // 2
    return {"value": value, "done": value <= 1, "rounds": state.get("rounds", 0) + 1}


def even(x: int) -> bool:
    return x % 2 == 0


def label(name: str, index: Any = None) -> str:
    return f"flappy {name}" if index is None else f"flappy {name} {index}"
