"""The values that a state holds: its expressions, each with its place, and constants that do not stay what they are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

NESTED = ("Branches", "ItemProcessor")
"""Fields that hold machines of their own."""
_PLAIN = frozenset({"Type", "Comment", "Next", "Default", "Resource", "Label", "QueryLanguage", "End"})
_EXACT = 2**53 - 1


class Text(NamedTuple):
    """One expression of a state."""

    field: str
    """The field of the state that it stands in: `Arguments`, `Catch`."""
    text: str
    """What is between the braces."""


def scan(state: Mapping[str, Any]) -> tuple[list[Text], list[str]]:
    """The expressions of a state, without those of the machines inside it, and the faults of its values."""
    texts: list[Text] = []
    faults: list[str] = []
    for field, value in state.items():
        if field in _PLAIN or field in NESTED:
            continue
        if isinstance(value, dict):  # below that keys are data
            faults += (f"key {key} of {field} belongs to JSONPath" for key in value if key.endswith(".$"))
        waiting = [value]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                if "{%" in item:
                    faults += _text(field, item, texts)
            elif isinstance(item, dict):
                waiting += item.values()
            elif isinstance(item, list):
                waiting += item
            elif isinstance(item, int | float):
                faults += _number(field, item)
    return texts, faults


def _text(field: str, text: str, texts: list[Text]) -> Iterator[str]:
    inside = text.strip()
    if not inside.startswith("{%"):
        return
    if inside != text:
        if inside.endswith("%}"):
            yield f"{text[:40]!r} in {field} has spaces around its braces and is a plain text"
    elif "\n" in text or not text.endswith("%}") or len(text) < 4:
        yield f"{text[:40]!r} in {field} is no expression on one line"
    else:
        texts.append(Text(field, text[2:-2]))


def _number(field: str, value: float) -> Iterator[str]:
    if isinstance(value, float) and not math.isfinite(value):
        yield f"{value} in {field} is no number of JSON"
    elif isinstance(value, int) and abs(value) > _EXACT:
        yield f"{value} in {field} loses digits: JSONata computes with 53 bits"
