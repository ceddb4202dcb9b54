"""Up, run, look, refresh and down, with a test engine that does at an emulator what the program asks for."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.deployments import Project, left
from pulumi_engine.standin import install
from specc_targets.deployed.session import Account
from specc_targets.emulator.client import Emulator

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture
def project(emulator: Emulator, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The smallest example, for the emulator."""
    for name in [name for name in os.environ if name.startswith("PULUMI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", f"{install(tmp_path).parent}{os.pathsep}/usr/bin{os.pathsep}/bin")
    folder = tmp_path / "birds"
    shutil.copytree(repository / "specs" / "birds", folder, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "birds.toml").open("a") as file:
        file.write(f'\n[stacks.dev]\nendpoint = "{emulator.endpoint}"\n')
    return Project(folder, monkeypatch)


def test_from_nothing_to_nothing(emulator: Emulator, project: Project) -> None:
    on = ("birds.toml", "--stack", "dev")
    assert left(emulator.endpoint) == {}
    first = project.json("up", *on, "--yes")
    assert first["changed"]
    assert first["changes"]["create"] >= 15
    assert first["outputs"]["StateMachineArn"].endswith(":stateMachine:specc-birds-dev")
    again = project.json("up", *on)
    assert (again["changed"], again["outputs"]) == (False, first["outputs"])
    assert project.json("outputs", *on) == first["outputs"]

    local = project.json("run", "--local", "birds.toml", "-p", "limit=4")
    there = project.json("run", *on, "--wait", "-p", "limit=4")
    assert (there["status"], there["outputs"]) == ("succeeded", local["outputs"])
    assert [run["id"] for run in project.json("runs", *on)] == [there["run"]]
    assert project.json("status", there["run"], "--stack", "dev")["outputs"] == local["outputs"]
    assert project.specc("logs", there["run"], "--stack", "dev").code == 0

    client = Account(endpoint=emulator.endpoint, region="us-east-1").client
    client("lambda").update_function_configuration(FunctionName="specc-birds-dev-default", MemorySize=1024)
    found = project.json("refresh", *on)
    assert [item["state"] for item in found["code"]] == ["same"]
    assert [item["resource"] for item in found["drifted"]] == ["default-function"]
    preview = project.specc("up", *on, "--save-plan", "plan.json").stderr
    assert re.search(r"^~ update +default-function ", preview, re.MULTILINE)
    assert "      memorySize: 1024 -> 512" in preview
    assert project.json("up", *on, "--yes", "--plan", "plan.json")["changes"]["update"] >= 1

    (project.folder / "birds.py").write_text((project.folder / "birds.py").read_text().replace("flappy", "happy"))
    assert [item["state"] for item in project.json("refresh", *on)["code"]] == ["differs"]
    project.specc("up", *on, "--yes")
    assert "happy" in json.dumps(project.json("run", *on, "--wait")["outputs"])

    done = project.specc("down", *on, "--yes").stderr
    assert "objects in" in done
    assert "specc-birds-dev is gone" in done
    assert left(emulator.endpoint) == {}


def test_names_are_taken_by_cloudformation(emulator: Emulator, project: Project) -> None:
    on = ("birds.toml", "--stack", "dev")
    project.specc("deploy", *on)
    assert "by CloudFormation (`specc deploy`)" in project.specc("up", *on, "--yes", code=1).stderr
    assert project.json("outputs", *on)["StateMachineArn"].endswith(":stateMachine:specc-birds-dev")
    assert "specc-birds-dev is gone" in project.specc("down", *on, "--yes").stderr
    assert project.json("up", *on, "--yes", "--target", "flap")["changes"]["create"] > 5
    assert "brought up by Pulumi (`specc up`)" in project.specc("deploy", *on, code=1).stderr
    project.specc("down", *on, "--yes")
    assert left(emulator.endpoint) == {}
