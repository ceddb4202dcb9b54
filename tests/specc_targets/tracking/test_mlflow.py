"""Runs and cells as runs of MLflow, against a server that keeps what it is given."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import specc
from specc_targets.tracking.mlflow import sender as sending
from specc_targets.tracking.mlflow.rest import Server, Unreachable
from specc_targets.tracking.mlflow.state import State

RunFolder = Callable[[], Path]
HEAD = 'specc = 1\nkind = "pipeline"\nname = "sweep"\n[params.n]\ntype = "integer"\ndefault = 3\n'
STEPS = """\
from pathlib import Path
from specc_runtime import log_metrics

def fit(lr: float) -> dict[str, float | str]:
    for epoch in range(3):
        log_metrics(step=epoch, loss=lr * epoch)
    if lr == 3:
        raise ValueError("diverged")
    return {"loss": 99.0, "accuracy": lr, "text": "x"}

def alone() -> int:
    log_metrics({"loss?": 7})
    return 5
"""
SWEEP = '[steps.fit]\ncall = "steps:fit"\nmatrix = { lr = [1.0, 2.0] }\nwith.lr = "${matrix.lr}"\n'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_PERIOD", 0.02)


def write(project: Path, text: str, address: str, more: str = "") -> Path:
    (project / "steps.py").write_text(STEPS)
    spec = project / "spec.toml"
    spec.write_text(f'{HEAD}[tracking]\nmlflow = "{address}"\n{more}{text}')
    return spec


def values(run: dict[str, Any]) -> list[tuple[str, int, float]]:
    return sorted((name, step, value) for name, step, value, _ in run["metrics"])


def test_a_sweep_is_a_run_with_a_run_for_each_cell(project: Path, run_folder: RunFolder, mlflow: Any) -> None:
    spec = write(
        project,
        SWEEP + '[steps.alone]\ncall = "steps:alone"\n[outputs]\nbest = "${steps.alone}"\n',
        mlflow.address,
        'tags = { team = "data" }\n',
    )
    specc.run(spec, {"n": 4}).check()
    assert mlflow.experiments == {"sweep": "1"}
    run = mlflow.named(run_folder().name)
    assert (run["status"], run["params"]) == ("FINISHED", {"n": "4"})
    assert values(run) == [("alone/loss_", 0, 7), ("best", 0, 5)]
    assert run["tags"]["team"] == "data"
    cell = mlflow.named("lr=2.0")
    assert (cell["status"], cell["params"]) == ("FINISHED", {"lr": "2.0"})
    assert values(cell) == [("accuracy", 0, 2.0), ("loss", 0, 0.0), ("loss", 1, 2.0), ("loss", 2, 4.0)]
    assert mlflow.runs[cell["tags"]["mlflow.parentRunId"]] is run
    assert len(mlflow.runs) == 3


def test_failures_are_told(project: Path, run_folder: RunFolder, mlflow: Any) -> None:
    text = SWEEP.replace("[1.0, 2.0]", "[1.0, 3.0]") + "max_parallel = 1\n"
    assert specc.run(write(project, text, mlflow.address)).status == "failed"
    assert mlflow.named("lr=1.0")["status"] == "FINISHED"
    assert mlflow.named("lr=3.0")["status"] == "FAILED"
    assert mlflow.named("lr=3.0")["tags"]["specc.error"] == "ValueError: diverged"
    run = mlflow.named(run_folder().name)
    assert (run["status"], run["tags"]["specc.error"]) == ("FAILED", "ValueError: diverged")


def test_cells_of_groups_end_with_all_that_is_in_them(project: Path, mlflow: Any) -> None:
    text = (
        '[steps.both]\nmatrix = { lr = [1.0, 3.0] }\ntolerate = "50%"\nyield = "${steps.two}"\n'
        '[steps.both.steps.one]\ncall = "steps:fit"\nwith.lr = "${matrix.lr}"\n'
        '[steps.both.steps.two]\nafter = ["one"]\ncall = "steps:alone"\n'
    )
    specc.run(write(project, text, mlflow.address)).check()
    good, bad = mlflow.named("lr=1.0"), mlflow.named("lr=3.0")
    assert (good["status"], bad["status"]) == ("FINISHED", "FAILED")
    assert [name for name, _, _ in values(good)] == ["one/loss"] * 3 + ["two/loss_"]


def test_artifacts_go_with_their_cell(project: Path, mlflow: Any) -> None:
    program = '["sh", "-c", "echo hello > out.txt"]'
    text = f'[steps.make]\ncommand = {program}\ncwd = "fresh"\nartifacts = ["*.txt"]\nmatrix = {{ x = [1] }}\n'
    specc.run(write(project, text, mlflow.address)).check()
    assert mlflow.named("x=1")["tags"]["artifact.out.txt"]
    assert mlflow.files == {"1/run1/artifacts/out.txt": b"hello\n"}


def test_a_server_that_is_down_costs_nothing(project: Path, run_folder: RunFolder, mlflow: Any) -> None:
    mlflow.status = 503
    spec = write(project, SWEEP, mlflow.address)
    result = specc.run(spec).check()
    assert mlflow.runs == {}
    mlflow.status = 0
    specc.run(spec, resume=result.id).check()
    assert values(mlflow.named("lr=2.0"))[1:] == [("loss", 0, 0.0), ("loss", 1, 2.0), ("loss", 2, 4.0)]
    assert mlflow.named(result.id)["status"] == "FINISHED"


def test_what_a_server_never_takes_holds_nothing_up(project: Path, mlflow: Any) -> None:
    mlflow.status = 401
    assert specc.run(write(project, SWEEP, mlflow.address)).status == "succeeded"
    assert len(mlflow.requests) == 1


def test_what_is_no_mlflow_is_like_a_server_that_is_down(project: Path, mlflow: Any) -> None:
    """Also one that answers, and with JSON."""
    mlflow.status = 200
    result = specc.run(write(project, SWEEP, mlflow.address)).check()
    server = Server(mlflow.address, {})
    for ask in (lambda: server.experiment("x"), lambda: server.begin("1", "x", 0.0, {})):
        with pytest.raises(Unreachable, match="does not answer as MLflow does"):
            ask()
    mlflow.status = 0
    specc.run(project / "spec.toml", resume=result.id).check()
    assert len(mlflow.runs) == 3


def test_certificates_that_cannot_be_read_fail_no_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "MLFLOW_TRACKING_SERVER_CERT_PATH"
    monkeypatch.setenv(name, "none.pem")
    specc.run(write(project, SWEEP, "https://127.0.0.1:1")).check()
    with pytest.raises(OSError, match=f"`none.pem`, which {name} names"):
        Server("https://127.0.0.1:1", {name: "none.pem"}).experiment("x")


def test_files_that_lost_their_ends_go_on_from_there(tmp_path: Path) -> None:
    """As after a failure of power: that something has been sent is on the disk, and what was sent is not."""
    (tmp_path / "metrics.jsonl").write_bytes(b"half\n")
    State("server", "experiment", sent=1000, read=1000).save(tmp_path)
    found = State.of(tmp_path, "server", "experiment")
    assert (found.sent, found.read) == (5, 0)


def test_many_metrics_go_in_few_requests(project: Path, mlflow: Any) -> None:
    spec = write(project, '[steps.many]\ncall = "steps:many"\n', mlflow.address)
    (project / "steps.py").write_text(
        "from specc_runtime import log_metrics\n"
        "def many() -> int:\n    for i in range(2500): log_metrics(step=i, x=i)\n    return 1\n"
    )
    specc.run(spec).check()
    (run,) = mlflow.runs.values()
    assert [step for _, step, _ in values(run)] == list(range(2500))
    assert mlflow.requests.count("/api/2.0/mlflow/runs/log-batch") < 100


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"MLFLOW_TRACKING_TOKEN": "hunter2hunter2"}, "Bearer hunter2hunter2"),
        (
            {"MLFLOW_TRACKING_USERNAME": "ann", "MLFLOW_TRACKING_PASSWORD": "hunter2hunter2"},
            "Basic YW5uOmh1bnRlcjJodW50ZXIy",
        ),
        ({}, None),
    ],
)
def test_credentials_are_the_environments_and_stay_there(
    project: Path,
    mlflow: Any,
    variables: dict[str, str],
    expected: str | None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    specc.run(write(project, SWEEP, mlflow.address)).check()
    assert mlflow.authorizations == {expected}
    kept = b"".join(file.read_bytes() for file in project.parent.rglob("*") if file.is_file())
    assert b"hunter2" not in kept
    assert "hunter2" not in caplog.text


def test_runs_that_were_made_but_not_noted_are_found_again(project: Path, run_folder: RunFolder, mlflow: Any) -> None:
    """As after a kill between the two."""
    result = specc.run(write(project, SWEEP, mlflow.address)).check()
    state = json.loads((run_folder() / "mlflow.json").read_bytes())
    (run_folder() / "mlflow.json").write_text(json.dumps({**state, "cells": {}, "ended": {}, "sent": 0, "read": 0}))
    specc.run(project / "spec.toml", resume=result.id).check()
    assert len(mlflow.runs) == 3
    assert {run["status"] for run in mlflow.runs.values()} == {"FINISHED"}


KILLED = """\
import time
from pathlib import Path
from specc_runtime import log_metrics

def fit(n: int) -> int:
    log_metrics(step=n, seen=n)
    if n == 1 and not Path("on").exists():
        Path("here").touch()
        time.sleep(60)
    return n
"""


@pytest.mark.slow
def test_a_killed_run_goes_on_in_the_same_runs(project: Path, run_folder: RunFolder, mlflow: Any) -> None:
    spec = '[steps.fit]\ncall = "steps:fit"\nmatrix = { n = [0, 1, 2] }\nwith.n = "${matrix.n}"\nmax_parallel = 1\n'
    write(project, spec, mlflow.address)
    (project / "steps.py").write_text(KILLED)
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "spec.toml"]
    with subprocess.Popen(command, cwd=project, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        for _ in range(6000):
            if len(mlflow.runs) == 3 or process.poll() is not None:
                break
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    assert mlflow.named(run_folder().name)["status"] == "RUNNING"
    (project / "on").touch()
    subprocess.run([*command[:-1], "--resume"], cwd=project, check=True, capture_output=True)
    assert {run["status"] for run in mlflow.runs.values()} == {"FINISHED"}
    assert len(mlflow.runs) == 4
    for number in range(3):
        assert {step for _, step, _ in values(mlflow.named(f"n={number}"))} == {number}


@pytest.mark.slow
def test_files_variables_and_flags_say_where_too(project: Path, mlflow: Any, tmp_path: Path) -> None:
    (project / "steps.py").write_text(STEPS)
    (project / "spec.toml").write_text(HEAD + '[steps.alone]\ncall = "steps:alone"\n')
    (project / "specc.config.toml").write_text(f'[tracking]\nmlflow = "{mlflow.address}"\nexperiment = "ours"\n')

    def run(*more: str, **variables: str) -> str:
        found = subprocess.run(
            [sys.executable, "-m", "specc.cli", "run", "--local", "spec.toml", *more],
            cwd=project, env={**os.environ, "HOME": str(tmp_path), **variables}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return found.stderr if found.returncode else f"{found.returncode}"

    assert run() == "0"
    assert (list(mlflow.experiments), len(mlflow.runs)) == (["ours"], 1)
    assert run(SPECC_TRACKING_MLFLOW="off") == "0"
    assert run("--track", "off", SPECC_TRACKING_MLFLOW=mlflow.address) == "0"
    assert len(mlflow.runs) == 1
    assert run("--track", mlflow.address, SPECC_TRACKING_MLFLOW="off", SPECC_TRACKING_EXPERIMENT="theirs") == "0"
    assert list(mlflow.experiments) == ["ours", "theirs"]
    assert "`nowhere` is not the address of an MLflow server" in run("--track", "nowhere")
