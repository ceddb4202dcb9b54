"""`specc run --local --stack`: here, as the spec is in an environment, with AWS where that has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc.cli.stack_environment import stack_environment
from specc.ir.deployment import Deployment

SPEC = """
specc = 1
kind = "pipeline"
name = "where"
[params]
fail = { type = "boolean", default = false }
[defaults]
retry = { max = 0 }
[steps.here]
call = "places:here"
[steps.isolated]
call = "places:here"
isolation = "process"
[steps.once]
call = "places:once"
after = ["here"]
[outputs]
here = "${steps.here}"
isolated = "${steps.isolated}"
[stacks.dev]
region = "eu-north-1"
endpoint = "http://127.0.0.1:9"
[stacks.prod]
region = "eu-west-1"
"""
PLACES = """
import os
from pathlib import Path

def here() -> list[str | None]:
    return [os.environ.get(f"AWS_{name}") for name in ("REGION", "DEFAULT_REGION", "ENDPOINT_URL")]

def once() -> None:
    if not Path("done").exists():
        Path("done").touch()
        raise ValueError("again")
"""


@pytest.fixture
def run(write: Callable[..., Path]) -> Callable[..., Any]:
    spec = write("where.toml", SPEC)
    write("places.py", PLACES)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}

    def call(*arguments: str) -> Any:
        command = [sys.executable, "-m", "specc.cli", "run", "--local", "--json", *arguments]
        done = subprocess.run(
            command, cwd=spec.parent, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        return json.loads(done.stdout) if done.stdout else done.stderr

    return call


def test_steps_find_the_region_and_the_endpoint(run: Callable[..., Any]) -> None:
    assert run("where.toml", "--stack", "dev")["status"] == "failed"
    wanted = ["eu-north-1", "eu-north-1", "http://127.0.0.1:9"]
    found = run("--resume")
    assert found["outputs"] == {"here": wanted, "isolated": wanted}, "the rest of a run is in the same place"
    assert run("where.toml", "--stack", "prod")["outputs"]["here"] == ["eu-west-1", "eu-west-1", None]
    assert run("where.toml")["outputs"]["isolated"] == [None, None, None]


def test_unknown_stacks_and_plans_are_refused(run: Callable[..., Any]) -> None:
    assert "there is no stack" in str(run("where.toml", "--stack", "tests"))
    assert "a local run always ends" in run("where.toml", "--stack", "dev", "--wait")


def test_the_environment_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "here")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with stack_environment(Deployment(region="there", endpoint="http://127.0.0.1:9")):
        assert (os.environ["AWS_REGION"], os.environ["AWS_ENDPOINT_URL"]) == ("there", "http://127.0.0.1:9")
    assert os.environ["AWS_REGION"] == "here"
    assert "AWS_ENDPOINT_URL" not in os.environ
