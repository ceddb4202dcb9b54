"""The results of a run as a table that is read while it is made: twice where it does not fit into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from specc_targets.local.code_watch import changed_notes
from specc_targets.local.runs.directory import RunDirectory
from specc_targets.local.runs.journal import JOURNAL
from specc_targets.results.cells import Cells, RunCells
from specc_targets.results.choosing import ChoiceError, Filter, best, column_named, sorting
from specc_targets.results.columns import Column, Columns, Row, reader
from specc_targets.results.steps import CellStep

KEPT = 128 * 1024 * 1024
"""Bytes of a journal up to which all rows are kept in memory; those of a larger one are read once more."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a table is wanted."""

    filter: str | None = None
    sort: str | None = None
    columns: str | None = None
    """Names with commas between them."""
    best: str | None = None
    minimize: bool = False
    top: int | None = None


class ResultTable:
    """The cells of one step of a run, chosen and in order. Used within `RunCells`. Raises `ChoiceError`."""

    def __init__(self, of: RunCells, step: CellStep, choice: Choice) -> None:
        self.run, self.status, self.step = of.run.id, of.status, step
        self._cells: Cells = of.of(step)
        self._choice = choice
        self.filter = Filter(choice.filter) if choice.filter is not None else None
        self.total = 0
        """Cells, whether or not they are chosen."""
        self.notes: Sequence[str] = changed_notes(of.run.path, step.name)
        """What one must know of how these results came to be."""
        self.counts: dict[str, int] = {}
        """How many cells stand in which way."""
        self._rows: list[Row] | None = None
        found = self._look(keep=_size(of.run) <= KEPT or self._orders)
        self.all_columns: Sequence[Column] = found.all()
        self.are_columns_chosen = choice.columns is not None
        self.columns = self._chosen_columns() if self.are_columns_chosen else found.shown()
        self._arrange()

    @property
    def _orders(self) -> bool:
        return self._choice.sort is not None or self._choice.best is not None

    def _look(self, *, keep: bool) -> Columns:
        """Read all rows, to know their columns."""
        columns = Columns()
        columns.expect(declared_outputs(self.step))
        kept: list[Row] | None = [] if keep else None
        for cell in self._cells:
            row = Row(cell)
            columns.see(row)
            self.total += 1
            self.counts[cell.status] = self.counts.get(cell.status, 0) + 1
            if kept is not None:
                kept.append(row)
        self._rows = kept
        return columns

    def _chosen_columns(self) -> list[Column]:
        names = [name.strip() for name in (self._choice.columns or "").split(",") if name.strip()]
        if not names:
            raise ChoiceError("`--columns` names no column")
        return [column_named(name, self.all_columns, "--columns") for name in names]

    def _arrange(self) -> None:
        choice = self._choice
        if self.filter is not None:
            self.filter.check(self.all_columns)
        if not self._orders:
            return
        assert self._rows is not None, "they are kept where they are to be in order"
        rows = [row for row in self._rows if self.filter is None or self.filter(row)]
        self.filter = None
        if choice.sort is not None:
            sorting(choice.sort, self.all_columns)(rows)
        if choice.best is not None:
            column = column_named(choice.best, self.all_columns, "--best")
            rows = best(rows, column, choice.top or 1, least=choice.minimize)
        self._rows = rows

    def rows(self) -> Iterator[Row]:
        """The chosen rows in order. Raises `ChoiceError`."""
        rows: Iterable[Row] = self._rows if self._rows is not None else map(Row, self._cells)
        left = self._choice.top
        for row in rows:
            if left == 0:
                return
            if self.filter is None or self.filter(row):
                yield row
                left = None if left is None else left - 1

    def values(self) -> Iterator[list[Any]]:
        """The same as lists of values, by column."""
        readers = [reader(column) for column in self.columns]
        for row in self.rows():
            yield [read(row) for read in readers]


def declared_outputs(step: CellStep) -> list[str]:
    """The outputs that a script says it has."""
    action = step.action
    raw = action.arguments.raw if action is not None and action.kind == "task.script" else None
    outputs = raw.get("outputs") if isinstance(raw, dict) else None
    return [name for name in outputs if isinstance(name, str)] if isinstance(outputs, list) else []


def _size(run: RunDirectory) -> int:
    try:
        return (run.path / JOURNAL).stat().st_size
    except OSError:
        return 0
