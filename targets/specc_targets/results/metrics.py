"""The last value of each metric that the cells of a step logged."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from specc_targets.tracking.reading import read_metrics


class Metrics:
    """By the indices of the maps around a step, of which there are `depth`. What is in a cell logs for it, too."""

    def __init__(self, folder: Path, step: str, depth: int) -> None:
        self._values: dict[tuple[int, ...], dict[str, Any]] = {}
        inside = f"{step}/"
        with suppress(OSError):
            for metric in read_metrics(folder):
                if len(metric.items) >= depth and (metric.step == step or metric.step.startswith(inside)):
                    self._values.setdefault(metric.items[:depth], {})[metric.name] = metric.value

    def of(self, cell: tuple[int, ...]) -> Mapping[str, Any] | None:
        """The last value of each metric of a cell; None when it logged none."""
        return self._values.get(cell)
