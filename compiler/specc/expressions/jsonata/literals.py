"""Constants as JSONata text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from specc_runtime.expressions.text import number_text

MAX_EXACT = 2**53
"""Integers beyond lose digits where every number is a double."""


class Untranslatable(ValueError):  # noqa: N818  # nothing is wrong: a function computes it instead
    """JSONata cannot say this. `start` and `end` are offsets in the expression's text."""

    def __init__(self, message: str, start: int = 0, end: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def literal(value: Any) -> str:
    """JSONata text, on one line, of a JSON constant. Raises Untranslatable for an integer that would lose digits."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) > MAX_EXACT:
        raise Untranslatable(f"the integer {value} has more digits than JSONata keeps")
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(str(key))}: {literal(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(literal, value)) + "]"
