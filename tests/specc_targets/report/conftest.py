"""A folder of a run to fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from run_folders import SPEC, Run


@pytest.fixture
def make_run(tmp_path: Any) -> Callable[..., Run]:
    """`make_run(spec)` begins a run of three steps, or of a spec that uses the functions of `steps`."""
    numbers = iter(range(100))
    return lambda spec=SPEC: Run(tmp_path / str(next(numbers)), spec)


@pytest.fixture
def good_run(make_run: Callable[..., Run]) -> Run:
    """A run in which ten items were worked on."""
    run = make_run()
    run.step("numbers", list(range(10)), 0.1, 0.5, 20_000_000)
    run.items("work", 10)
    run.step("join", 10, 1.1, 0.25)
    run.result("succeeded", 1.5, outputs={"count": 10})
    return run
