"""Every program runs whole on Pulumi's own runtime: for real with made-up answers, and as a preview of what is not there."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from judges.ladder import rung
from judges.programs.account import VERSION, arn_of, physical
from judges.programs.cases import CASES, compiled, write_case
from judges.programs.running import Recorded, run_folder
from specc_targets.pulumi.preview.monitor import UNKNOWN, Asset, Wanted

pytestmark = pytest.mark.slow
Record = Callable[[str, object], None]
Run = Callable[..., Recorded]
WITHOUT_TAGS = {
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:lambda/alias:Alias",
    "aws:lambda/layerVersion:LayerVersion",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketNotification:BucketNotification",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:scheduler/schedule:Schedule",
}
"""Types of which the provider takes no tags."""


def own(name: str, recorded: Recorded) -> dict[str, Wanted]:
    """What the program asks for, without what the user adds."""
    return {key: item for key, item in recorded.wanted.items() if key in compiled(CASES[name]).places}


def token(name: str) -> str:
    """`aws.lambda_.Function` as types of resources are written: `aws:lambda/function:Function`."""
    _, module, kind = name.split(".")
    return f"aws:{module.rstrip('_')}/{kind[0].lower()}{kind[1:]}:{kind}"


def odd(value: object, path: str) -> Iterator[str]:
    """Where in a value there is nothing, or a text that was made from nothing."""
    if value is None or (isinstance(value, str) and "None" in value):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from odd(item, f"{path}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from odd(item, f"{path}.{number}")


def shape(value: object) -> object:
    """What a value is made of, without what it says."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return None


@pytest.mark.parametrize("name", CASES)
def test_program(name: str, run: Run, record_property: Record) -> None:
    found, program = run(name), compiled(CASES[name])
    assert (found.ok, found.messages, found.stdout, found.stderr) == (True, (), "", "")
    assert found.twice == ()
    made = own(name, found)
    assert {key: item.type for key, item in made.items()} == {key: token(kind) for key, kind in program.types.items()}
    assert len(made) >= 12
    assert set(found.exported) >= {"StateMachineArn", "Bucket"}
    assert found.exported["StateMachineArn"] == arn_of(made["state-machine"].type, program.deployment.machines[0].name)
    text = json.dumps([str(dict(item.inputs)) for item in made.values()])
    assert "Output object" not in text
    assert "__str__" not in text
    assert [path for item in made.values() for path in odd(item.inputs, item.name)] == [], "what nobody has answered"
    rung(record_property, "run", programs=1, resources=len(made))


@pytest.mark.parametrize("name", CASES)
def test_preview(name: str, run: Run, record_property: Record) -> None:
    found, known = run(name, unknown=True), run(name)
    assert (found.ok, found.messages) == (True, ())
    assert set(found.wanted) == set(known.wanted), "what is made does not depend on what is known"
    for key, item in found.wanted.items():
        assert item.inputs.keys() == known.wanted[key].inputs.keys()
        there = {name for name, value in item.inputs.items() if value != UNKNOWN}
        assert {name: shape(item.inputs[name]) for name in there} == {
            name: shape(known.wanted[key].inputs[name]) for name in there
        }
        assert set(item.dependencies) == set(known.wanted[key].dependencies)
    assert found.wanted["state-machine"].inputs["definition"] == (
        UNKNOWN if compiled(CASES[name]).deployment.functions else known.wanted["state-machine"].inputs["definition"]
    )
    rung(record_property, "previewed", programs=1, resources=len(own(name, found)))


def needs(found: Recorded, item: Wanted) -> set[str]:
    """Names of all that must be there before a resource."""
    by_urn = {other.urn: other for other in found.wanted.values()}
    seen: set[str] = set()
    waiting = list(item.dependencies)
    while waiting:
        other = by_urn.get(waiting.pop())
        if other is not None and other.name not in seen:
            seen.add(other.name)
            waiting += other.dependencies
    return seen


ACTS = {
    "aws:batch/jobDefinition:JobDefinition",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:lambda/function:Function",
    "aws:scheduler/schedule:Schedule",
    "aws:sfn/stateMachine:StateMachine",
}
"""What takes a role, and may begin to use it as soon as it is there."""


@pytest.mark.parametrize("name", CASES)
def test_permissions_are_there_before_what_uses_them(name: str, run: Run) -> None:
    found = run(name)
    roles = {arn_of(item.type, physical(item)): item for item in found.of_type("iam/role:Role")}
    policies: dict[str, set[str]] = {}
    for item in (
        *found.of_type("iam/rolePolicy:RolePolicy"),
        *found.of_type("iam/rolePolicyAttachment:RolePolicyAttachment"),
    ):
        policies.setdefault(str(item.inputs["role"]), set()).add(item.name)
    checked = 0
    for item in own(name, found).values():
        if item.type not in ACTS:
            continue
        text = json.dumps(str(dict(item.inputs)))
        for arn, role in roles.items():
            if re.search(re.escape(arn) + r"(?![\w-])", text):
                checked += 1
                assert policies.get(physical(role), set()) <= needs(found, item), (
                    f"{item.name} may run before {role.name} allows it"
                )
    assert checked >= 1


@pytest.mark.parametrize("name", CASES)
def test_what_a_resource_names_is_made_before_it(name: str, run: Run) -> None:
    """Whatever is in an input as the name or ARN of another resource came from that resource."""
    found = run(name)
    for item in found.wanted.values():
        if item.type == "aws:iam/rolePolicy:RolePolicy":
            continue  # patterns, some of what the role's user makes later: those are written by name
        text = json.dumps(str(dict(item.inputs)))
        for other in found.wanted.values():
            if other.type not in (
                "aws:iam/role:Role",
                "aws:s3/bucket:Bucket",
                "aws:cloudwatch/logGroup:LogGroup",
                "aws:lambda/function:Function",
            ):
                continue
            arn = arn_of(other.type, physical(other))
            if other.name != item.name and re.search(re.escape(arn) + r"(?![\w-])", text):
                assert other.name in needs(found, item), (
                    f"{item.name} says the ARN of {other.name}, and does not wait for it"
                )


@pytest.mark.parametrize("name", CASES)
def test_definitions_call_versions(name: str, run: Run) -> None:
    found, program = run(name), compiled(CASES[name])
    functions = {item.name for item in program.deployment.functions}
    called: set[str] = set()
    for item in found.of_type("sfn/stateMachine:StateMachine"):
        machine = str(item.inputs["definition"])
        json.loads(machine)
        called |= set(re.findall(r'"FunctionName":"([^"]*)"', machine))
    assert called == {f"{function}:{VERSION}" for function in functions}
    for item in found.of_type("lambda/function:Function"):
        assert item.inputs["publish"] is True
        assert {
            alias.inputs["functionVersion"]
            for alias in found.of_type("lambda/alias:Alias")
            if alias.inputs["functionName"] == item.inputs["name"]
        } == {VERSION}
    if functions:
        policy = found.wanted.get("machine-policy")
        if policy is not None:
            allowed = json.loads(str(policy.inputs["policy"]))["Statement"]
            (invoke,) = [item["Resource"] for item in allowed if "lambda:InvokeFunction" in item["Action"]]
            arns = {arn_of("aws:lambda/function:Function", function) for function in functions}
            assert set(invoke) == arns | {f"{arn}:*" for arn in arns}


@pytest.mark.parametrize("name", CASES)
def test_logs_end_and_tags_are_everywhere(name: str, run: Run) -> None:
    found, program = run(name), compiled(CASES[name])
    made = own(name, found)
    logs = [item for item in made.values() if item.type == "aws:cloudwatch/logGroup:LogGroup"]
    assert logs
    assert {item.inputs["retentionInDays"] for item in logs} == {program.deployment.log_days}
    tags = dict(program.deployment.tags) or None
    assert {item.type for item in made.values() if item.inputs.get("tags") != tags} <= WITHOUT_TAGS
    if tags is not None:
        assert not [item.name for item in made.values() if item.type in WITHOUT_TAGS and "tags" in item.inputs]


@pytest.mark.parametrize("name", CASES)
def test_data_is_kept_in_a_protected_stack(name: str, run: Run) -> None:
    found, program = run(name), compiled(CASES[name])
    made = own(name, found)
    holds_data = {"aws:s3/bucket:Bucket", "aws:cloudwatch/logGroup:LogGroup"}
    stateful = {key for key, item in made.items() if item.type in holds_data}
    assert program.stateful == stateful
    kept = {key for key, item in made.items() if item.protect or item.retain_on_delete}
    assert kept == (stateful if program.deployment.protect else set())
    assert all(made[key].protect and made[key].retain_on_delete for key in kept)
    assert ("bucket-versioning" in made) == (program.deployment.protect and program.deployment.bucket is None)


def test_some_stacks_are_protected_and_some_are_not() -> None:
    assert {compiled(case).deployment.protect for case in CASES.values()} == {True, False}


def test_archives_are_handed_over_or_uploaded(run: Run) -> None:
    (plain,) = run("birds").of_type("lambda/function:Function")
    assert isinstance(plain.inputs["code"], Asset)
    assert plain.inputs["code"].archive
    assert "s3Key" not in plain.inputs
    kept = run("kept")
    (function,) = kept.of_type("lambda/function:Function")
    uploaded = {item.name: item.inputs for item in kept.of_type("s3/bucketObjectv2:BucketObjectv2")}
    assert set(uploaded) == {"code", "dependencies"}
    assert (function.inputs["s3Bucket"], function.inputs["s3Key"]) == (
        uploaded["code"]["bucket"],
        uploaded["code"]["key"],
    )
    assert "code" in needs(kept, function)
    assert {"code", "dependencies"} & needs(kept, kept.wanted["dependencies-layer"]) == {"dependencies"}
    assert "code" not in function.inputs
    assert function.inputs["sourceCodeHash"] == plain.inputs["sourceCodeHash"], "the hash is of the archive alone"


def test_what_the_user_adds_is_made_with_the_rest(run: Run) -> None:
    found = run("kept")
    added = set(found.wanted) - set(compiled(CASES["kept"]).places)
    assert added == {"results"}
    bucket = found.wanted["bucket"]
    assert found.wanted["results"].inputs["locationUri"] == f"s3://{physical(bucket)}/results"
    assert found.wanted["results"].dependencies == (bucket.urn,)


def test_an_ejected_program_is_for_any_stack(tmp_path: Path) -> None:
    case = dataclasses.replace(CASES["kept"], eject=True)
    write_case(case, tmp_path)
    found = run_folder(tmp_path, compiled(case).project, "mine", case.config, unknown=False)
    assert (found.ok, found.messages) == (True, ())
    assert {*compiled(case).places, "results"} == set(found.wanted)
    assert "From here on it is yours" in (tmp_path / "__main__.py").read_text("utf-8")


def test_a_program_refuses_the_stack_of_another(tmp_path: Path) -> None:
    case = CASES["kept"]
    write_case(case, tmp_path)
    found = run_folder(tmp_path, compiled(case).project, "produce", case.config, unknown=True)
    assert not found.ok
    assert found.wanted == {}
    (message,) = found.messages
    assert "this program is for the stack `prod`; compile spec.toml for another one with --stack" in message.text


def test_what_nobody_answers_is_seen(tmp_path: Path, run: Run) -> None:
    found = changed("birds", '"{0}:*", state_machine_logs.arn', '"{0}:*", state_machine_logs.kms_key_id', tmp_path)
    assert "state-machine.loggingConfiguration.logDestination" in list(
        odd(found.wanted["state-machine"].inputs, "state-machine")
    )
    found = changed(
        "birds", "function_version=default_function.version", "function_version=default_function.code_sha256", tmp_path
    )
    assert found.wanted["default-alias"].inputs.keys() != run("birds").wanted["default-alias"].inputs.keys()


def changed(name: str, before: str, after: str, tmp_path: Path) -> Recorded:
    """A run of a program in which something else stands."""
    case = CASES[name]
    write_case(case, tmp_path)
    file = tmp_path / "__main__.py"
    text = file.read_text("utf-8")
    assert text.count(before) >= 1
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return run_folder(tmp_path, compiled(case).project, compiled(case).stack, case.config, unknown=False)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('pulumi.Output.format("s3://{0}/specc-birds", bucket.bucket)', 'f"s3://{bucket.bucket}/specc-birds"', "Calling __str__ on an Output"),
        ('"default-alias",', '"default-function",', None),
        ('aws.s3.BucketPublicAccessBlock(\n    "bucket-access"', 'aws.s3.BucketPublicAccessBlock(\n    "bucket-policy"', None),
        ("role=default_function_role.arn", "role=default_function_rule.arn", "NameError"),
    ],
    ids=["output in a text", "other name", "another name", "undefined"],
)  # fmt: skip
def test_the_judge_bites(tmp_path: Path, before: str, after: str, said: str | None) -> None:
    found = changed("birds", before, after, tmp_path)
    if said is not None:
        assert not found.ok
        assert any(said in item.text for item in found.messages)
    else:
        assert set(found.wanted) != set(compiled(CASES["birds"]).places)


def inputs(found: Recorded) -> dict[str, Any]:
    return {name: dict(item.inputs) for name, item in found.wanted.items()}


def test_a_run_is_the_same_as_the_one_before(tmp_path: Path, run: Run) -> None:
    case = CASES["everything"]
    write_case(case, tmp_path)
    again = run_folder(tmp_path, compiled(case).project, compiled(case).stack, case.config, unknown=False)
    assert again.ok
    places = json.dumps(str(inputs(again))).replace(str(tmp_path), "")
    assert "/tmp" not in places, "no path of this machine is in an input"
    before = run("everything")
    assert again.wanted.keys() == before.wanted.keys()
    for name, item in again.wanted.items():
        assert item.inputs.keys() == before.wanted[name].inputs.keys()
        different = {key for key in item.inputs if item.inputs[key] != before.wanted[name].inputs[key]}
        assert different <= {"code"}, "the path of the archive alone"
