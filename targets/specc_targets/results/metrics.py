"""The last value of each metric that the cells of a step logged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

METRICS = "metrics.jsonl"


class Metrics:
    """By the indices of the maps around a step."""

    def __init__(self, folder: Path, step: str, depth: int) -> None:
        self._values: dict[tuple[int, ...], dict[str, Any]] = {}

    def of(self, cell: tuple[int, ...]) -> Mapping[str, Any] | None:
        """The last value of each metric of a cell; None when it logged none."""
        return self._values.get(cell)
