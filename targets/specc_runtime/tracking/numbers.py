"""The values of metrics: numbers as JSON has them, and the three that it has not as texts."""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes longer to import than the rest
if TYPE_CHECKING:
    from typing import Any

Number = int | float
Written = int | float | str
"""A number as it is written: `NaN`, `Infinity` and `-Infinity` are texts."""

_LARGEST = 2**63
"""Integers beyond this are written as floats: no tracker keeps more."""
_TEXTS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def number_of(name: str, value: Any) -> Number:
    """A value as a number; arrays and tensors of one element give their `item()`. Raises `TypeError`."""
    found = value
    if not isinstance(found, (int, float)) and callable(getattr(found, "item", None)):
        try:
            found = found.item()
        except Exception:  # an array of several elements says so in a way of its own
            raise TypeError(
                f"the metric `{name}` is a `{type(value).__name__}` of more than one element; "
                "log one number, for example its mean"
            ) from None
    if isinstance(found, int):
        return int(found) if -_LARGEST < found < _LARGEST else _as_float(found)
    if isinstance(found, float):
        return float(found)
    raise TypeError(f"the metric `{name}` is a `{type(value).__name__}`; only numbers can be logged")


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def step_of(step: Any) -> int | None:
    """The number of a step. Raises `TypeError`."""
    if step is None:
        return None
    found = number_of("step", step)
    if isinstance(step, bool) or found != found or found in (float("inf"), float("-inf")) or found != int(found):
        raise TypeError(f"`step` is {step!r}; it must be a whole number")
    return int(found)


def written(value: Number) -> Written:
    """The number in a form that JSON has."""
    if isinstance(value, int) or value - value == 0:  # neither nan nor infinite
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def read(value: Any) -> Number | None:
    """The number that was written so; None for what is none."""
    if isinstance(value, str):
        return _TEXTS.get(value)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
