"""`specc policy`, and what compiling says of permissions."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

_GIVEN = "arn:aws:iam::123456789012:role/team/"


@pytest.fixture
def spec(project: Path) -> Path:
    """A spec with a step on a table, and a stack with roles of its own."""
    (project / "ordering.py").write_text("def note():\n    return 1\n")
    path = project / "orders.toml"
    path.write_text(
        dedent(f"""
            specc = 1
            kind = "pipeline"
            name = "orders"
            [params.table]
            type = "string"
            [compute.own]
            memory = "1GiB"
            [steps.put]
            aws = "dynamodb:putItem"
            with = {{ TableName = "${{params.table}}", Item = {{ id = {{ S = "a" }} }} }}
            [steps.note]
            call = "ordering:note"
            compute = "own"
            [stacks.prod]
            region = "eu-north-1"
            bucket = "acme-data"
            role = "{_GIVEN}machine"
            compute.own.role = "{_GIVEN}code"
        """)
    )
    return path


def _statements(text: str) -> dict[str, dict[str, object]]:
    return {statement["Sid"]: statement for statement in json.loads(text)["Statement"]}


def test_the_policy_of_a_role(specc, spec: Path) -> None:
    result = specc("policy", "orders.toml", "machine", "--account", "123456789012", "--region", "eu-west-1")
    assert result.code == 0, result.err
    found = _statements(result.out)["DynamodbPutItem"]
    assert found["Resource"] == ["arn:aws:dynamodb:eu-west-1:123456789012:table/*"]
    assert "DynamodbPutItem: `TableName` of `put` is known only at run time" in result.err


def test_whoever_deploys_is_the_default(specc, spec: Path) -> None:
    result = specc("policy", "orders.toml")
    assert result.code == 0, result.err
    found = _statements(result.out)
    assert found["ChangeStack"]["Resource"] == ["arn:aws:cloudformation:*:*:stack/specc-orders/*"]
    assert {"MakeRoles", "MakeBucket", "PassRolesToLambda", "PassRolesToStates", "StartRuns"} <= set(found)


def test_whoever_deploys_with_pulumi(specc, spec: Path) -> None:
    spec.write_text(spec.read_text() + '[pulumi]\nbackend = "s3://acme-state"\n')
    result = specc("policy", "orders.toml", "--with", "pulumi", "--region", "eu-west-1", "--account", "123456789012")
    assert result.code == 0, result.err
    found = _statements(result.out)
    assert "ChangeStack" not in found
    assert found["KeepState"]["Resource"] == ["arn:aws:s3:::acme-state/.pulumi/*"]
    assert found["MakeBucket"]["Resource"] == ["arn:aws:s3:::specc-orders*"]
    assert "lambda:PublishVersion" in found["MakeFunctions"]["Action"]
    assert "ValidateMachines: `states:ValidateStateMachineDefinition` knows no resources" in result.err
    assert "may need more" not in result.err
    (spec.parent / "infra.py").write_text("def extra(resources):\n    pass\n")
    spec.write_text(spec.read_text() + 'extra = "infra.py"\n')
    assert "what `infra.py` makes may need more" in specc("policy", "orders.toml", "--with", "pulumi").err
    assert "may need more" not in specc("policy", "orders.toml", "operator", "--with", "pulumi").err
    wanted = specc("policy", "orders.toml", "--with", "terraform")
    assert wanted.code == 2
    assert "cloudformation" in wanted.err


def test_all_of_them(specc, spec: Path) -> None:
    result = specc("policy", "orders.toml", "--stack", "prod", "--json")
    assert result.code == 0, result.err
    found = json.loads(result.out)
    assert list(found) == ["deployer", "operator", "machine", "function-default", "function-own"]
    assert found["machine"]["given"] == f"{_GIVEN}machine"
    assert found["function-own"]["given"] == f"{_GIVEN}code"
    assert set(found["operator"]) == {"policy", "reasons"}
    made = {statement["Sid"]: statement for statement in found["deployer"]["policy"]["Statement"]}
    assert not {"MakeBucket", "MakeArtifacts"} & set(made)
    assert made["MakeRoles"]["Resource"] == ["arn:aws:iam::*:role/specc-orders-prod-function-default"]
    assert made["PassRolesToStates"]["Resource"] == [f"{_GIVEN}machine"]
    assert made["ChangeStack"]["Resource"] == ["arn:aws:cloudformation:eu-north-1:*:stack/specc-orders-prod/*"]


def test_an_operator_cannot_deploy(specc, spec: Path) -> None:
    found = _statements(specc("policy", "orders.toml", "operator").out)
    assert set(found) == {"FollowRuns", "ReadLogs", "ReadResults", "StartRuns"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["nobody"],
            "there is no policy for `nobody`; there are: deployer, operator, machine, function-default, function-own",
        ),
        (["--account", "12"], "the number of an account has 12 digits"),
        (["--stack", "none"], "none"),
    ],
)
def test_bad_input(specc, spec: Path, arguments: list[str], message: str) -> None:
    result = specc("policy", "orders.toml", *arguments)
    assert result.code == 2
    assert message in result.err
    assert not result.out


def test_a_faulty_spec(specc, project: Path) -> None:
    (project / "orders.toml").write_text("specc = 1\n")
    result = specc("policy", "orders.toml")
    assert result.code == 2
    assert "SPC" in result.err


def test_compiling_points_at_what_is_wide(specc, spec: Path) -> None:
    result = specc("compile", "orders.toml", "-t", "cloudformation")
    assert result.code == 0, result.err
    assert result.err.count("hint[SPC480]") == 1
    assert "`machine` may do `dynamodb:PutItem` on more than one thing" in result.err
    assert "SPC481" not in result.err


def test_given_roles_are_told_and_not_made(specc, spec: Path) -> None:
    result = specc("compile", "orders.toml", "-t", "cloudformation", "--stack", "prod")
    assert result.code == 0, result.err
    assert result.err.count("hint[SPC481]") == 2
    assert "`specc policy SPEC function-own --stack prod` prints the policy that it needs" in result.err
    text = (spec.parent / "build" / "orders" / "cloudformation" / "template.json").read_text()
    made = [item for item in json.loads(text)["Resources"].values() if item["Type"] == "AWS::IAM::Role"]
    assert [item["Properties"]["RoleName"] for item in made] == ["specc-orders-prod-function-default"]
    assert f"{_GIVEN}machine" in text
    assert f"{_GIVEN}code" in text
