"""The cells of a step: what each was made with, how it ended and what it gave."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from specc.ir.module import Module
from specc.ir.ops import Map
from specc_runtime.codecs import Encoded
from specc_runtime.errors import CodecError
from specc_runtime.expressions import SKIPPED
from specc_targets.local.inputs import resolve_parameters
from specc_targets.local.plan_reader import read_plan
from specc_targets.local.runs.directory import RunDirectory
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.parsing import Record
from specc_targets.local.runs.recovery import ItemTable, Recovered
from specc_targets.local.values import Results
from specc_targets.results.metrics import Metrics
from specc_targets.results.names import configuration
from specc_targets.results.past import Book, Past, Unknown, fixed_names
from specc_targets.results.steps import CellStep, Execution, executions, steps_with_cells
from specc_targets.results.told import Told, error_text
from specc_targets.tracking.naming import cell_name

Status = Literal["succeeded", "cached", "handled", "failed", "running", "pending"]
"""`cached`: nothing was called; `handled`: it failed, and `on_error` gave a result; `pending`: it has no result, and
nothing works on it."""


@dataclass(slots=True)
class Cell:
    """One cell."""

    index: tuple[int, ...]
    """Its place in the map, after those in the maps and loops around it."""
    name: str
    """What people call it: `lr=0.1,seed=0`."""
    configuration: dict[str, Any]
    status: Status = "pending"
    exit: int | None = None
    """The exit status of its process, where it is one."""
    attempts: int | None = None
    started: float | None = None
    """Seconds since the epoch."""
    duration: float | None = None
    """Seconds: of the last attempt, where it is one call."""
    cpu: float | None = None
    memory: int | None = None
    """Bytes."""
    result: Any = None
    metrics: Mapping[str, Any] | None = None
    error: str | None = None


class RunCells:
    """The cells of a run; to be entered. Raises `StateError` when the run cannot be read."""

    def __init__(self, run: RunDirectory) -> None:
        self.run = run
        self.header = run.header()
        self.status = run.status()
        try:
            self.module: Module = read_plan(json.loads((run.path / "plan.json").read_bytes()))
        except (OSError, ValueError, RecursionError):
            raise StateError(
                f"run `{run.id}` has no `plan.json` that can be read, so its cells are not known"
            ) from None
        self.steps: Sequence[CellStep] = steps_with_cells(self.module)
        self._recovered: Recovered | None = None

    def __enter__(self) -> Self:
        self._recovered = Recovered.read(self.run.path)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._recovered is not None:
            self._recovered.close()

    def of(self, step: CellStep) -> Cells:
        """The cells of one step."""
        assert self._recovered is not None, "it is entered"
        given = self.header.get("parameters")
        values, _ = resolve_parameters(self.module.parameters, given if isinstance(given, dict) else {})
        book = Book(self._recovered, fixed_names(self.module.name, values, self.module.environment))
        body = Past(book, self.module.body)
        root = Past(book, self.module.finally_, "finally", around=body) if step.final else body
        return Cells(self, step, root)


class Cells:
    """The cells of one step, read one by one."""

    def __init__(self, of: RunCells, step: CellStep, root: Past) -> None:
        self.step = step
        self._root, self._going = root, of.status == "running"
        self._executions = list(executions(step, root))
        depth = len(self._executions[0].items) + 1 if self._executions else 1
        self._told = Told(of.run.path, step.name, depth)
        self._metrics = Metrics(of.run.path, step.name, depth)
        action = step.action
        self._is_script = action is not None and action.kind == "task.script"
        self._is_program = self._is_script or (action is not None and action.kind == "task.command")
        self._ok_statuses = bool(self._is_program and _accepts(action))
        self._now = time.time()

    def __iter__(self) -> Iterator[Cell]:
        for execution in self._executions:
            yield from self._of(execution)

    def __len__(self) -> int:
        return sum(len(self._bindings(execution)) for execution in self._executions)

    def sample(self, most: int) -> Iterator[Cell]:
        """At most so many cells, evenly spread."""
        size = max(1, -(-len(self) // most))
        chosen = (start + _scattered(start) % size for start in range(0, len(self), size))
        number, first = next(chosen, None), 0
        for execution in self._executions:
            count = len(self._bindings(execution))
            here: list[int] = []
            while number is not None and number < first + count:
                here.append(number - first)
                number = next(chosen, None)
            yield from self._of(execution, here)
            first += count

    def _bindings(self, execution: Execution) -> Sequence[Mapping[str, Any]]:
        """What each cell binds; where that is not known, as many empty ones as there are known to be."""
        op = self.step.op
        if execution.past.is_skipped(op):
            return ()
        try:
            return execution.past.bindings(op)
        except Unknown:
            table = execution.past.book.recovered.items(execution.past.address_of(op))
            seen = max(table.indices(), default=-1) + 1 if table is not None else 0
            return [{}] * max(seen, self._told.total)

    def _of(self, execution: Execution, chosen: Sequence[int] | None = None) -> Iterator[Cell]:
        op, past = self.step.op, execution.past
        bindings = self._bindings(execution)
        table = past.book.recovered.items(past.address_of(op))
        outer = configuration(execution.names)
        for number in range(len(bindings)) if chosen is None else chosen:
            names = bindings[number]
            made_with = {**outer, **configuration(names)}
            index = (*execution.index, number)
            cell = Cell(index, cell_name(names, number), made_with)
            place = (*execution.items, number)
            cell.metrics = self._metrics.of(place)
            self._judge(cell, past, op, table, place, names)
            yield cell

    def _judge(
        self,
        cell: Cell,
        past: Past,
        op: Map,
        table: ItemTable | None,
        place: tuple[int, ...],
        names: Mapping[str, Any],
    ) -> None:
        """Say how a cell stands."""
        number = place[-1]
        record = table.record(number) if table is not None else None
        if record is None:
            record = past.book.recovered.record(f"{past.address_of(op)}[{number}]")
        if record is not None and record.kind == "failed":
            cell.status = "failed"
            _take_times(cell, [record])
            if record.error is not None:
                cell.error = error_text({"name": record.error.name, "message": record.error.message})
                if self._is_program:
                    cell.exit = _exit_status(record.error.message)
                if cell.exit is None and self._is_script and _is_uncaught(record.names):
                    cell.exit = 1
        elif record is not None:
            self._succeeded(cell, [record], record.kept, place)
        else:
            self._of_parts(cell, past.cell(op, number, names), place)
        if cell.status not in ("pending", "cached"):
            cell.attempts = 1 + self._told.retried[place]

    def _of_parts(self, cell: Cell, inner: Past, place: tuple[int, ...]) -> None:
        """A cell that has no record of its own: what is in it tells."""
        records = list(inner.all_records())
        try:
            kept = inner.yielded()
        except Unknown:
            begun = self._told.begun.get(place)
            if self._going and (begun is not None or records or self._told.retried[place] or cell.metrics):
                cell.status = "running"
                starts = [record.started for record in records if record.started > 0]
                cell.started = begun or min(starts, default=None)
                cell.duration = None if cell.started is None else round(max(0.0, self._now - cell.started), 3)
            return
        self._succeeded(cell, records, kept, place)

    def _succeeded(self, cell: Cell, records: list[Record], kept: Any, place: tuple[int, ...]) -> None:
        cell.error = self._told.handled.get(place)
        called = [record for record in records if record.seconds or record.cpu]
        cell.status = "handled" if cell.error is not None else "succeeded" if called else "cached"
        cell.result = _own_result(readable(kept), cell.configuration)
        _take_times(cell, called)
        if self._is_program and cell.status == "succeeded" and not self._ok_statuses:
            cell.exit = 0


def _own_result(result: Any, made_with: Mapping[str, Any]) -> Any:
    """The result of a cell. Where a whole spec is swept, one gives its configuration again beside its outputs."""
    if isinstance(result, dict) and result.keys() == {"configuration", "outputs"}:
        return result["outputs"] if result["configuration"] == made_with else result
    return result


def _scattered(number: int) -> int:
    """A number without a pattern: every so many cells would fall in step with the axes of a matrix."""
    return (number * 2654435761 & 0xFFFFFFFF) >> 16


def readable(kept: Any) -> Any:
    """A kept value as JSON values; what is written in another way is described, and never unpickled."""
    if kept is SKIPPED:
        return None
    if isinstance(kept, Results):
        return [readable(item) for item in kept.items]
    if not isinstance(kept, Encoded):
        return kept
    if kept.codec in ("json", "text"):
        with suppress(CodecError):
            return kept.decode()
    return f"<{kept.codec}, {len(kept.data):,} bytes>"


def _take_times(cell: Cell, records: list[Record]) -> None:
    """When a cell ran, by the records of its calls."""
    if len(records) == 1:  # mostly
        (record,) = records
        if record.started > 0:
            cell.started, cell.duration = record.started, record.seconds
            cell.cpu, cell.memory = record.cpu or None, record.memory or None
        return
    ran = [record for record in records if record.started > 0]
    if not ran:
        return
    cell.started = min(record.started for record in ran)
    cell.duration = round(max(record.started + record.seconds for record in ran) - cell.started, 6)
    cell.cpu = round(sum(record.cpu for record in ran), 6) or None
    cell.memory = max(record.memory for record in ran) or None


def _exit_status(message: str) -> int | None:
    from specc_runtime.programs.endings import status_of

    return status_of(message)


def _is_uncaught(names: Sequence[str]) -> bool:
    """Whether an error of these names is what a script did not catch: Python's status is then 1.

    What happens to a step otherwise is no exception (`timeout`, `lost`), or one of specc's own.
    """
    return "BaseException" in names and "SpeccError" not in names


def _accepts(action: Any) -> bool:
    """Whether other statuses than 0 are success."""
    raw = action.arguments.raw
    codes = raw.get("exit_codes") if isinstance(raw, dict) else None
    return isinstance(codes, dict) and "ok" in codes.values()
