"""What a server of MLflow's own makes of it: `make mlflow` installs one, beside this project's packages."""

from __future__ import annotations

import json
import math
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

import specc

pytestmark = pytest.mark.slow
PATIENCE = 120
"""Seconds for a server to begin, on a machine that does much else."""
SPEC = """\
specc = 1
kind = "pipeline"
name = "real"
[params.seed]
type = "integer"
default = 3
[tracking]
mlflow = "{address}"
tags = {{ team = "data" }}
[steps.fit]
call = "steps:fit"
matrix = {{ lr = [0.5, 2.0] }}
with.lr = "${{matrix.lr}}"
tolerate = 1
[steps.make]
command = ["sh", "-c", "echo hello > out.txt; echo loss=0.25"]
matrix = {{ x = [1] }}
cwd = "fresh"
artifacts = ["*.txt"]
metrics.loss = "loss=(.*)"
"""
STEPS = """\
from specc_runtime import log_metrics

def fit(lr: float) -> dict[str, float]:
    for epoch in range(1500):
        log_metrics(step=epoch, loss=lr * epoch)
    log_metrics({"strange?": float("nan"), "large": float("-inf")})
    if lr == 2:
        raise ValueError("diverged")
    return {"accuracy": lr}
"""


@pytest.fixture(scope="module")
def address(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = repository / "build" / "mlflow" / "bin" / "mlflow"
    if not program.is_file():
        pytest.skip("MLflow's server is not installed; `make mlflow` does that")
    folder = tmp_path_factory.mktemp("mlflow")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    stores = ["--backend-store-uri", "sqlite:///runs.db", "--artifacts-destination", str(folder / "files")]
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [*command, *stores], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        ) as process,
    ):
        try:
            for _ in range(PATIENCE * 10):
                if _answers(f"http://127.0.0.1:{port}/health"):
                    break
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, 15)
            process.wait()


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=PATIENCE):
            return True
    except (URLError, OSError):
        return False


def ask(address: str, call: str, body: dict[str, Any] | None = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    request = Request(f"{address}/api/2.0/mlflow/{call}", data, {"Content-Type": "application/json"})
    with urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read())


def test_a_run_arrives_whole(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / "state"))
    (tmp_path / "steps.py").write_text(STEPS)
    (tmp_path / "spec.toml").write_text(SPEC.format(address=address))
    result = specc.run(tmp_path / "spec.toml").check()
    experiment = ask(address, "experiments/get-by-name?experiment_name=real")["experiment"]["experiment_id"]
    found = ask(address, "runs/search", {"experiment_ids": [experiment]})["runs"]
    runs = {run["info"]["run_name"]: run for run in found}
    assert {name: run["info"]["status"] for name, run in runs.items()} == {
        result.id: "FINISHED", "fit lr=0.5": "FINISHED", "fit lr=2.0": "FAILED", "make x=1": "FINISHED",
    }  # fmt: skip
    parent, good, made = runs[result.id], runs["fit lr=0.5"], runs["make x=1"]
    assert _table(parent, "params") == {"seed": "3"}
    assert _table(parent, "tags")["team"] == "data"
    assert _table(good, "params") == {"lr": "0.5"}
    assert _table(good, "tags")["mlflow.parentRunId"] == parent["info"]["run_id"]
    assert _table(runs["fit lr=2.0"], "tags")["specc.error"] == "ValueError: diverged"
    last = _table(good, "metrics")
    assert (last["loss"], last["accuracy"]) == (749.5, 0.5)
    assert math.isnan(float(last["strange_"]))
    assert float(last["large"]) < -1e300
    history = ask(address, f"metrics/get-history?metric_key=loss&run_id={good['info']['run_id']}&max_results=5000")
    assert [(one["step"], one["value"]) for one in history["metrics"]] == [(step, step / 2) for step in range(1500)]
    assert _table(made, "metrics") == {"loss": 0.25}
    files = ask(address, f"artifacts/list?run_id={made['info']['run_id']}")["files"]
    assert [(file["path"], file["file_size"]) for file in files] == [("out.txt", 6)]
    state = tmp_path / "state" / "runs" / result.id / "mlflow.json"
    state.write_text(json.dumps({**json.loads(state.read_bytes()), "cells": {}, "ended": {}, "sent": 0, "read": 0}))
    specc.run(tmp_path / "spec.toml", resume=result.id).check()
    again = ask(address, "runs/search", {"experiment_ids": [experiment]})["runs"]
    assert {run["info"]["run_id"] for run in again} == {run["info"]["run_id"] for run in found}
    assert {run["info"]["status"] for run in again} == {"FINISHED", "FAILED"}


def _table(run: dict[str, Any], kind: str) -> dict[str, Any]:
    return {one["key"]: one["value"] for one in run["data"].get(kind, [])}
