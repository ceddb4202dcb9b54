"""`specc doctor --stack`: what the caller lacks, told by a server that answers as IAM does."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from permissions.iam_server import ACCOUNT, Iam, serving
from specc.frontend import check
from specc.targets import driver

_SPEC = """
specc = 1
kind = "pipeline"
name = "watched"
[pulumi]
backend = "s3://acme-state"
[steps.say]
call = "work:say"
[[triggers]]
schedule = { rate = "1h" }
[stacks.dev]
region = "eu-west-1"
[stacks.here]
endpoint = "http://127.0.0.1:9"
"""
_COMMAND = ["doctor", "watched.toml", "--stack", "dev"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "watched.toml").write_text(_SPEC)
    (tmp_path / "work.py").write_text("def say():\n    return 1\n")
    return tmp_path


@pytest.fixture
def iam() -> Iterator[Iam]:
    with serving(Iam()) as found:
        yield found


@pytest.fixture
def doctor(project: Path, iam: Iam, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Runs a command as the caller of that account; gives code and both outputs."""

    def run(*arguments: str, credentials: bool = True) -> tuple[int, str, str]:
        from specc.cli.shell import run as run_command

        with monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                patch.delenv(name)
            patch.setenv("HOME", str(project))
            patch.setenv("PATH", str(project))  # nothing that takes long to say its version
            patch.setenv("SPECC_STATE", str(project / ".specc"))
            patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
            patch.setenv("AWS_ENDPOINT_URL", iam.endpoint)
            if credentials:
                patch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
                patch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
            patch.chdir(project)
            for stream in ("stdout", "stderr"):
                patch.setattr(sys, stream, io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True))
            code = run_command(
                [*_COMMAND, *arguments] if not arguments or arguments[0].startswith("--") else [*arguments]
            )
            out, err = (getattr(sys, stream).buffer.getvalue().decode() for stream in ("stdout", "stderr"))
        assert "hush" not in out + err
        return code, out, err

    return run


def needed(project: Path, by: str = "pulumi") -> list[dict[str, Any]]:
    """The statements that deploying needs."""
    compilation = check(project / "watched.toml", stack="dev")
    found = driver("policies").policies(
        compilation.context, compilation.module, region="eu-west-1", account=ACCOUNT, by=by
    )
    statements: list[dict[str, Any]] = found["deployer"].document["Statement"]
    return statements


@pytest.mark.parametrize("by", ["pulumi", "cloudformation"])
@pytest.mark.parametrize("by_resource", [True, False])
def test_nothing_is_lacking_with_the_policy_of_the_deployer(
    project: Path, iam: Iam, doctor: Callable[..., Any], by: str, by_resource: bool
) -> None:
    iam.policy, iam.by_resource = needed(project, by), by_resource
    code, out, err = doctor("--with", by)
    assert (code, err) == (0, "")
    count = sum(len(item["Action"]) * len(item["Resource"]) for item in iam.policy)
    assert f"✓ all {count} permissions are there" in out
    assert f"as arn:aws:iam::{ACCOUNT}:user/ann:" in out
    asked = {call["PolicySourceArn"] for call in iam.asked if call["Action"] == "SimulatePrincipalPolicy"}
    assert asked == {iam.caller}


@pytest.mark.parametrize("by_resource", [True, False])
@pytest.mark.parametrize("items", [1_000, 3])
def test_each_statement_that_is_taken_away_is_lacking(
    project: Path, iam: Iam, doctor: Callable[..., Any], by_resource: bool, items: int
) -> None:
    every = needed(project)
    iam.by_resource, iam.items = by_resource, items
    for gone in every[::4]:
        iam.policy = [item for item in every if item is not gone]
        code, out, _ = doctor("--json")
        found = json.loads(out)["permissions"]
        lacking = {(item["action"], item["resource"]) for item in found["lacking"]}
        assert code == 1
        assert {item["statement"] for item in found["lacking"]} <= {gone["Sid"]}
        assert lacking <= {(action, resource) for action in gone["Action"] for resource in gone["Resource"]}
        assert lacking, gone["Sid"]
        assert {item["reason"] for item in found["lacking"]} == {"no policy allows it"}


def test_what_is_printed(project: Path, iam: Iam, doctor: Callable[..., Any]) -> None:
    iam.policy = [item for item in needed(project) if item["Sid"] not in {"MakeSchedules", "ValidateMachines"}]
    code, out, err = doctor()
    assert (code, err) == (1, "")
    assert out.partition("\n\n")[2] == (
        f"to deploy watched.toml to `dev` with Pulumi (`specc up`), as arn:aws:iam::{ACCOUNT}:user/ann:\n"
        "- 5 of {} permissions are lacking:\n"
        "  MakeSchedules: no policy allows it\n"
        "    scheduler:CreateSchedule scheduler:DeleteSchedule scheduler:GetSchedule scheduler:UpdateSchedule\n"
        f"    on arn:aws:scheduler:eu-west-1:{ACCOUNT}:schedule/default/specc-watched-dev-trigger-1\n"
        "  ValidateMachines: no policy allows it\n"
        "    states:ValidateStateMachineDefinition\n"
        "    on *\n"
        "a policy with all of them: specc policy watched.toml --stack dev --with pulumi\n"
    ).format(sum(len(item["Action"]) * len(item["Resource"]) for item in needed(project)))


def test_conditions_are_told_to_the_simulator(project: Path, iam: Iam, doctor: Callable[..., Any]) -> None:
    """Roles are passed on to their services only, so that a question without the service would be denied."""
    iam.policy = needed(project)
    doctor()
    told = {value for call in iam.asked for key, value in call.items() if key.endswith("ContextKeyName")}
    assert {"iam:PassedToService", "aws:RequestedRegion"} <= told


def test_why_something_is_lacking(project: Path, iam: Iam, doctor: Callable[..., Any]) -> None:
    iam.policy, iam.forbidden, iam.unclear = needed(project), "iam:CreateRole", "lambda:PublishVersion"
    code, out, _ = doctor("--json")
    found = json.loads(out)["permissions"]
    assert code == 1
    assert {(item["action"], item["reason"]) for item in found["lacking"]} == {
        ("iam:CreateRole", "a policy of the organization does not allow it")
    }
    (unclear,) = found["unclear"]
    assert unclear["action"] == "lambda:PublishVersion"
    assert unclear["reason"] == "depends on `aws:MultiFactorAuthPresent`, which is not known here"
    iam.forbidden = ""
    code, out, _ = doctor()
    assert code == 0
    assert "permissions depend on how you call:\n  MakeFunctions: depends on `aws:MultiFactorAuthPresent`" in out


@pytest.mark.parametrize(
    ("role", "principal"),
    [
        (f"arn:aws:iam::{ACCOUNT}:role/teams/data/deploys", f"arn:aws:iam::{ACCOUNT}:role/teams/data/deploys"),
        (None, f"arn:aws:iam::{ACCOUNT}:role/deploys"),
    ],
)
def test_a_session_stands_for_its_role(
    project: Path, iam: Iam, doctor: Callable[..., Any], role: str | None, principal: str
) -> None:
    iam.policy, iam.caller = needed(project), f"arn:aws:sts::{ACCOUNT}:assumed-role/deploys/ann@example.com"
    iam.role = role
    code, out, _ = doctor()
    assert code == 0
    assert f"as {iam.caller}:" in out
    asked = {call["PolicySourceArn"] for call in iam.asked if call["Action"] == "SimulatePrincipalPolicy"}
    assert asked == {principal}


def test_the_root_user_is_not_asked_about(iam: Iam, doctor: Callable[..., Any]) -> None:
    iam.caller = f"arn:aws:iam::{ACCOUNT}:root"
    code, out, _ = doctor()
    assert code == 0
    assert "✓ the root user may do everything" in out
    assert [call["Action"] for call in iam.asked] == ["GetCallerIdentity"]


@pytest.mark.parametrize(
    ("refuses", "caller", "says"),
    [
        ("AccessDenied", "user/ann", "these credentials may not call iam:SimulatePrincipalPolicy for"),
        ("NoSuchEntity", "user/ann", "IAM knows no"),
        ("", "federated-user/ann", "it is neither a user nor a role"),
    ],
)
def test_where_nobody_can_be_asked_all_are_listed(
    project: Path, iam: Iam, doctor: Callable[..., Any], refuses: str, caller: str, says: str
) -> None:
    service = "sts" if caller.startswith("federated") else "iam"
    iam.refuses, iam.caller = refuses, f"arn:aws:{service}::{ACCOUNT}:{caller}"
    code, out, _ = doctor()
    assert code == 3
    assert says in out
    for item in needed(project):
        assert f"  {item['Sid']}\n" in out
        assert all(action in out for action in item["Action"])
    code, out, _ = doctor("--json")
    found = json.loads(out)["permissions"]
    assert code == 3
    assert says in found["unchecked"]
    assert found["lacking"] == []


def test_an_emulator_asks_nobody(iam: Iam, doctor: Callable[..., Any]) -> None:
    code, out, _ = doctor("doctor", "watched.toml", "--stack", "here", credentials=False)
    assert code == 0
    assert "✓ an emulator asks nobody for permissions" in out
    assert iam.asked == []


def test_without_credentials(project: Path, iam: Iam, doctor: Callable[..., Any]) -> None:
    code, out, err = doctor(credentials=False)
    assert (code, err) == (3, "")
    assert "- credentials" in out
    assert "- no AWS credentials were found" in out
    assert "✓ region          eu-west-1, of the stack `dev`" in out
    assert "to deploy watched.toml to `dev` with Pulumi (`specc up`):\n" in out
    for item in needed(project):
        assert f"  {item['Sid']}\n" in out
        assert all(action in out for action in item["Action"])
    assert iam.asked == []


def test_without_a_region(project: Path, iam: Iam, doctor: Callable[..., Any]) -> None:
    (project / "watched.toml").write_text(_SPEC.replace('region = "eu-west-1"\n', ""))
    code, out, err = doctor()
    assert (code, err) == (3, "")
    assert "- region          none set; write `region` into a stack" in out
    assert "states:CreateStateMachine" in out


def test_where_nothing_answers(iam: Iam, doctor: Callable[..., Any]) -> None:
    iam.endpoint = "http://127.0.0.1:9"
    code, out, err = doctor("--json")
    found = json.loads(out)["permissions"]
    assert (code, err, found["caller"], found["lacking"]) == (3, "", "", [])
    assert "nothing answers" in found["unchecked"]
    assert found["needed"]


def test_other_failures_are_told(iam: Iam, doctor: Callable[..., Any]) -> None:
    iam.refuses = "InvalidInput"
    code, _, err = doctor()
    assert code == 1
    assert "SimulatePrincipalPolicy" in err
    assert "Traceback" not in err


def test_bad_input(iam: Iam, project: Path, doctor: Callable[..., Any]) -> None:
    assert doctor("doctor", "watched.toml")[0] == 2
    code, _, err = doctor("doctor", "--stack", "dev")
    assert code == 2
    assert "no spec was deployed to `dev` from here" in err
    code, _, err = doctor("doctor", "watched.toml", "--stack", "prod")
    assert code == 2
    assert "SPC235" in err


def test_the_spec_that_was_deployed_from_here(project: Path, iam: Iam, doctor: Callable[..., Any]) -> None:
    (project / ".specc").mkdir()
    (project / ".specc" / "deployed.json").write_text(json.dumps({"dev": [str(project / "watched.toml")]}))
    iam.policy = needed(project)
    code, out, _ = doctor("doctor", "--stack", "dev")
    assert code == 0, out
    assert "to deploy watched.toml to `dev`" in out


def test_many_actions_are_asked_about_in_parts(iam: Iam) -> None:
    from specc_targets.deployed.permissions import check as check_policy
    from specc_targets.deployed.session import Account, Identity

    class Here(Account):
        """The caller of the server."""

        def client(self, service: str) -> Any:
            import botocore.session

            session = botocore.session.get_session()
            session.set_credentials("a", "b")
            return session.create_client(service, region_name="eu-west-1", endpoint_url=iam.endpoint)

        identity = Identity(ACCOUNT, "aws", f"arn:aws:iam::{ACCOUNT}:user/ann")

    actions = [f"lambda:Action{number}" for number in range(70)]
    policy = {"Sid": "Many", "Effect": "Allow", "Action": actions, "Resource": ["*"]}
    iam.policy = [replace_actions(policy, actions[:-1])]
    found = check_policy(Here(region="eu-west-1"), {"Statement": [policy]})
    assert [item.action for item in found.lacking] == ["lambda:Action69"]
    assert len(iam.asked) == 3
    assert replace(found.lacking[0], reason="") in found.needed


def replace_actions(policy: dict[str, Any], actions: list[str]) -> dict[str, Any]:
    return {**policy, "Action": actions}
