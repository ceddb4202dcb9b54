"""Whether two texts say the same: equal values in equal order, and the same comments in the same order."""

from __future__ import annotations

from typing import Any

from specc.source.document import parse
from specc.source.fault import Fault
from specc.source.formats import Format


def verify(before: str, after: str, value: Any, format: Format) -> str:
    """What is different about `after`, the formatted `before` whose value is known; empty when nothing is."""
    try:
        again = parse("", format, after).value
    except Fault as fault:
        return f"the formatted text cannot be read: {fault.message}"
    if not same(value, again):
        return "the formatted text has other values"
    if comments(before, format) != comments(after, format):
        return "the formatted text has other comments"
    return ""


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are equal, types and order of keys included."""
    return _same(one, other, set())


def _same(one: Any, other: Any, known: set[tuple[int, int]]) -> bool:
    if type(one) is not type(other):
        return False
    if not isinstance(one, dict | list):
        return bool(one == other)
    pair = (id(one), id(other))
    if pair in known:  # what aliases of YAML stand for is looked at once
        return True
    known.add(pair)
    if len(one) != len(other):
        return False
    if isinstance(one, dict):
        return all(key == again and _same(one[key], other[again], known) for key, again in zip(one, other, strict=True))
    return all(_same(item, again, known) for item, again in zip(one, other, strict=True))


def comments(text: str, format: Format) -> list[str]:
    """The comments of a valid text in order; JSON has none."""
    if format == "toml":
        from specc.formatting.comments import toml_comments

        return toml_comments(text)
    if format == "yaml":
        from specc.formatting.comments import yaml_comments

        return yaml_comments(text)
    return []
