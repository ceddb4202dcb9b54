"""What is too much for CloudFormation, and the ways around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from judges.templates import judge_template
from specc.diagnostics import Sink
from specc.frontend import check, compile_for
from specc.ir.deployment import Deployment
from specc.ir.module import Module
from specc_targets.aws.limits import check_tags, check_variables
from specc_targets.cloudformation import sam_target, target
from specc_targets.cloudformation.ids import LogicalIds
from specc_targets.cloudformation.limits import check_template, check_texts
from specc_targets.cloudformation.template import inert, plain

GOLDEN = Path(__file__).parents[2] / "golden" / "cloudformation"
_HEAD = 'specc = 1\nkind = "pipeline"\nname = "case"\n'
_PAUSE = _HEAD + '[steps.pause]\nwait = "1s"\n'


@pytest.mark.slow
@pytest.mark.parametrize("sam", [False, True], ids=["plain", "sam"])
def test_a_large_definition_is_an_object_of_its_own(monkeypatch: pytest.MonkeyPatch, sam: bool) -> None:
    monkeypatch.setattr(import_module("specc_targets.cloudformation.target"), "MAX_TEMPLATE", 10_000)
    files = compile_for(sam_target() if sam else target(), check(GOLDEN / "plain" / "spec.toml"))
    assert files is not None
    template = json.loads(files[PurePosixPath("template.json")])
    machine = template["Resources"]["StateMachine"]["Properties"]
    place = {"Bucket": {"Ref": "ArtifactBucket"}, "Key": {"Ref": "DefinitionKey"}}
    assert machine["DefinitionUri" if sam else "DefinitionS3Location"] == place
    assert {"ArtifactBucket", "DefinitionKey"} <= set(template["Parameters"])
    assert "States" in json.loads(files[PurePosixPath("state-machine.asl.json")])
    assert "DefinitionString" not in machine
    assert judge_template(files[PurePosixPath("template.json")].decode()) == []


def resources(number: int) -> dict[str, Any]:
    role = {"Type": "AWS::IAM::Role", "Properties": {}}
    return {"Resources": {f"R{at}": role for at in range(number)}, "Outputs": {}, "Parameters": {}}


@pytest.mark.parametrize(
    ("template", "size", "codes"),
    [
        (resources(500), 1_000_000, []),
        (resources(501), 1, ["SPC470"]),
        (resources(1), 1_000_001, ["SPC471"]),
        ({**resources(1), "Outputs": {str(at): {} for at in range(201)}}, 1, ["SPC470"]),
        ({**resources(1), "Parameters": {str(at): {} for at in range(201)}}, 1, ["SPC470"]),
    ],
)
def test_limits(template: dict[str, Any], size: int, codes: list[str]) -> None:
    sink = Sink()
    check_template(sink, template, size)
    assert [item.code for item in sink.diagnostics] == codes


@pytest.mark.parametrize(
    ("tags", "environment", "codes"),
    [
        ((("team", "data science: a/b=c+d-e@f_g."),), (), []),
        ((("AWS:team", "x"),), (), ["SPC473"]),
        ((("", "x"),), (), ["SPC473"]),
        ((("x" * 129, "x"),), (), ["SPC473"]),
        ((("x", "y" * 257),), (), ["SPC473"]),
        ((("x", "y#"),), (), ["SPC473"]),
        (tuple((f"t{at}", "") for at in range(51)), (), ["SPC473"]),
        ((), (("KEY", "{{resolve:ssm:/key}}"),), ["SPC474"]),
        ((), (("KEY", "${x} {{y}}"),), []),
        ((), (("AWS_REGION", "x"), ("_HIDDEN", "x"), ("X", "x"), ("SPECC_STORE", "x")), ["SPC475"] * 4),
    ],
)
def test_texts(tags: tuple[tuple[str, str], ...], environment: tuple[tuple[str, str], ...], codes: list[str]) -> None:
    sink = Sink()
    module = Module(name="case", environment=environment, deployment=Deployment(tags=tags))
    for judge in (check_tags, check_texts, check_variables):
        judge(sink, module)
    assert [item.code for item in sink.diagnostics] == codes


def test_ids_are_told_apart_and_stay() -> None:
    ids = LogicalIds()
    names = ["train-big", "train_big", "trainBig", "8th", "é"]
    made = [ids.of("Function", name) for name in names]
    assert made[0] == "TrainBigFunction"
    assert len(set(made)) == len(names)
    assert all(name.isalnum() and name.isascii() for name in made)
    assert [ids.of("Function", name) for name in names] == made
    assert ids.of("Role", "train-big") == "TrainBigRole"


@pytest.mark.parametrize("text", ["", "$", "a $b", "${x}", "a ${x} $ ${y}", "$${", "{{resolve:ssm:x}}"])
def test_texts_stay_as_they_are(text: str) -> None:
    value = plain(text)
    if not isinstance(value, str):
        separator, parts = value.json()["Fn::Join"]  # type: ignore[index,call-overload]  # that is what it gives
        value = separator.join(parts)
        assert not any("${" in part for part in parts)
    assert value == text
    quoted = inert(json.dumps(text))
    assert json.loads(quoted) == text
    assert "${" not in quoted
    assert "{{resolve" not in quoted


def test_sam_is_an_option_of_compile(write: Callable[..., Path], tmp_path: Path) -> None:
    from click.testing import CliRunner

    from specc.cli.compile import command

    spec = write("spec.toml", _PAUSE)
    for option, transform in (((), None), (("--sam",), "AWS::Serverless-2016-10-31")):
        done = CliRunner().invoke(command, [str(spec), "-t", "cloudformation", "-o", str(tmp_path / "out"), *option])
        assert done.exit_code == 0, done.output
        template = json.loads((tmp_path / "out" / "cloudformation" / "template.json").read_bytes())
        assert template.get("Transform") == transform
    wrong = CliRunner().invoke(command, [str(spec), "-t", "asl", "-o", str(tmp_path / "out"), "--sam"])
    assert wrong.exit_code == 2
    assert "--sam is a form of the target cloudformation, which is not among asl" in wrong.output


def test_a_long_description_is_cut_to_the_bytes_that_cloudformation_takes(write: Callable[..., Path]) -> None:
    spec = 'specc = 1\nkind = "pipeline"\nname = "case"\ndescription = "' + "ä" * 1_000 + '"\n[steps.a]\nwait = "1s"\n'
    files = compile_for(target(), check(write("spec.toml", spec)))
    assert files is not None
    description = json.loads(files[PurePosixPath("template.json")])["Description"]
    assert description == "ä" * 512


def test_a_stack_has_no_underscore_in_its_name(write: Callable[..., Path]) -> None:
    spec = write("spec.toml", _PAUSE + "[stacks.dev_1]\n[stacks.dev-1]\n")
    for stack, codes in (("dev_1", ["SPC476"]), ("dev-1", [])):
        compilation = check(spec, stack=stack)
        assert (compile_for(target(), compilation) is None) is bool(codes)
        assert [item.code for item in compilation.diagnostics] == codes


@pytest.mark.slow
@pytest.mark.parametrize("text", ['"{{resolve:ssm:/key}}"', '{ Ref = "x" }', '{ "Fn::Sub" = "x" }'])
def test_sam_is_given_no_definition_that_cloudformation_would_read(write: Callable[..., Path], text: str) -> None:
    write("work.py", "def do(x=None):\n    return x\n")
    spec = write("spec.toml", _HEAD + f'[steps.a]\ncall = "work:do"\nwith.x = {text}\n')
    files = compile_for(sam_target(), check(spec))
    assert files is not None
    content = files[PurePosixPath("template.json")].decode()
    machine = json.loads(content)["Resources"]["StateMachine"]
    assert machine["Type"] == "AWS::StepFunctions::StateMachine"
    assert "{{resolve:" not in content
    assert judge_template(content) == []
