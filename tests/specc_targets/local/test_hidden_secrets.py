"""No secret is told or kept in any form, also by what goes on after the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

KEY = "s3cr'\"et é"
PEM = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----"
WORK = """
import logging, os, time
def talk():
    key, pem = os.environ["KEY"], os.environ["PEM"]
    print(key, [key]); print(pem); logging.error(pem)
    try:
        raise KeyError(key)
    except KeyError as error:
        raise type("E" + key, (Exception,), {})(repr({"it's": pem})) from error
def go_on():
    while True:
        print("still here", os.environ.get("KEY", "no key"))
        print("key", KEY)
        time.sleep(0.001)
KEY = os.environ["KEY"]
"""
HEAD = """
specc = 1
kind = "pipeline"
name = "secrets"
secrets = { KEY = "env:KEY", PEM = "env:PEM" }
[steps.a]
"""


def start(folder: Path, step: str) -> subprocess.Popen[bytes]:
    """`specc run --local` of one step, whose standard output and error are in the files `out` and `err`."""
    (folder / ".specc").mkdir()
    (folder / "work.py").write_text(WORK)
    (folder / "spec.toml").write_text(HEAD + step)
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "spec.toml"]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        return subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, env={**os.environ, "KEY": KEY, "PEM": PEM})


def told(folder: Path) -> str:
    """Everything that was printed, and kept in the state directory."""
    files = [folder / "out", folder / "err", *(folder / ".specc").rglob("*")]
    return "".join(path.read_text(errors="replace") for path in files if path.is_file())


@pytest.mark.slow
@pytest.mark.parametrize("isolation", ["thread", "process"])
def test_no_form_of_a_secret_is_told_or_kept(tmp_path: Path, isolation: str) -> None:
    assert start(tmp_path, f'call = "work:talk"\nisolation = "{isolation}"').wait(60) == 1
    text = told(tmp_path)
    assert "failed: E***: " in text
    assert "KeyError: '***'" in text
    assert not [part for part in ("s3cr", "MIIE", "BEGIN KEY") if part in text]


@pytest.mark.slow
def test_a_step_that_goes_on_after_the_end_leaks_nothing(tmp_path: Path) -> None:
    process = start(tmp_path, 'call = "work:go_on"\nisolation = "thread"')
    try:
        deadline = time.monotonic() + 60
        while b"still here" not in (tmp_path / "err").read_bytes():
            assert process.poll() is None, "the run ended by itself"
            assert time.monotonic() < deadline, "the step never began"
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143
    finally:
        process.kill()
    assert (tmp_path / "out").read_bytes() == b""
    assert "key ***" in told(tmp_path)
    assert "s3cr" not in told(tmp_path)
