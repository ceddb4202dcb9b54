"""What happens on a Dask worker: items run in processes of ours below it, which can be killed when their time is up."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from specc_runtime.errors import LOST, CodecError
from specc_targets.dask.environment import Surrounded
from specc_targets.dask.packing import Packed, unpack
from specc_targets.dask.project import Project, digest_of, unfold
from specc_targets.local.execution import Call, Item, Outcome
from specc_targets.local.processes.executor import ProcessExecutor

Line = tuple[str, tuple[int, ...], str, str | None, str]
"""The step's path, the item's indices, the stream, the level of what was logged, the line."""
Answer = tuple[list[tuple[Any, ...]], list[Line]]
"""The fields of each item's `Outcome`, and what was printed and logged."""

MOST_LINES = 20_000
"""Of one batch; what is printed beyond that is counted, not kept."""
_IDLE = 120.0
"""Seconds after which the processes of a run are ended that has asked for nothing."""

_lines: ContextVar[list[Line] | None] = ContextVar("specc_dask_lines", default=None)


@dataclass(frozen=True, slots=True, repr=False)
class Batch:
    """Items of one call. Dask logs what it is handed by its `repr`, which must say nothing of values."""

    name: str
    """Of the run's `ProjectPlugin`."""
    call: tuple[Any, ...]
    """The fields of the `Call`."""
    items: Sequence[tuple[tuple[int, ...], Packed]]
    variables: Mapping[str, str]
    """What the run adds to the environment, secrets among it."""


def run_batch(batch: Batch) -> Answer:
    """Run items one after the other, with the project that was registered."""
    plugin = get_worker().plugins.get(batch.name)
    call = Call(*batch.call)
    if not isinstance(plugin, ProjectPlugin):
        return [_lost(call.step, "was stopped because the run ended")] * len(batch.items), []
    return plugin.run(call, batch.items, batch.variables)


class ProjectPlugin(WorkerPlugin):
    """A run's project on one worker, and the processes that its calls are made in."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def setup(self, worker: Worker) -> None:
        """Find the project's folder, or write it."""
        self._lock = threading.Lock()
        self._threads = worker.state.nthreads
        self._executor: ProcessExecutor | None = None
        self._users, self._closed, self._timer = 0, False, None
        self._problem, self._own = "", None
        project = self._project
        self._root = Path(project.root)
        if digest_of(self._root) == project.digest:
            return
        if project.archive is None:
            self._problem = f"does not see `{project.root}`, which is too large to be sent"
            return
        self._root = self._own = Path(worker.local_directory) / f"specc-{project.digest[:16]}"
        unfold(project.archive, self._root)

    def teardown(self, worker: Worker) -> None:
        """End what runs."""
        with self._lock:
            self._closed = True
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.close()
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)

    def __getstate__(self) -> Project:
        return self._project

    def __setstate__(self, project: Project) -> None:
        self._project = project

    def run(self, call: Call, packed: Sequence[tuple[tuple[int, ...], Packed]], variables: Mapping[str, str]) -> Answer:
        """Run items one after the other. The variables of a run do not change."""
        executor = None if self._problem else self._take(variables)
        if executor is None:
            return [_lost(call.step, f"has a worker that {self._problem or 'ends'}")] * len(packed), []
        lines: list[Line] = []
        outcomes: list[Outcome] = []
        token = _lines.set(lines)
        try:
            items: list[Item] = [(indices, unpack(arguments)) for indices, arguments in packed]
            executor.run(call, items, lambda _, outcome: outcomes.append(outcome))
        except CodecError as error:
            return [_lost(call.step, f"cannot read its arguments: {error}")] * len(packed), []
        finally:
            _lines.reset(token)
            self._give_back()
        if len(lines) > MOST_LINES:
            more = len(lines) - MOST_LINES
            lines[MOST_LINES:] = [(*lines[MOST_LINES][:2], "stderr", None, f"… {more:,} more lines")]
        return [_fields(outcome) for outcome in outcomes], lines

    def _take(self, variables: Mapping[str, str]) -> ProcessExecutor | None:
        with self._lock:
            if self._closed:
                return None
            self._users += 1
            if self._executor is None:
                starter = partial(Surrounded, variables=dict(variables))
                limit = max(self._threads, 1)
                self._executor = ProcessExecutor(self._root, limit=limit, on_log=_keep_line, starter=starter)
                threading.Thread(target=self._end_when_idle, args=(self._executor,), daemon=True).start()
            return self._executor

    def _give_back(self) -> None:
        with self._lock:
            self._users -= 1
            self._used = time.monotonic()

    def _end_when_idle(self, executor: ProcessExecutor) -> None:
        """A client that was killed says nothing; its processes must not stay for ever."""
        while True:
            time.sleep(_IDLE / 4)
            with self._lock:
                if self._executor is not executor:
                    return
                if self._users or time.monotonic() - self._used < _IDLE:
                    continue
                self._executor = None
            executor.close()
            return


def _keep_line(*line: Any) -> None:
    lines = _lines.get()
    if lines is not None and len(lines) <= 2 * MOST_LINES:
        lines.append(line)


def _fields(outcome: Outcome) -> tuple[Any, ...]:
    return tuple(getattr(outcome, field.name) for field in fields(outcome))


def _lost(step: str, how: str) -> tuple[Any, ...]:
    return _fields(Outcome("lost", "", b"", (LOST,), f"the process of step `{step}` {how}"))
