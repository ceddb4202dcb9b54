"""Keeps the metrics of a run in its folder, as they come."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from specc_runtime.capture import Place
from specc_runtime.codecs.json_codec import decode_json, encode_json
from specc_runtime.errors import CodecError
from specc_runtime.tracking.records import parse
from specc_targets.local.events import Event, Retrying, StepFinished
from specc_targets.local.runs.files import FILE_MODE, write_all
from specc_targets.local.runs.syncing import Syncer
from specc_targets.tracking.lines import CELLS, METRICS, CellLine, Metric, cell_bytes, metric_bytes
from specc_targets.tracking.naming import cell_name

MATRIX = "matrix"
"""What the body of a step with `matrix` binds."""
LARGEST = 4096
"""Bytes of JSON of an item that are kept as the configuration of its cell."""
_Cells = tuple[str, Sequence[Mapping[str, Any]], bool]
"""The address of a map, what its cells bind, and whether its body is one call."""


class Recorder:
    """The metrics of one run, between its making and `close`. Safe in any thread.

    A line is written before the call that logged it can end: what a killed run knows to be done, it has the metrics of.
    """

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        self._metrics, self._cells = _File(folder / METRICS, warn), _File(folder / CELLS, warn)
        self._lock = threading.Lock()
        self._maps: dict[Place, _Cells] = {}
        self._known: set[str] = set()
        self._attempts: dict[Place, int] = {}

    def begins(self, place: Place, address: str, cells: Sequence[Mapping[str, Any]], *, whole: bool) -> None:
        """A map begins, with what each of its cells binds. Cells of a `matrix` are noted, whether they log or not."""
        self._maps[place] = (address, cells, whole)
        if cells and MATRIX in cells[0]:
            step, items = place
            with self._lock:
                for index in range(len(cells)):
                    self._note(step, (*items, index), index, self._maps[place])

    def ends(self, place: Place) -> None:
        """A map has ended."""
        self._maps.pop(place, None)

    def see(self, event: Event) -> None:
        """Look at an event of the run."""
        if isinstance(event, Retrying):
            self._attempts[event.step, event.items] = event.attempt + 1
        elif isinstance(event, StepFinished) and self._attempts:
            self._attempts.pop((event.step, event.items), None)

    def take(self, place: Place | None, text: str) -> None:
        """Keep a line of metrics. What is no such line is left out."""
        found = parse(text)
        if found is None:
            return
        step, items = place or ("", ())
        attempt = self._attempts.get((step, items), 1)
        with self._lock:
            cell = self._cell(step, items)
            lines = [
                metric_bytes(Metric(found.time, step, items, name, value, found.step, cell, attempt))
                for name, value in found.values.items()
            ]
            self._metrics.add(b"".join(lines))

    def close(self) -> None:
        """Nothing more comes; all is on the disk."""
        with self._lock:
            self._metrics.close()
            self._cells.close()

    def _cell(self, step: str, items: tuple[int, ...]) -> str:
        """The name of the innermost cell that a step is in, which is noted at its first metric."""
        path = step.split("/")
        for length in range(len(path), 0, -1) if items else ():
            outer = "/".join(path[:length])
            cells = self._maps.get((outer, items[:-1]))
            if cells is not None and items[-1] < len(cells[1]):
                return self._note(outer, items, items[-1], cells)
        return ""

    def _note(self, step: str, items: tuple[int, ...], index: int, cells: _Cells) -> str:
        address, bindings, whole = cells
        name = cell_name(bindings[index], index)
        own = f"{address}[{index}]"
        if own not in self._known:
            self._known.add(own)
            configuration = {key: _shown(value) for key, value in _flat(bindings[index]).items()}
            self._cells.add(cell_bytes(CellLine(own, step, items, name, configuration, whole)))
        return name


def _flat(binding: Mapping[str, Any]) -> Mapping[str, Any]:
    cell = binding.get(MATRIX)
    return cell if isinstance(cell, Mapping) else binding


def _shown(value: Any) -> Any:
    try:
        data = encode_json(value)
    except CodecError:
        return f"<{type(value).__name__}>"
    return decode_json(data) if len(data) <= LARGEST else f"<{type(value).__name__}: {len(data):,} bytes of JSON>"


class _File:
    """A file that lines are added to, made when there is one. The first error ends it, with a warning."""

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self._path, self._warn = path, warn
        self._descriptor, self._ended = -1, False
        self._syncer: Syncer | None = None

    def add(self, data: bytes) -> None:
        if self._ended or not data:
            return
        try:
            if self._syncer is None:
                self._open()
            write_all(self._descriptor, data)
        except OSError as error:
            self._ended = True
            self._warn(f"cannot write `{self._path}`: {error.strerror or error}; the run goes on without it")
            return
        assert self._syncer is not None
        if not self._syncer.pending:
            self._syncer.call()

    def _open(self) -> None:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(self._path, flags, FILE_MODE)
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            write_all(self._descriptor, b"\n")  # an earlier process was stopped within a line
        self._syncer = Syncer(self._descriptor, lambda: None)

    def close(self) -> None:
        self._ended = True
        if self._syncer is not None:
            self._syncer.close()
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1
