"""A run that is asked to stop, stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from specc.ir.reader import read_module
from specc_targets.local import Cancellation, run

WORK = """
import os, time, pathlib
def tell(folder, name):
    pathlib.Path(folder, name).write_text(str(os.getpid()))
def hang(folder, name):
    tell(folder, name)
    time.sleep(600)
"""
SPEC = """
specc = 1
kind = "pipeline"
name = "slow"
[params.folder]
type = "path"
[steps.thread]
call = "work:hang"
with = { folder = "${params.folder}", name = "thread" }
[steps.process]
call = "work:hang"
with = { folder = "${params.folder}", name = "process" }
timeout = "10m"
[steps.pause]
wait = "10m"
[finally.clean]
call = "work:tell"
with = { folder = "${params.folder}", name = "clean-${run.status}-${run.error.name}" }
"""


def wait_for(*paths: Path) -> None:
    deadline = time.monotonic() + 60
    while not all(path.exists() and path.read_text() for path in paths):
        assert time.monotonic() < deadline, "the steps never began"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_a_run_and_everything_it_started(tmp_path: Path, number: signal.Signals, code: int) -> None:
    (tmp_path / "work.py").write_text(WORK)
    (tmp_path / "spec.toml").write_text(SPEC)
    command = [
        sys.executable,
        "-m",
        "specc.cli",
        "run",
        "--local",
        str(tmp_path / "spec.toml"),
        "-p",
        f"folder={tmp_path}",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        wait_for(tmp_path / "thread", tmp_path / "process")
        running.send_signal(number)
        output, errors = running.communicate(timeout=30)
    assert running.returncode == code
    assert output == ""
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert (tmp_path / "clean-failed-Interrupted").exists()
    assert gone(int((tmp_path / "process").read_text()))


@pytest.mark.slow
def test_processes_do_not_outlive_an_engine_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(WORK)
    (tmp_path / "spec.toml").write_text(SPEC)
    command = [
        sys.executable,
        "-m",
        "specc.cli",
        "run",
        "--local",
        str(tmp_path / "spec.toml"),
        "-p",
        f"folder={tmp_path}",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        wait_for(tmp_path / "thread", tmp_path / "process")
        running.kill()
    assert gone(int((tmp_path / "process").read_text()))


def test_a_request_before_the_start_starts_nothing(tmp_path: Path) -> None:
    cancel = Cancellation()
    cancel.request()
    module = read_module("module test\n  body\n    wait a duration=600\n    wait b duration=600")
    result = run(module, {}, root=tmp_path, cancel=cancel)
    assert result.status == "interrupted"
    assert result.error is not None
    assert result.error.name == "Interrupted"


def test_a_failure_ends_pauses_of_other_steps(tmp_path: Path) -> None:
    (tmp_path / "raises_soon.py").write_text("def f(): raise ValueError('x')\n")
    text = 'module test\n  body\n    wait a duration=600\n    task.call b function="raises_soon:f" arguments={}'
    started = time.monotonic()
    result = run(read_module(text), {}, root=tmp_path)
    assert result.error is not None
    assert result.error.name == "ValueError"
    assert time.monotonic() - started < 60
