"""Templates: looked at by a person once and compared ever after; the same bytes on every run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from specc.diagnostics import Severity
from specc.frontend import check, compile_for
from specc_targets.cloudformation import target

GOLDEN = Path(__file__).parents[2] / "golden" / "cloudformation"
CASES = {"everything": None, "plain": None, "shared": "prod"}
"""Folder -> the stack that it is compiled for."""


@cache
def compiled(case: str) -> bytes:
    compilation = check(GOLDEN / case / "spec.toml", stack=CASES[case])
    files = compile_for(target(), compilation)
    assert files is not None, compilation.diagnostics
    assert all(item.severity is not Severity.ERROR for item in compilation.diagnostics), compilation.diagnostics
    assert list(files) == [PurePosixPath("template.json")]
    return files[PurePosixPath("template.json")]


def template(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(compiled(case))
    return found


def of_type(found: dict[str, Any], type: str) -> dict[str, Any]:
    return {key: item["Properties"] for key, item in found["Resources"].items() if item["Type"] == f"AWS::{type}"}


@pytest.mark.parametrize("case", CASES)
def test_template(case: str, golden: Callable[[Path, str | bytes], None]) -> None:
    golden(GOLDEN / case / "expected.json", compiled(case).decode())


def test_no_orphans() -> None:
    folders = {path.name for path in GOLDEN.iterdir() if path.is_dir()}
    assert folders == set(CASES)


_PRINT = """
import sys
from pathlib import Path
from specc.frontend import check, compile_for
from specc_targets.cloudformation import sam_target, target
for made in (target(), sam_target()):
    for content in (compile_for(made, check(Path(sys.argv[1]))) or {}).values():
        sys.stdout.buffer.write(content)
"""


def test_bytes_do_not_depend_on_hashing() -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", _PRINT, str(GOLDEN / "everything" / "spec.toml")],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 40_000


def test_the_machine_is_the_one_that_asl_writes() -> None:
    from specc_targets.asl import target as asl

    files = compile_for(asl(), check(GOLDEN / "everything" / "spec.toml"))
    assert files is not None
    machine = of_type(template("everything"), "StepFunctions::StateMachine")["StateMachine"]
    assert json.loads(machine["DefinitionString"]) == json.loads(files[PurePosixPath("state-machine.asl.json")])
    assert "${" not in machine["DefinitionString"], "CloudFormation would look for a value"
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_every_function_is_told_of_the_store_and_has_logs_that_end() -> None:
    found = template("everything")
    functions, logs = of_type(found, "Lambda::Function"), of_type(found, "Logs::LogGroup")
    assert set(functions) == {"DefaultFunction", "SmallFastFunction"}
    for key, item in functions.items():
        assert item["Environment"]["Variables"]["SPECC_STORE"] == {"Fn::Sub": "s3://${Bucket}/specc-everything"}
        assert item["LoggingConfig"]["LogGroup"] == {"Ref": f"{key}Logs"}
    assert all(item["RetentionInDays"] == 30 for item in logs.values())
    assert functions["SmallFastFunction"]["Role"] == "arn:aws:iam::123456789012:role/given"
    assert not any("SmallFast" in key for key in of_type(found, "IAM::Role")), "a role that is given is not made"


def test_secrets_are_named_and_never_told() -> None:
    variables = of_type(template("everything"), "Lambda::Function")["DefaultFunction"]["Environment"]["Variables"]
    assert variables["SPECC_SECRET_TOKEN"] == "ssm:/prod/token"


def test_the_bucket_is_private_and_tells_of_objects_only_where_a_trigger_asks() -> None:
    bucket = of_type(template("everything"), "S3::Bucket")["Bucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert "NotificationConfiguration" not in of_type(template("plain"), "S3::Bucket")["Bucket"]
    (statement,) = of_type(template("plain"), "S3::BucketPolicy")["BucketPolicy"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_what_is_given_is_used_and_not_made() -> None:
    found = template("shared")
    assert not of_type(found, "S3::Bucket")
    assert not of_type(found, "Batch::JobQueue")
    assert not any("Machine" in key for key in of_type(found, "IAM::Role"))
    machine = of_type(found, "StepFunctions::StateMachine")["StateMachine"]
    assert machine["RoleArn"] == "arn:aws:iam::123456789012:role/machine"
    (function,) = of_type(found, "Lambda::Function").values()
    assert function["Environment"]["Variables"]["SPECC_STORE"] == "s3://acme-prod/specc-shared-prod"
    assert function["PackageType"] == "Image"
    assert set(found["Parameters"]) == {"ImageUri", "AlarmTopicArn"}


@pytest.mark.parametrize(("case", "policy"), [("shared", "Retain"), ("everything", "Delete")])
def test_protect_keeps_data(case: str, policy: str) -> None:
    kept = [
        item
        for item in template(case)["Resources"].values()
        if item["Type"] in ("AWS::S3::Bucket", "AWS::Logs::LogGroup")
    ]
    assert kept
    assert {item["DeletionPolicy"] for item in kept} == {item["UpdateReplacePolicy"] for item in kept} == {policy}


def test_tags_are_on_everything_that_takes_them() -> None:
    without = {
        item["Type"]
        for item in template("everything")["Resources"].values()
        if "data" not in json.dumps(item["Properties"].get("Tags", ""))
    }
    assert without == {
        "AWS::IAM::InstanceProfile",
        "AWS::Lambda::LayerVersion",
        "AWS::S3::BucketPolicy",
        "AWS::Scheduler::Schedule",
    }
