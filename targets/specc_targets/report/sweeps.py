"""The cells of maps as the page's JSON: a table for each step that has some, cut so that the page stays small."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from specc_targets.local.runs.directory import RunDirectory
from specc_targets.report.reading import clipped
from specc_targets.results.cells import Cells, RunCells
from specc_targets.results.columns import Column, Columns, Row
from specc_targets.results.steps import CellStep
from specc_targets.results.table import declared_outputs

CELLS = 2_000
"""Cells of a step that are on the page; of more of them, so many evenly spread ones."""
ALL_CELLS = 6_000
"""Cells of all steps together."""
COLUMNS = 60
STEPS = 20
_LETTERS = 160
"""Letters of one value."""
_NOT_SHOWN = frozenset({"name", "started"})


def sweeps_of(folder: Path, status: str, index: Mapping[str, int]) -> list[dict[str, Any]]:
    """The steps with cells of the run in `folder`; nothing where they cannot be told. `index` numbers all steps."""
    try:
        with _Run(RunDirectory(folder), status) as run:
            return list(_sweeps(run, index))
    except Exception:  # a folder may hold anything, and the page tells the rest
        return []


class _Run(RunCells):
    """A run of which it is known how it stands."""

    def __init__(self, run: RunDirectory, status: str) -> None:
        super().__init__(run)
        self.status = status  # type: ignore[assignment]  # one of the same words


def _sweeps(run: RunCells, index: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    left = ALL_CELLS
    for step in sorted(run.steps, key=lambda one: not one.is_sweep)[:STEPS]:
        cells = run.of(step)
        total = len(cells)
        if not total or left <= 0:
            continue
        found = _sweep(step, cells, min(CELLS, left))
        left -= len(found["rows"])
        key = f"finally/{step.name}" if step.final else step.name
        yield {"step": index.get(key, -1), "name": step.name, "total": total, **found}


def _sweep(step: CellStep, cells: Cells, most: int) -> dict[str, Any]:
    columns = Columns()
    columns.expect(declared_outputs(step))
    rows: list[Row] = []
    for cell in cells.sample(most):
        row = Row(cell)
        columns.see(row)
        rows.append(row)
    shown = [column for column in columns.shown() if _is_worth(column, rows)]
    if len(shown) > COLUMNS:
        own = [column for column in shown if column.group == "cell"]
        shown = own + [column for column in shown if column.group != "cell"][: COLUMNS - len(own)]
    values = [[_shown(row.value(column)) for column in shown] for row in rows]
    return {
        "columns": [[clipped(column.name, 80), column.group] for column in shown],
        "rows": values,
        "names": [clipped(row.cell.name, 120) for row in rows],
    }


def _is_worth(column: Column, rows: Sequence[Row]) -> bool:
    if column.group != "cell" or column.name in ("index", "status"):
        return True
    if column.name in _NOT_SHOWN:
        return False
    values = {row.value(column) for row in rows}
    return not values <= {None, {"exit": 0, "attempts": 1}.get(column.name)}


def _shown(value: Any) -> Any:
    """A number, or a short text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        # Beyond 2**53 a page would show another number than this one.
        return value if abs(value) < 2**53 and math.isfinite(value) else str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return clipped(text, _LETTERS)
