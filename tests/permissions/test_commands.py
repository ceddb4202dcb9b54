"""What the commands call, whoever deploys may call; what those call that only run and watch, whoever operates may."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient

from permissions.policy import allowed
from permissions.recorded import ACCOUNT, REGION, Recorded, asked_of_people
from permissions.worlds import of_spec
from pulumi_engine.standin import install
from specc.ir.deployment import PulumiSettings
from specc_targets.aws.deployment import Stack
from specc_targets.aws.iam.documents import Where, statement_of
from specc_targets.aws.iam.people import deployer, deployer_with_pulumi, operator
from specc_targets.aws.names import Names
from specc_targets.emulator.client import Emulator

pytestmark = pytest.mark.slow

_SPEC = """
specc = 1
kind = "pipeline"
name = "watched"
[steps.say]
call = "work:say"
[outputs]
said = "${steps.say}"
[[triggers]]
schedule = { cron = "0 6 * * 1-5" }
[stacks.dev]
endpoint = "ENDPOINT"
"""
_CODE = 'def say():\n    print("working")\n    return "x" * 300_000\n'
_AS_OPERATOR = [
    ["run", "watched.toml", "--stack", "dev", "--wait"],
    ["runs", "watched.toml", "--stack", "dev"],
    ["status", "--stack", "dev"],
    ["logs", "--stack", "dev"],
]

OPERATING = {"FollowRuns", "ReadLogs", "ReadResults", "StartRuns"}
DEPLOYING = {
    "ChangeStack",
    "EmptyBucket",
    "KeepArtifacts",
    "ListArtifacts",
    "MakeArtifacts",
    "MakeSchedules",
    "PassRolesToScheduler",
}
"""Statements that the commands need themselves; the others are for what CloudFormation does."""


def _specc(patch: pytest.MonkeyPatch, folder: Path, arguments: list[str], path: Path | None = None) -> list[Recorded]:
    """Run a command in this process; gives the calls that it made. `path` has further programs that it may run."""
    from specc.cli.shell import run

    calls: list[Recorded] = []
    original: Any = BaseClient._make_api_call  # type: ignore[attr-defined]  # the stubs have only what is public

    def call(self: Any, operation: str, parameters: Any) -> Any:
        calls.append(Recorded("person", self.meta.service_model.service_name, operation, parameters))
        return original(self, operation, parameters)

    with patch.context() as inner:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            inner.delenv(name)
        inner.setenv("HOME", str(folder))
        inner.setenv("SPECC_STATE", str(folder / ".specc"))
        inner.setenv("AWS_EC2_METADATA_DISABLED", "true")
        if path is not None:
            inner.setenv("PATH", str(path), prepend=os.pathsep)
        inner.chdir(folder)
        inner.setattr(BaseClient, "_make_api_call", call)
        for stream in ("stdout", "stderr"):
            inner.setattr(sys, stream, io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True))
        code = run(arguments)
        told = [getattr(sys, stream).buffer.getvalue().decode() for stream in ("stdout", "stderr")]
    assert code == 0, told
    return calls


def _stack(project: Path) -> tuple[Stack, Where]:
    stack = replace(of_spec(project / "watched.toml", "dev"), region=REGION)
    names = Names(stack.name)
    where = Where(
        region=REGION,
        account=ACCOUNT,
        bucket=f"{stack.name}*",
        roles={role.key: f"arn:aws:iam::{ACCOUNT}:role/{names.role(role.key)}" for role in stack.roles},
    )
    return stack, where


def test_people_may_do_what_commands_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "work.py").write_text(_CODE)
    with Emulator(tmp_path / "emulator") as server:
        (project / "watched.toml").write_text(_SPEC.replace("ENDPOINT", server.endpoint))
        deploying = _specc(monkeypatch, project, ["deploy", "watched.toml", "--stack", "dev"])
        operating = [call for command in _AS_OPERATOR for call in _specc(monkeypatch, project, command)]
        deploying += _specc(monkeypatch, project, ["deploy", "watched.toml", "--stack", "dev"])
        deploying += _specc(monkeypatch, project, ["down", "watched.toml", "--stack", "dev", "--yes"])
    stack, where = _stack(project)
    for people, calls, by_themselves in (
        (operator, operating, OPERATING),
        (deployer, [*operating, *deploying], OPERATING | DEPLOYING),
    ):
        needed = [item for call in calls for item in asked_of_people(call)]
        policy = [statement_of(statement, where) for statement in people(stack)]
        assert [item for item in needed if not allowed(policy, item)] == []
        for sid in by_themselves:
            rest = [statement for statement in policy if statement["Sid"] != sid]
            assert len(rest) < len(policy), sid
            assert any(not allowed(rest, item) for item in needed), sid


BRINGING_UP = {"EmptyBucket", "ListVersions", "LookForStack", "MakeFunctions"}
"""Statements that the commands need themselves; the others are for what Pulumi's provider does."""
_WITH_PULUMI = [
    ["up", "watched.toml", "--stack", "dev", "--yes"],
    ["run", "watched.toml", "--stack", "dev", "--wait"],
    ["outputs", "watched.toml", "--stack", "dev"],
    ["refresh", "watched.toml", "--stack", "dev"],
    ["down", "watched.toml", "--stack", "dev", "--yes"],
]


def test_whoever_deploys_with_pulumi_may_do_what_commands_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "work.py").write_text(_CODE)
    for name in [name for name in os.environ if name.startswith("PULUMI_")]:
        monkeypatch.delenv(name)
    path = install(tmp_path).parent
    with Emulator(tmp_path / "emulator") as server:
        (project / "watched.toml").write_text(_SPEC.replace("ENDPOINT", server.endpoint))
        calls = [call for command in _WITH_PULUMI for call in _specc(monkeypatch, project, command, path)]
    stack, where = _stack(project)
    needed = [item for call in calls for item in asked_of_people(call)]
    policy = [statement_of(statement, where) for statement in deployer_with_pulumi(stack, PulumiSettings())]
    assert [item for item in needed if not allowed(policy, item)] == []
    for sid in BRINGING_UP:
        rest = [statement for statement in policy if statement["Sid"] != sid]
        assert len(rest) < len(policy), sid
        assert any(not allowed(rest, item) for item in needed), sid
