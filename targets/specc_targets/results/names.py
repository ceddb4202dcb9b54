"""What a cell is made with, and what it is called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_LONGEST = 120
"""Letters of a name."""


def configuration(names: Mapping[str, Any]) -> dict[str, Any]:
    """What a cell binds, by column: axes of a `matrix` by their names, items of `each` where they are no lists.

    Of an object the fields that are plain values are columns: `item.lr`.
    """
    found: dict[str, Any] = {}
    for name, value in names.items():
        if name == "matrix" and isinstance(value, dict):
            found.update(value)
        elif isinstance(value, dict):
            found.update({f"{name}.{key}": inner for key, inner in value.items() if _is_plain(inner)})
        elif _is_plain(value):
            found[name] = value
    return found


def cell_name(names: Mapping[str, Any], made_with: Mapping[str, Any], index: tuple[int, ...]) -> str:
    """What people call a cell: `lr=0.1,seed=0`; its index where it is made with nothing that can be said."""
    matrix = names.get("matrix")
    if isinstance(matrix, dict) and len(made_with) == len(matrix):
        made_with = matrix
    text = ",".join(f"{name}={_short(value)}" for name, value in made_with.items())
    if not text:
        return ".".join(map(str, index))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)
