"""How long a sweep will take, from how long its cells took before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from run_folders import Run
from specc_targets.results.estimate import durations, estimate

MakeRun = Callable[..., Run]


@pytest.fixture
def state(make_run: MakeRun, tmp_path: Path) -> Path:
    """A state directory with a run of two cells, of one and of three seconds."""
    run = make_run()
    run.item("work", 0, 1, 1.0, 1.0)
    run.item("work", 1, 1, 1.0, 3.0)
    run.item("work", 2, 1, 1.0, 0.0)  # from the cache
    run.failed("work[3]", "no luck", 1.0, 9.0)
    header = json.loads((run.path / "run.json").read_text())
    run.write("run.json", {**header, "path": str(tmp_path / "sweep.toml")})
    runs = tmp_path / ".specc" / "runs"
    runs.mkdir(parents=True)
    run.close().rename(runs / run.path.name)
    return tmp_path / ".specc"


def test_cells_are_shared_out_among_those_at_work(state: Path, tmp_path: Path) -> None:
    spec = str(tmp_path / "sweep.toml")
    assert estimate(state, spec, ("work",), 1, 8) == 2.0
    assert estimate(state, spec, ("work",), 10, 1) == 20.0
    assert estimate(state, spec, ("work",), 100, 4) == pytest.approx(51.0)
    assert estimate(state, spec, ("work",), 4, 100) == 2.0


def test_nothing_is_said_of_what_is_not_known(state: Path, tmp_path: Path) -> None:
    assert estimate(state, str(tmp_path / "sweep.toml"), ("other",), 10, 1) is None
    assert estimate(state, str(tmp_path / "other.toml"), ("work",), 10, 1) is None
    assert estimate(tmp_path / "nowhere", "sweep.toml", ("work",), 10, 1) is None
    assert estimate(state, str(tmp_path / "sweep.toml"), ("work",), 0, 1) is None


def test_a_cell_of_several_steps_takes_from_the_first_to_the_last(make_run: MakeRun) -> None:
    run = make_run()
    run.step("group[0]/one", 1, 1.0, 1.0)
    run.step("group[0]/two", 1, 2.5, 1.5)
    run.item("group[1]/inner", 0, 1, 5.0, 2.0)
    run.item("group[1]/inner", 1, 1, 6.0, 2.0)
    assert durations(run.close(), ("group",)) == [3.0, 3.0]
    assert durations(run.path, ("group", "inner")) == [2.0, 2.0]
