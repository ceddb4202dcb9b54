"""A run that goes on with another matrix: metrics stay with their configurations, whatever index these have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import specc
from specc_targets.tracking.reading import last_values

RunFolder = Callable[[], Path]
STEPS = """\
from specc_runtime import log_metrics

def fit(lr: float) -> dict[str, float]:
    log_metrics(loss=10 * lr)
    return {"rate": lr}

def double(lr: float) -> float:
    log_metrics(double=2 * lr)
    return lr
"""


def write(project: Path, rates: list[float], address: str) -> Path:
    (project / "steps.py").write_text(STEPS)
    (project / "spec.toml").write_text(f"""\
specc = 1
kind = "pipeline"
name = "sweep"
tracking.mlflow = "{address}"
[steps.fit]
call = "steps:fit"
matrix.lr = {rates}
with.lr = "${{matrix.lr}}"
[steps.all]
matrix.lr = {rates}
[steps.all.steps.double]
call = "steps:double"
with.lr = "${{matrix.lr}}"
[steps.alone]
call = "steps:fit"
with.lr = 7
""")
    return project / "spec.toml"


def shown(folder: Path, rates: list[float]) -> bool:
    """Whether each metric is that of the configuration at its index."""
    found = last_values(folder)
    loss = {("fit", (index,)): {"loss": 10 * rate} for index, rate in enumerate(rates)}
    double = {("all/double", (index,)): {"double": 2 * rate} for index, rate in enumerate(rates)}
    return found == {**loss, **double, ("alone", ()): {"loss": 70}}


@pytest.mark.parametrize("tracked", [True, False], ids=["to the same server", "to a new one"])
def test_metrics_go_with_their_configurations(project: Path, run_folder: RunFolder, mlflow: Any, tracked: bool) -> None:
    address = mlflow.address if tracked else "off"
    result = specc.run(write(project, [1.0, 2.0, 3.0], address)).check()
    for rates in ([0.0, 1.0, 2.0, 3.0], [3.0, 4.0, 1.0]):
        specc.run(write(project, rates, mlflow.address), resume=result.id).check()
        assert shown(run_folder(), rates)
    cells = [run for run in mlflow.runs.values() if "specc.cell" in run["tags"]]
    assert cells
    for run in cells:
        rate = float(run["params"]["lr"])
        expected = {"loss": 10 * rate, "rate": rate} if run["name"].startswith("fit") else {"double": 2 * rate}
        assert all(value == expected[name] for name, _, value, _ in run["metrics"]), run
    names = [run["name"] for run in cells]
    assert len(names) == len(set(names))
    assert {f"fit lr={rate}" for rate in (0.0, 1.0, 2.0, 3.0, 4.0)} == {name for name in names if name[:3] == "fit"}
