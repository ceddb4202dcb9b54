"""Executors, with both ways to start processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from specc_targets.local.processes import ProcessExecutor
from specc_targets.local.processes.starting import Singles, new_starter
from worker_processes import LINUX, WORK, Log, Starters


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture(params=[pytest.param(new_starter, id="nursery", marks=LINUX), pytest.param(Singles, id="singles")])
def starter(request: pytest.FixtureRequest) -> Starters:
    found: Starters = request.param
    return found


@pytest.fixture
def make(tmp_path: Path, starter: Starters, log: Log) -> Iterator[Callable[..., ProcessExecutor]]:
    (tmp_path / "work.py").write_text(WORK)
    made: list[ProcessExecutor] = []

    def build(limit: int = 1, **options: Any) -> ProcessExecutor:
        made.append(ProcessExecutor(tmp_path, **{"limit": limit, "on_log": log, "starter": starter, **options}))
        return made[-1]

    yield build
    for executor in made:
        executor.close()


@pytest.fixture
def executor(make: Callable[..., ProcessExecutor]) -> ProcessExecutor:
    return make()
