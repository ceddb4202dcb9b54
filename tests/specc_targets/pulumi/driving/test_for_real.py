"""What CloudFormation and Pulumi have made under the same names, at an emulator; `e2e/test_pulumi.py` has the rest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.deployments import Project, left
from pulumi_engine.standin import install
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
