"""Metrics in the folder of a run, whatever logged them."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import specc
from specc_targets.tracking.lines import METRICS, Metric, metric_bytes, parse_metric
from specc_targets.tracking.reading import last_values, read_metrics

HEAD = 'specc = 1\nkind = "pipeline"\nname = "sweep"\n'
STEPS = """\
import os, subprocess, sys
from specc_runtime import log_metrics

def fit(lr: float) -> float:
    for epoch in range(3):
        log_metrics(step=epoch, loss=lr * epoch)
    return lr

def starts(x: int) -> int:
    code = f"from specc_runtime import log_metrics; log_metrics(child={x})"
    subprocess.run([sys.executable, "-c", code], check=True)
    return x

def again(mark: str) -> int:
    log_metrics(tries=1)
    if not os.path.exists(mark):
        open(mark, "w").close()
        raise ValueError("not yet")
    return 1

def odd() -> int:
    log_metrics(nan=float("nan"), big=10**400)
    return 1
"""
RunFolder = Callable[[], Path]


def run(project: Path, text: str, **options: object) -> specc.RunResult:
    (project / "steps.py").write_text(STEPS)
    (project / "spec.toml").write_text(HEAD + text)
    return specc.run(project / "spec.toml", **options)  # type: ignore[arg-type]  # options of any kind


def found(folder: Path) -> list[tuple[str, tuple[int, ...], str, float, int | None]]:
    return sorted((one.step, one.items, one.name, one.value, one.at) for one in read_metrics(folder))


@pytest.mark.parametrize("isolation", ["inline", "thread", "process"])
def test_functions_log_wherever_they_run(project: Path, run_folder: RunFolder, isolation: str) -> None:
    run(project, f'[steps.fit]\ncall = "steps:fit"\nwith.lr = 0.5\nisolation = "{isolation}"\n').check()
    expected = [("fit", (), "loss", 0.5 * epoch, epoch) for epoch in range(3)]
    assert found(run_folder()) == expected
    assert last_values(run_folder()) == {("fit", ()): {"loss": 1.0}}


def test_cells_have_names_and_none_is_mixed_up(project: Path, run_folder: RunFolder) -> None:
    values = [number / 10 for number in range(20)]
    text = f'[steps.fit]\ncall = "steps:fit"\neach.lr = {values}\nmax_parallel = 8\n'
    run(
        project, text + '[steps.more]\ncall = "steps:fit"\nmatrix = { lr = [1.0, 2.0] }\nwith.lr = "${matrix.lr}"\n'
    ).check()
    metrics = list(read_metrics(run_folder()))
    assert len(metrics) == 66
    for metric in metrics:
        lr = values[metric.items[0]] if metric.step == "fit" else [1.0, 2.0][metric.items[0]]
        assert metric.cell == f"lr={lr}"
        assert metric.value == lr * (metric.at or 0)


def test_a_program_needs_only_patterns(project: Path, run_folder: RunFolder) -> None:
    program = "for i in 1 2; do echo epoch $i loss=0.$i; done; echo loss=x"
    run(
        project,
        f'[steps.tool]\ncommand = ["sh", "-c", {json.dumps(program)}]\n'
        "metrics.loss = 'epoch (?P<step>[0-9]+) loss=([0-9.]+)'\n",
    ).check()
    assert found(run_folder()) == [("tool", (), "loss", 0.1, 1), ("tool", (), "loss", 0.2, 2)]


def test_scripts_log_as_functions_do(project: Path, run_folder: RunFolder) -> None:
    (project / "train.py").write_text(
        "from specc_runtime import log_metrics\nlr = 0\nlog_metrics(loss=lr)\nprint('accuracy: 0.9')\n"
    )
    text = '[steps.train]\nscript = "train.py"\nmatrix = { lr = [1, 2] }\nglobals = { lr = "${matrix.lr}" }\n'
    run(project, text + "metrics.accuracy = 'accuracy: ([0-9.]+)'\n").check()
    assert found(run_folder()) == [
        ("train", (0,), "accuracy", 0.9, None), ("train", (0,), "loss", 1, None),
        ("train", (1,), "accuracy", 0.9, None), ("train", (1,), "loss", 2, None),
    ]  # fmt: skip


def test_what_functions_start_logs_for_their_item(project: Path, run_folder: RunFolder) -> None:
    run(project, '[steps.starts]\ncall = "steps:starts"\neach.x = [5, 6]\nisolation = "process"\n').check()
    assert found(run_folder()) == [("starts", (0,), "child", 5, None), ("starts", (1,), "child", 6, None)]


def test_attempts_are_told_apart(project: Path, run_folder: RunFolder) -> None:
    text = '[steps.again]\ncall = "steps:again"\nretry = { max = 1, delay = "1ms" }\n'
    run(project, text + f"with.mark = '{project / 'mark'}'\n").check()
    assert [one.attempt for one in read_metrics(run_folder())] == [1, 2]


def test_what_json_has_not_comes_back(project: Path, run_folder: RunFolder) -> None:
    run(project, '[steps.odd]\ncall = "steps:odd"\n').check()
    nan, big = read_metrics(run_folder())
    assert math.isnan(nan.value)
    assert big.value == math.inf
    for line in (run_folder() / METRICS).read_text().splitlines():
        json.loads(line, parse_constant=pytest.fail)


def test_a_run_without_metrics_has_no_file(project: Path, run_folder: RunFolder) -> None:
    run(project, '[steps.fit]\ncall = "steps:fit"\neach.lr = []\n').check()
    assert not (run_folder() / METRICS).exists()


def test_lines_are_read_back_and_damage_costs_one(tmp_path: Path) -> None:
    metric = Metric(1_800_000_000.25, "a/b", (1, 2), "läss", 0.5, 3, "lr=0.1", 2)
    assert parse_metric(metric_bytes(metric)) == metric
    (tmp_path / METRICS).write_bytes(b"{}\n\xff\n" + metric_bytes(metric) + b"[1]\n" + metric_bytes(metric)[:20])
    assert list(read_metrics(tmp_path)) == [metric]
    assert list(read_metrics(tmp_path / "none")) == []


KILLED = """\
import os, sys, time
from pathlib import Path
from specc_runtime import log_metrics

def fit(n: int) -> int:
    log_metrics(step=0, seen=n)
    if n == 3 and not Path("on").exists():
        log_metrics(half=1)
        Path("here").touch()
        time.sleep(60)
    log_metrics(step=1, seen=n)
    return n
"""


@pytest.mark.slow
@pytest.mark.parametrize("isolation", ["thread", "process"])
def test_a_killed_run_that_goes_on_has_every_metric_once(project: Path, run_folder: RunFolder, isolation: str) -> None:
    (project / "steps.py").write_text(KILLED)
    (project / "spec.toml").write_text(
        HEAD
        + f'[steps.fit]\ncall = "steps:fit"\neach.n = {list(range(6))}\nmax_parallel = 1\nisolation = "{isolation}"\n'
    )
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "spec.toml"]
    with subprocess.Popen(command, cwd=project, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        for _ in range(6000):
            if (project / "here").exists() or process.poll() is not None:
                break
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.01)
        while not any(one.name == "half" for one in read_metrics(run_folder())):
            pass
        os.killpg(process.pid, signal.SIGKILL)
    before = Counter((one.items, one.name, one.at) for one in read_metrics(run_folder()))
    assert before[(2,), "seen", 1] == 1
    (project / "on").touch()
    subprocess.run([*command[:-1], "--resume"], cwd=project, check=True, capture_output=True)
    after = Counter((one.items, one.name, one.at) for one in read_metrics(run_folder()))
    assert after == {((item,), "seen", at): 1 for item in range(6) for at in (0, 1)}
