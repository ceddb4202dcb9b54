"""Folders of runs with cells, and the command that shows them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from run_folders import Run
from specc.cli import shell

SWEEP = """\
specc = 1
kind = "pipeline"
name = "sweep"
[params.lrs]
type = "array"
default = [0.1, 0.2, 0.3, 0.4]
[steps.work]
call = "steps:work"
each = { lr = "${params.lrs}", seed = "${range(4)}" }
with.number = "${seed}"
tolerate = 4
"""


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.out)
        return found


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Run]:
    """`make_run(spec)` begins a run of a sweep with four cells, or of another spec."""
    numbers = iter(range(100))
    return lambda spec=SWEEP: Run(tmp_path / str(next(numbers)), spec)


@pytest.fixture
def sweep(make_run: Callable[..., Run]) -> Run:
    """A sweep of which one cell failed after a retry, one is from the cache and one has not run."""
    run = make_run()
    run.item("work", 0, {"accuracy": 0.5, "loss": {"train": 1.5, "test": [1, 2]}}, 1.0, 2.0)
    run.event("retrying", 3.5, "work", (1,), attempt=1, delay=0.1, error=None)
    run.failed("work[1]", "no luck", 3.0, 0.25)
    run.item("work", 2, {"accuracy": 0.9}, 4.0, 0.0)
    return run


@pytest.fixture
def results(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """`results(run, ...)` is `specc results` of a run's folder."""
    monkeypatch.setenv("COLUMNS", "200")

    def start(run: Run | None, *arguments: str) -> Done:
        where = [] if run is None else [str(run.close())]
        capfd.readouterr()
        code = shell.run(["results", *where, *arguments])
        found = capfd.readouterr()
        return Done(code, found.out, found.err)

    return start
