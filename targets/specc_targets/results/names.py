"""What a cell is made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)
