"""What people call a cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LONGEST = 80
"""Characters of a value in the name of a cell."""


def cell_name(binding: Mapping[str, Any], index: int) -> str:
    """`lr=0.1,seed=0` of a cell of a matrix; of an item what it is, where that is short, else its index."""
    cell = binding.get("matrix")
    found = cell if isinstance(cell, Mapping) else binding
    if any(isinstance(value, (dict, list, bytes)) or len(str(value)) > _LONGEST for value in found.values()):
        return str(index) if cell is None else _named(found)
    return _named(found)


def _named(cell: Mapping[str, Any]) -> str:
    try:
        from specc_runtime.cells import name_of  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return ",".join(f"{name}={value}" for name, value in cell.items())
    return str(name_of(cell))
