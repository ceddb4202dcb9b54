"""What cannot be changed in place, beside CloudFormation's schemas and the classes of pulumi-aws."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pulumi_engine.provider.provider import KINDS as PROVIDED
from specc.frontend import check
from specc_targets.pulumi.preview.create_only import DATA, KINDS, UNKNOWN_KIND, is_regional, kind_of
from specc_targets.pulumi.preview.driver import driver
from specc_targets.pulumi.preview.values import known
from specc_targets.pulumi.program import program
from specc_targets.pulumi.target import PulumiTarget

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # classes that are there under two names

EVERYTHING = Path(__file__).parents[3] / "golden" / "cloudformation" / "everything" / "spec.toml"
"""A spec of which every kind of resource is made."""
CALLED = {"lambda": "lambda_"}
"""Modules of pulumi-aws that are not called as in the type."""


def class_of(type: str) -> Any:
    """`aws:lambda/function:Function` -> `pulumi_aws.lambda_.Function`."""
    _, module, name = type.split(":")
    service = module.partition("/")[0]
    return getattr(import_module(f"pulumi_aws.{CALLED.get(service, service)}"), name)


def names_of(cls: type) -> set[str]:
    """What a class of pulumi-aws calls its properties on the wire."""
    found = set()
    for klass in cls.__mro__:
        found |= {
            getattr(value.fget, "_pulumi_name", name)
            for name, value in vars(klass).items()
            if isinstance(value, property)
        }
    return found


def schema_of(cloudformation: str) -> dict[str, Any]:
    """What cfn-lint ships of CloudFormation's registry."""
    import cfnlint

    folder = Path(cfnlint.__file__).parent / "data" / "schemas"
    name = json.loads((folder / "providers" / "us-east-1.json").read_text())[cloudformation]
    found: dict[str, Any] = json.loads((folder / "resources" / f"{name.removesuffix('.json')}.json").read_text())
    return found


SAME = {
    "BucketName": "bucket", "BucketNamePrefix": "bucketPrefix", "LogGroupName": "name", "RoleName": "name",
    "PolicyName": "name", "InstanceProfileName": "name", "FunctionName": "name", "ComputeEnvironmentName": "name",
    "JobQueueName": "name", "JobDefinitionName": "name", "ClusterName": "name", "Cluster": "clusterName",
    "StateMachineName": "name", "StateMachineType": "type", "AlarmName": "name", "TaskRoleArn": "taskRoleArn",
}  # fmt: skip
"""CloudFormation's name of a property -> pulumi-aws's, where they are not the same but for the first letter."""
SAME_OF = {
    "AWS::IAM::RolePolicy": {"RoleName": "role"},
    "AWS::Lambda::Alias": {"FunctionName": "functionName"},
}
"""The same, of one type."""


def here(cloudformation: str, name: str) -> str:
    own = SAME_OF.get(cloudformation, {}).get(name) or SAME.get(name)
    return own or name[:1].lower() + name[1:]


KNOWN = [name for name, kind in KINDS.items() if kind.cloudformation is not None]


@pytest.mark.parametrize("type", KNOWN)
def test_as_cloudformation_has_it(type: str) -> None:
    """Both say the same, but for what `differs` tells of; and all that it tells of does differ."""
    kind = KINDS[type]
    assert kind.cloudformation is not None
    there = {path.split("/")[2] for path in schema_of(kind.cloudformation)["createOnlyProperties"]}
    theirs = {here(kind.cloudformation, name): name for name in there}
    only_there = {theirs[name] for name in theirs.keys() - set(kind.create_only)}
    only_here = set(kind.create_only) - theirs.keys()
    told = {name for name in kind.differs if name not in theirs.values() or name in only_there}
    assert only_there | only_here == told == set(kind.differs)


@pytest.mark.parametrize("type", KINDS)
def test_the_provider_has_such_properties(type: str) -> None:
    kind = KINDS[type]
    there = names_of(class_of(type))
    named = {*kind.create_only, *kind.computed, *kind.anew, *([kind.unique] if kind.unique else [])}
    assert named <= there, named - there
    assert set(kind.anew) <= set(kind.computed)
    assert list(kind.create_only) == sorted(kind.create_only)
    assert class_of(type).pulumi_type == type


@pytest.mark.parametrize("type", DATA)
def test_types_with_data_are_types(type: str) -> None:
    assert class_of(type).pulumi_type == type


def emitted_types() -> Iterator[str]:
    """The types in the program of a spec that has everything."""
    compilation = check(EVERYTHING)
    assert compilation.context is not None
    assert compilation.module is not None
    made = program(compilation.context, PulumiTarget().legalize(compilation.context, compilation.module))
    assert made is not None
    for name in made.types.values():
        service, _, cls = name.removeprefix("aws.").partition(".")
        yield f"{service.strip('_')}:{cls}"


def test_every_type_of_an_emitted_program_is_known() -> None:
    known = {re.sub(r"^aws:(\w+)/\w+:", r"\1:", name) for name in KINDS}
    assert set(emitted_types()) <= known


def test_other_types() -> None:
    """Of what only a user's part of a program has, at least a new name is a new resource."""
    assert kind_of("aws:dynamodb/table:Table") is UNKNOWN_KIND
    assert UNKNOWN_KIND.create_only == ("name", "namePrefix")


@pytest.mark.parametrize("type", KINDS)
def test_as_the_provider_of_tests_has_it(type: str) -> None:
    """It was written by what AWS's API and the pages of the provider say, and refuses what it does not know."""
    provider = PROVIDED[type]
    new = {name for name, field in provider.shape.items() if field.new}
    assert new <= set(KINDS[type].create_only)
    assert set(KINDS[type].create_only) & provider.shape.keys() <= new
    if type != "aws:cloudwatch/eventTarget:EventTarget":  # several rules may have targets of one name
        assert KINDS[type].unique == provider.autoname


def test_a_preview_of_everything_has_symbols_for_all_that_is_unknown() -> None:
    compilation = check(EVERYTHING)
    found = driver().preview(compilation, against=None, image=None, config={}, say=print)
    assert found is not None
    assert not found.failed
    unknown = [
        f"{change.name}.{name}"
        for change in found.plan.changes
        if change.wanted is not None
        for name, value in change.wanted.inputs.items()
        if not known(value)
    ]
    assert (unknown, known(dict(found.plan.outputs))) == ([], True)
    assert found.plan.outputs["StateMachineArn"] == "<state-machine.arn>"


def test_only_what_is_in_a_region_moves_with_it() -> None:
    for name in KINDS:
        arguments = class_of(name)
        assert is_regional(name) is ("region" in names_of(arguments)), name
    assert not is_regional("random:index/randomId:RandomId")
