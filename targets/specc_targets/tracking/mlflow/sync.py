"""Brings the runs of MLflow to where the folder of a run is."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from specc_runtime.codecs import Encoded
from specc_runtime.errors import CodecError
from specc_targets.local.runs.errors import JournalError
from specc_targets.local.runs.journal import JOURNAL
from specc_targets.local.runs.parsing import read_record
from specc_targets.local.runs.records import is_sound
from specc_targets.tracking.lines import CELLS, METRICS, CellLine, Metric, parse_cell, parse_metric
from specc_targets.tracking.mlflow import entries
from specc_targets.tracking.mlflow.rest import Refused, Server
from specc_targets.tracking.mlflow.state import State
from specc_targets.tracking.mlflow.tail import new_lines
from specc_targets.tracking.settings import Settings

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of an artifact that is handed over; of others the address is noted."""
_BATCH = 5000
"""Lines of metrics that are read at a time."""
_SINGLE = "/"
_RUN, _CELL = "specc.run", "specc.cell"


class Sync:
    """One run, its cells, and one server. In one thread."""

    def __init__(
        self, folder: Path, settings: Settings, server: Server, header: Mapping[str, Any], warn: Callable[[str], None]
    ) -> None:
        self._folder, self._settings, self._server, self._header, self._warn = folder, settings, server, header, warn
        self.state = State.of(folder, settings.mlflow, settings.experiment)
        self._goes_on = bool(self.state.run)
        self._cells: dict[str, CellLine] = {}
        self._places: dict[tuple[str, tuple[int, ...]], CellLine] = {}
        self._cells_read = 0
        self._names: dict[str, set[str]] = {}

    def __call__(self, finished: Collection[str] = ()) -> None:
        """Send what is new; `finished` are cells that ended well without a record of their own.

        Raises `Unreachable`, `Refused`, `OSError` and `StateError`; may be called again then.
        """
        self._begin()
        for line, offset in new_lines(self._folder / CELLS, self._cells_read):
            cell = parse_cell(line)
            self._cells_read = offset
            if cell is not None:
                self._cells[cell.address] = self._places[cell.step, cell.items] = cell
        self._send_metrics()
        self._read_journal()
        for address in finished:
            if address in self._cells and self.state.ended.get(address) != "FINISHED":
                self._end_cell(self._cells[address], "FINISHED", time.time())
        self.state.save(self._folder)

    def finish(self, status: str, error: str, outputs: Mapping[str, Any]) -> None:
        """Say how the run has ended. Raises as calling it does."""
        for address in list(self.state.cells):
            if address not in self.state.ended:
                self._set(address, "FINISHED" if status == "FINISHED" else "KILLED", time.time())
        found = entries.numbers(dict(outputs), (), time.time())
        told = entries.tags({"specc.error": error}) if error else []
        if found or told:
            self._server.log(self.state.run, metrics=found, tags=told)
        self._server.set_status(self.state.run, status, time.time())
        self.state.save(self._folder, sync=True)

    def _begin(self) -> None:
        state, header = self.state, self._header
        if not state.run:
            state.id = self._server.experiment(self._settings.experiment)
            tags = self._tags({"mlflow.source.name": header.get("spec", ""), "mlflow.source.type": "JOB"})
            start = time.time()
            state.run, state.artifacts = self._server.begin(state.id, self._folder.name, start, tags)
            state.save(self._folder, sync=True)
            if values := entries.params(header.get("parameters") or {}):
                self._server.log(state.run, params=values)
        elif self._goes_on:
            self._server.set_status(state.run, "RUNNING")
            # where a matrix has changed, the addresses there may be those of other configurations
            tagged = () if state.moved else self._server.tagged(state.id, _RUN, self._folder.name)
            for run, artifacts, known in tagged:
                if address := known.get(_CELL):  # perhaps made just before the run was killed, and not noted
                    state.cells.setdefault(address, (run, artifacts))
            state.ended = {address: status for address, status in state.ended.items() if status == "FINISHED"}
            self._goes_on = False

    def _tags(self, more: Mapping[str, Any]) -> dict[str, str]:
        values = {**self._settings.tags, _RUN: self._folder.name, **more}
        return {tag["key"]: tag["value"] for tag in entries.tags(values)}

    def _send_metrics(self) -> None:
        path, state = self._folder / METRICS, self.state
        waiting: dict[str, list[dict[str, Any]]] = {}
        count, end = 0, state.sent
        for line, offset in new_lines(path, state.sent):
            metric = parse_metric(line)
            end = offset
            if metric is not None:
                cell = self._cell_of(metric)
                run = state.run if cell is None else self._run_of(cell)
                found = entries.metric_entry(metric, cell)
                waiting.setdefault(run, []).append(found)
                self._names.setdefault(run, set()).add(found["key"])
                count += 1
            if count >= _BATCH:
                self._log(waiting, end)
                waiting, count = {}, 0
        if end > state.sent:
            self._log(waiting, end)

    def _log(self, waiting: Mapping[str, list[dict[str, Any]]], end: int) -> None:
        for run, metrics in waiting.items():
            for first in range(0, len(metrics), entries.MOST_METRICS):
                self._tolerantly(lambda: self._server.log(run, metrics=metrics[first : first + entries.MOST_METRICS]))  # noqa: B023  # called at once
        self.state.sent = end
        self.state.save(self._folder)

    def _tolerantly(self, send: Callable[[], object]) -> None:
        """Send something that the rest must not wait for, should the server never take it."""
        try:
            send()
        except Refused as error:
            if error.of_user:
                raise
            self._warn(f"MLflow refuses a part of run `{self._folder.name}`: {error}")

    def _cell_of(self, metric: Metric) -> CellLine | None:
        """The innermost cell that a metric was logged in."""
        path = metric.step.split("/")
        for length in range(len(path), 0, -1) if metric.items else ():
            found = self._places.get(("/".join(path[:length]), metric.items))
            if found is not None:
                return found
        return None

    def _run_of(self, cell: CellLine) -> str:
        """The run of a cell, which is made where there is none."""
        state = self.state
        if cell.address not in state.cells:
            name = (
                cell.name
                if "/" not in cell.step and len({one.step for one in self._cells.values()}) == 1
                else f"{cell.step} {cell.name}"
            )
            tags = self._tags({"mlflow.parentRunId": state.run, "specc.step": cell.step, _CELL: cell.address})
            state.cells[cell.address] = self._server.begin(state.id, name, time.time(), tags)
            state.save(self._folder)
            values = entries.params(cell.configuration)
            self._tolerantly(lambda: self._server.log(state.cells[cell.address][0], params=values))
        return state.cells[cell.address][0]

    def _read_journal(self) -> None:
        for line, offset in new_lines(self._folder / JOURNAL, self.state.read):
            if is_sound(line):
                self._see(line[9:])
            self.state.read = offset

    def _see(self, body: bytes) -> None:
        """Look at a record of the journal: it may be the end of a cell."""
        try:
            record = read_record(body, self._folder, values=False)
        except JournalError:
            return
        if record.kind not in ("item", "step", "failed"):
            return
        cell = self._cells.get(record.address)
        if cell is None and record.kind == "step":  # retried, or handled: the call in the cell has a name of its own
            cell = self._cells.get(record.address.rpartition(_SINGLE)[0])
            cell = cell if cell is not None and cell.whole else None
        if cell is None:
            return
        end = record.started + record.seconds
        if record.kind == "failed":
            told = f"{record.error.name}: {record.error.message}" if record.error is not None else ""
            self._end_cell(cell, "FAILED", end, error=told)
        elif cell.whole:
            self._end_cell(cell, "FINISHED", end, result=_value(body, self._folder))

    def _end_cell(self, cell: CellLine, status: str, end: float, *, result: Any = None, error: str = "") -> None:
        run = self._run_of(cell)
        found = entries.numbers(result, self._names.pop(run, ()), end)
        told: dict[str, Any] = {"specc.error": error} if error else {}
        for name, about in entries.files(result).items():
            told[f"artifact.{name}"] = about["uri"]
            self._upload(cell, name, about)
        if found or told:
            self._tolerantly(lambda: self._server.log(run, metrics=found, tags=entries.tags(told)))
        self._set(cell.address, status, end)

    def _set(self, address: str, status: str, end: float) -> None:
        self._server.set_status(self.state.cells[address][0], status, end)
        self.state.ended[address] = status

    def _upload(self, cell: CellLine, name: str, about: Mapping[str, Any]) -> None:
        parts = urlsplit(about["uri"])
        file = Path(unquote(parts.path))
        size = about.get("size")
        if parts.scheme not in ("", "file") or not isinstance(size, int) or size > LARGEST_FILE or not file.is_file():
            return
        self._tolerantly(lambda: self._server.upload(self.state.cells[cell.address][1], name, file))


def _value(body: bytes, folder: Path) -> Any:
    """The result in a record; None for what is no JSON."""
    try:
        kept = read_record(body, folder).kept
        if isinstance(kept, Encoded):
            return kept.decode() if kept.codec == "json" else None
        return kept
    except (JournalError, CodecError):
        return None
