"""Reads the metrics that a run keeps in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from specc_runtime.tracking.numbers import Number
from specc_targets.tracking.lines import METRICS, Metric, parse_metric

Place = tuple[str, tuple[int, ...]]
"""The path of a step, and the index in each map around it."""


def read_metrics(run_folder: Path) -> Iterator[Metric]:
    """All metrics of a run in the order in which they came; none where nothing was logged. Damaged lines are left out.

    The run may be going on meanwhile. Raises `OSError` for a file that cannot be read.
    """
    try:
        file = (run_folder / METRICS).open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            found = parse_metric(line) if line.endswith(b"\n") else None
            if found is not None:
                yield found


def last_values(run_folder: Path) -> dict[Place, dict[str, Number]]:
    """The value of each metric that was logged last, by the step and the items that logged it. Raises `OSError`."""
    found: dict[Place, dict[str, Number]] = {}
    for metric in read_metrics(run_folder):
        found.setdefault((metric.step, metric.items), {})[metric.name] = metric.value
    return found
