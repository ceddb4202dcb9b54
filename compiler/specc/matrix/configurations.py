"""Configurations: what makes two of them the same, and which are left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

Cell = dict[str, Any]
"""A configuration: a value by the name of each axis."""


def canonical(value: Any) -> str:
    """A text that two values share only when they are the same; `1`, `1.0` and `true` are three values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def merged(parts: Iterable[Cell]) -> Cell:
    """The configuration that has all of the parts."""
    return {name: value for part in parts for name, value in part.items()}


def kept(cells: Iterable[Cell], excluded: list[tuple[Cell, list[int]]]) -> Iterator[Cell]:
    """The configurations that nothing excludes; what excludes one counts it."""
    for cell in cells:
        hits = [count for item, count in excluded if all(same(cell[name], value) for name, value in item.items())]
        for count in hits:
            count[0] += 1
        if not hits:
            yield cell


def same(one: Any, other: Any) -> bool:
    """Whether a value is the one that is excluded; `1` and `1.0` are, `1` and `true` are not."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def shown(value: Any) -> str:
    """A value as messages show it, shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
