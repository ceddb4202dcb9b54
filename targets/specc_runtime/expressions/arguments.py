"""What functions demand of their arguments, beyond what could be checked before the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc_runtime.expressions.errors import ExpressionError
from specc_runtime.expressions.operators import MAX_ITEMS, MAX_TEXT, a_kind, is_number


def need_text(value: Any, function: str) -> str:
    """A string."""
    if isinstance(value, str):
        return value
    raise ExpressionError(f"`{function}` needs a string, not {a_kind(value)}")


def need_list(value: Any, function: str) -> list[Any]:
    """A list."""
    if isinstance(value, list):
        return value
    if isinstance(value, tuple):
        return list(value)
    raise ExpressionError(f"`{function}` needs a list, not {a_kind(value)}")


def need_object(value: Any, function: str) -> Mapping[str, Any]:
    """An object."""
    if isinstance(value, Mapping):
        return value
    raise ExpressionError(f"`{function}` needs an object, not {a_kind(value)}")


def need_number(value: Any, function: str) -> Any:
    """A number."""
    if is_number(value):
        return value
    raise ExpressionError(f"`{function}` needs a number, not {a_kind(value)}")


def within_text(length: int) -> None:
    """Raise when a text of so many characters would be too long."""
    if length > MAX_TEXT:
        raise ExpressionError(f"a text cannot be longer than {MAX_TEXT:,} characters")


def within_list(count: int) -> None:
    """Raise when a list of so many items would be too long."""
    if count > MAX_ITEMS:
        raise ExpressionError(f"a list cannot have more than {MAX_ITEMS:,} items")
