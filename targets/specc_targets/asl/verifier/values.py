"""What a value of a field is."""

from __future__ import annotations

from typing import Any

MAX_SECONDS = 99_999_999
"""The longest TimeoutSeconds and Seconds (Amazon States Language)."""


def is_expression(value: Any) -> bool:
    """Whether a value is a JSONata expression."""
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")


def is_integer(value: Any, least: int, most: int | None = None) -> bool:
    """Whether a value is a whole number in a range; `true` is none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value and (most is None or value <= most)


def is_number(value: Any, least: float, most: float) -> bool:
    """Whether a value is a number in a range."""
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
