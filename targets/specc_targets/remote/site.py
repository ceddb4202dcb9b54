"""What happens on another machine: items run in processes of ours, which can be killed when their time is up."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from specc_runtime.errors import LOST, CodecError
from specc_targets.local.execution import Call, Item, Outcome
from specc_targets.local.processes.executor import ProcessExecutor
from specc_targets.remote.environment import Surrounded
from specc_targets.remote.packing import Packed, unpack
from specc_targets.remote.project import Project, digest_of, unfold

Line = tuple[str, tuple[int, ...], str, str | None, str]
"""The step's path, the item's indices, the stream, the level of what was logged, the line."""
Answer = tuple[list[tuple[Any, ...]], list[Line]]
"""The fields of each item's `Outcome`, and what was printed and logged."""

MOST_LINES = 20_000
"""Of one batch; what is printed beyond that is not kept."""
_IDLE = 120.0
"""Seconds after which the processes of a run are ended that has asked for nothing."""

_lines: ContextVar[list[Line] | None] = ContextVar("specc_remote_lines", default=None)


@dataclass(frozen=True, slots=True, repr=False)
class Batch:
    """Items of one call. Clusters log what they are handed by its `repr`, which must say nothing of values."""

    run: str
    """Names the run."""
    call: tuple[Any, ...]
    """The fields of the `Call`."""
    items: Sequence[tuple[tuple[int, ...], Packed]]
    variables: Mapping[str, str]
    """What the run adds to the environment, secrets among it."""

    def lost(self, how: str) -> Answer:
        """The answer when nothing can be done."""
        message = f"the process of step `{Call(*self.call).step}` {how}"
        return [_values(Outcome("lost", "", b"", (LOST,), message))] * len(self.items), []


class Site:
    """A run's project on one worker, and the processes that its calls are made in. Used from many threads."""

    def __init__(self, project: Project, folder: Callable[[], Path], limit: int) -> None:
        """Find the project where it stands, or write a copy to what `folder` gives.

        At most `limit` calls are made at the same time.
        """
        self._limit = max(limit, 1)
        self._lock = threading.Lock()
        self._executor: ProcessExecutor | None = None
        self._users, self._used, self._closed = 0, time.monotonic(), False
        self._problem = ""
        self._root, self._copy = Path(project.root), None
        if digest_of(self._root) == project.digest:
            return
        if project.archive is None:
            self._problem = f"has a worker that does not see `{project.root}`, which is too large to be sent"
            return
        self._root = self._copy = folder()
        unfold(project.archive, self._root)

    def run(self, batch: Batch) -> Answer:
        """Run items one after the other. The variables of a run do not change."""
        if self._problem:
            return batch.lost(self._problem)
        executor = self._take(batch.variables)
        if executor is None:
            return batch.lost("was stopped because its worker ended")
        lines: list[Line] = []
        outcomes: list[Outcome] = []
        token = _lines.set(lines)
        try:
            items: list[Item] = [(indices, unpack(arguments)) for indices, arguments in batch.items]
            executor.run(Call(*batch.call), items, lambda _, outcome: outcomes.append(outcome))
        except CodecError as error:
            return batch.lost(f"cannot read its arguments, one of which {error}")
        finally:
            _lines.reset(token)
            self._give_back()
        if len(lines) > MOST_LINES:
            lines[MOST_LINES:] = [(*lines[MOST_LINES][:2], "stderr", None, "… more lines, which are not kept")]
        return [_values(outcome) for outcome in outcomes], lines

    def close(self) -> None:
        """End what runs, and remove the copy of the project."""
        with self._lock:
            self._closed = True
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.close()
        if self._copy is not None:
            shutil.rmtree(self._copy, ignore_errors=True)

    def _take(self, variables: Mapping[str, str]) -> ProcessExecutor | None:
        with self._lock:
            if self._closed:
                return None
            self._users += 1
            if self._executor is None:
                starter = partial(Surrounded, variables=dict(variables))
                self._executor = ProcessExecutor(self._root, limit=self._limit, on_log=_keep_line, starter=starter)
                threading.Thread(target=self._end_when_idle, args=(self._executor,), daemon=True).start()
            return self._executor

    def _give_back(self) -> None:
        with self._lock:
            self._users -= 1
            self._used = time.monotonic()

    def _end_when_idle(self, executor: ProcessExecutor) -> None:
        """An engine that was killed says nothing; its processes must not stay for ever."""
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
    if lines is not None and (len(lines) <= MOST_LINES or line[2] == "metrics"):
        lines.append(line)


def _values(outcome: Outcome) -> tuple[Any, ...]:
    return tuple(getattr(outcome, field.name) for field in fields(outcome))
