"""Whoever deploys with Pulumi may do what its provider calls for each resource of the program, and nothing else.

The calls are written down anew here, resource by resource, with the names that things have on AWS, so that the lists of
the compiler do not judge themselves.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from permissions import judge
from permissions.policy import Call, allowed
from permissions.worlds import SPECS, of_spec
from specc import targets
from specc.frontend import check
from specc.ir.deployment import PulumiSettings
from specc_targets.aws.deployment import Stack, Statement
from specc_targets.aws.iam.documents import Where, statement_of
from specc_targets.aws.iam.people import deployer_with_pulumi, operator
from specc_targets.pulumi.program import Program, program

ACCOUNT, REGION = "123456789012", "eu-west-1"
HERE = PulumiSettings()
AWAY = PulumiSettings(
    backend="s3://acme-state/teams/data?region=eu-west-1", secrets_provider="awskms://alias/state?region=eu-west-1"
)
NAMES = ["everything", "services"]

CALLS: dict[str, tuple[str, str]] = {
    "aws.s3.Bucket": (
        "s3:::{bucket}",
        "s3:CreateBucket s3:DeleteBucket s3:ListBucket s3:TagResource s3:UntagResource s3:ListTagsForResource "
        "s3:GetBucketTagging s3:PutBucketTagging s3:GetBucketPolicy s3:GetBucketAcl s3:GetBucketCORS "
        "s3:GetBucketWebsite s3:GetBucketVersioning s3:GetAccelerateConfiguration s3:GetBucketRequestPayment "
        "s3:GetBucketLogging s3:GetLifecycleConfiguration s3:GetReplicationConfiguration "
        "s3:GetEncryptionConfiguration s3:GetBucketObjectLockConfiguration",
    ),
    "aws.s3.BucketServerSideEncryptionConfiguration": (
        "s3:::{bucket}",
        "s3:GetEncryptionConfiguration s3:PutEncryptionConfiguration",
    ),
    "aws.s3.BucketPublicAccessBlock": (
        "s3:::{bucket}",
        "s3:GetBucketPublicAccessBlock s3:PutBucketPublicAccessBlock",
    ),
    "aws.s3.BucketOwnershipControls": (
        "s3:::{bucket}",
        "s3:GetBucketOwnershipControls s3:PutBucketOwnershipControls",
    ),
    "aws.s3.BucketVersioning": ("s3:::{bucket}", "s3:GetBucketVersioning s3:PutBucketVersioning"),
    "aws.s3.BucketLifecycleConfiguration": (
        "s3:::{bucket}",
        "s3:GetLifecycleConfiguration s3:PutLifecycleConfiguration",
    ),
    "aws.s3.BucketNotification": ("s3:::{bucket}", "s3:GetBucketNotification s3:PutBucketNotification"),
    "aws.s3.BucketPolicy": ("s3:::{bucket}", "s3:GetBucketPolicy s3:PutBucketPolicy s3:DeleteBucketPolicy"),
    "aws.s3.BucketObjectv2": (
        "s3:::{bucket}/specc-artifacts/{stack}/0123456789abcdef.zip",
        "s3:PutObject s3:GetObject s3:GetObjectTagging s3:PutObjectTagging s3:DeleteObject s3:DeleteObjectVersion "
        "s3:AbortMultipartUpload",
    ),
    "aws.cloudwatch.LogGroup": (
        "logs:{place}:log-group:{logs}",
        "logs:CreateLogGroup logs:DescribeLogGroups logs:PutRetentionPolicy logs:DeleteRetentionPolicy "
        "logs:ListTagsForResource logs:TagResource logs:UntagResource logs:DeleteLogGroup",
    ),
    "aws.iam.Role": (
        "iam::{account}:role/{role}",
        "iam:CreateRole iam:GetRole iam:UpdateAssumeRolePolicy iam:TagRole iam:UntagRole iam:ListRolePolicies "
        "iam:ListAttachedRolePolicies iam:ListInstanceProfilesForRole iam:DeleteRole",
    ),
    "aws.iam.RolePolicy": (
        "iam::{account}:role/{role}",
        "iam:PutRolePolicy iam:GetRolePolicy iam:DeleteRolePolicy",
    ),
    "aws.iam.RolePolicyAttachment": (
        "iam::{account}:role/{stack}-host",
        "iam:AttachRolePolicy iam:ListAttachedRolePolicies iam:DetachRolePolicy",
    ),
    "aws.iam.InstanceProfile": (
        "iam::{account}:instance-profile/{stack}-host",
        "iam:CreateInstanceProfile iam:GetInstanceProfile iam:AddRoleToInstanceProfile iam:TagInstanceProfile "
        "iam:UntagInstanceProfile iam:RemoveRoleFromInstanceProfile iam:DeleteInstanceProfile",
    ),
    "aws.lambda_.LayerVersion": (
        "lambda:{place}:layer:{stack}-dependencies:7",
        "lambda:GetLayerVersion lambda:DeleteLayerVersion",
    ),
    "aws.lambda_.Function": (
        "lambda:{place}:function:{stack}-default",
        "lambda:CreateFunction lambda:GetFunction lambda:GetFunctionConfiguration lambda:GetFunctionCodeSigningConfig "
        "lambda:ListVersionsByFunction lambda:ListTags lambda:PublishVersion lambda:UpdateFunctionCode "
        "lambda:UpdateFunctionConfiguration lambda:TagResource lambda:UntagResource lambda:DeleteFunction",
    ),
    "aws.lambda_.Alias": (
        "lambda:{place}:function:{stack}-default",
        "lambda:CreateAlias lambda:GetAlias lambda:UpdateAlias lambda:DeleteAlias",
    ),
    "aws.batch.ComputeEnvironment": (
        "batch:{place}:compute-environment/{stack}-jobs-1a2b3c4",
        "batch:CreateComputeEnvironment batch:DescribeComputeEnvironments batch:UpdateComputeEnvironment "
        "batch:TagResource batch:UntagResource batch:DeleteComputeEnvironment",
    ),
    "aws.batch.JobQueue": (
        "batch:{place}:job-queue/{stack}-jobs",
        "batch:CreateJobQueue batch:DescribeJobQueues batch:UpdateJobQueue batch:ListTagsForResource batch:TagResource "
        "batch:UntagResource batch:DeleteJobQueue",
    ),
    "aws.batch.JobDefinition": (
        "batch:{place}:job-definition/{stack}-jobs:3",
        "batch:RegisterJobDefinition batch:DescribeJobDefinitions batch:TagResource batch:UntagResource "
        "batch:DeregisterJobDefinition",
    ),
    "aws.ecs.Cluster": (
        "ecs:{place}:cluster/{stack}",
        "ecs:CreateCluster ecs:DescribeClusters ecs:UpdateCluster ecs:ListTagsForResource ecs:TagResource "
        "ecs:UntagResource ecs:DeleteCluster",
    ),
    "aws.ecs.ClusterCapacityProviders": (
        "ecs:{place}:cluster/{stack}",
        "ecs:PutClusterCapacityProviders ecs:DescribeClusters",
    ),
    "aws.ecs.TaskDefinition": (
        "ecs:{place}:task-definition/{stack}-tasks:4",
        "ecs:RegisterTaskDefinition ecs:DescribeTaskDefinition ecs:ListTagsForResource ecs:TagResource "
        "ecs:UntagResource ecs:DeregisterTaskDefinition",
    ),
    "aws.sfn.StateMachine": (
        "states:{place}:stateMachine:{stack}",
        "states:ValidateStateMachineDefinition states:CreateStateMachine states:DescribeStateMachine "
        "states:ListStateMachineVersions states:UpdateStateMachine states:ListTagsForResource states:TagResource "
        "states:UntagResource states:DeleteStateMachine",
    ),
    "aws.scheduler.Schedule": (
        "scheduler:{place}:schedule/default/{stack}-trigger-1",
        "scheduler:CreateSchedule scheduler:GetSchedule scheduler:UpdateSchedule scheduler:DeleteSchedule",
    ),
    "aws.cloudwatch.EventRule": (
        "events:{place}:rule/{stack}-trigger-2",
        "events:PutRule events:DescribeRule events:ListTagsForResource events:TagResource events:UntagResource "
        "events:DeleteRule",
    ),
    "aws.cloudwatch.EventTarget": (
        "events:{place}:rule/{stack}-trigger-2",
        "events:PutTargets events:ListTargetsByRule events:RemoveTargets",
    ),
    "aws.cloudwatch.MetricAlarm": (
        "cloudwatch:{place}:alarm:{stack}-failed",
        "cloudwatch:PutMetricAlarm cloudwatch:DescribeAlarms cloudwatch:ListTagsForResource cloudwatch:TagResource "
        "cloudwatch:UntagResource cloudwatch:DeleteAlarms",
    ),
}
"""Class of a resource -> one of its kind, and the calls to make, read, change and delete it."""
ON_DEMAND = {
    "aws.s3.BucketObjectv2",
    "aws.lambda_.LayerVersion",
    "aws.s3.BucketVersioning",
    "aws.s3.BucketNotification",
}
"""What a program has only for large archives, for dependencies, in protected stacks, and for events of its bucket."""
BESIDES = {
    "roles are handed on": "iam:PassRole iam:CreateServiceLinkedRole",
    "layers are made by their name": "lambda:PublishLayerVersion",
    "`specc down` empties the bucket": "s3:ListBucketVersions",
    "commands look whether `specc deploy` has made the stack": "cloudformation:DescribeStacks",
}


@cache
def _stack(name: str) -> Stack:
    return of_spec(SPECS / f"{name}.toml")


@cache
def _program(name: str) -> Program:
    compilation = check(SPECS / f"{name}.toml")
    assert compilation.module is not None
    assert compilation.context is not None
    module = targets.load("pulumi").legalize(compilation.context, compilation.module)
    made = program(compilation.context, module)
    assert made is not None, compilation.diagnostics
    return made


def _where(stack: Stack) -> Where:
    roles = {role.key: f"arn:aws:iam::{ACCOUNT}:role/{role.key}" for role in stack.roles}
    return Where(region=REGION, account=ACCOUNT, bucket=f"{stack.name[:24]}*", roles=roles)


def _policy(stack: Stack, settings: PulumiSettings = HERE) -> list[dict[str, Any]]:
    return [statement_of(item, _where(stack)) for item in deployer_with_pulumi(stack, settings)]


def _actions(statements: tuple[Statement, ...]) -> set[str]:
    return {action for statement in statements for action in statement.actions}


def _calls(kind: str, stack: Stack) -> list[Call]:
    resource, actions = CALLS[kind]
    shown = resource.format(
        bucket=f"{stack.name[:24]}-1a2b3c4d",
        stack=stack.name,
        account=ACCOUNT,
        place=f"{REGION}:{ACCOUNT}",
        logs=f"/aws/vendedlogs/states/{stack.name}",
        role=f"{stack.name}-machine",
    )
    return [Call(action, f"arn:aws:{shown}") for action in actions.split()]


@pytest.mark.parametrize("settings", [HERE, AWAY], ids=["here", "away"])
@pytest.mark.parametrize("name", NAMES)
def test_actions_exist_and_fit_their_resources(name: str, settings: PulumiSettings) -> None:
    stack = _stack(name)
    where, wrong = _where(stack), []
    for statement in deployer_with_pulumi(stack, settings):
        for action in statement.actions:
            for resource in map(where.text, statement.resources):
                if not judge.exists(action):
                    wrong.append(f"{statement.sid}: no {action}")
                elif resource == "*" and not statement.reason:
                    wrong.append(f"{statement.sid}: {action} on * without a reason")
                elif resource != "*" and not judge.fits(action, resource):
                    wrong.append(f"{statement.sid}: {action} not on {resource}")
            wrong += [
                f"{statement.sid}: {item.key}"
                for item in statement.conditions
                if not judge.condition_exists(action, item.key)
            ]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_the_provider_may_call_what_it_calls_for_each_resource(name: str) -> None:
    stack = _stack(name)
    policy = _policy(stack)
    kinds = set(_program(name).types.values()) | ON_DEMAND
    assert kinds - set(CALLS) == set(), "resources whose calls are not written down here"
    denied = [f"{kind}: {call.action}" for kind in kinds for call in _calls(kind, stack) if not allowed(policy, call)]
    assert denied == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_allowed_that_no_resource_needs(name: str) -> None:
    stack = _stack(name)
    kinds = set(_program(name).types.values()) | ON_DEMAND
    needed = {action for kind in kinds for action in CALLS[kind][1].split()}
    besides = {action for actions in BESIDES.values() for action in actions.split()}
    assert _actions(deployer_with_pulumi(stack, HERE)) - needed - besides - _actions(operator(stack)) == set()


def test_every_kind_of_resource_is_in_the_program() -> None:
    kinds = {kind for name in NAMES for kind in _program(name).types.values()}
    assert set(CALLS) - kinds - ON_DEMAND == set(), "calls that nothing stands for"


def test_every_role_is_passed_on_to_its_service() -> None:
    stack = _stack("everything")
    where, policy = _where(stack), _policy(stack)
    for role in stack.roles:
        call = Call("iam:PassRole", where.roles[role.key], {"iam:PassedToService": role.principal})
        assert allowed(policy, call)
        assert not allowed(policy, replace(call, context={"iam:PassedToService": "glue.amazonaws.com"}))


def test_another_stack_is_not_touched() -> None:
    stack = _stack("everything")
    policy = _policy(stack)
    other = replace(stack, name="specc-other")
    changes = [call for kind in CALLS for call in _calls(kind, other) if judge.knows_resources(call.action)]
    assert [call for call in changes if allowed(policy, call)] == []
    assert changes


def test_a_bucket_of_the_spec_is_used_and_not_made() -> None:
    stack = replace(_stack("services"), bucket="acme-data")
    policy = [
        statement_of(item, replace(_where(stack), bucket="acme-data")) for item in deployer_with_pulumi(stack, HERE)
    ]
    assert not allowed(policy, Call("s3:CreateBucket", "arn:aws:s3:::acme-data"))
    assert not allowed(policy, Call("s3:DeleteObject", f"arn:aws:s3:::acme-data/{stack.store}/x"))
    assert allowed(policy, Call("s3:PutObject", f"arn:aws:s3:::acme-data/specc-artifacts/{stack.name}/x.zip"))


def test_the_state_is_where_the_spec_says() -> None:
    stack = _stack("services")
    state = Call("s3:PutObject", "arn:aws:s3:::acme-state/teams/data/.pulumi/stacks/services/dev.json")
    listed = Call("s3:ListBucket", "arn:aws:s3:::acme-state")
    secret = Call("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1", {"kms:RequestAlias": "alias/state"})
    for call in (state, listed, secret):
        assert allowed(_policy(stack, AWAY), call)
        assert not allowed(_policy(stack), call)
    other = replace(state, resource="arn:aws:s3:::acme-state/teams/other/.pulumi/stacks/services/dev.json")
    assert not allowed(_policy(stack, AWAY), other)
    assert not allowed(_policy(stack, AWAY), replace(secret, context={"kms:RequestAlias": "alias/other"}))


@pytest.mark.parametrize(
    ("provider", "key"),
    [
        ("awskms://1234abcd-12ab?region=eu-west-1", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab"),
        (
            "awskms:///arn:aws:kms:eu-west-1:111111111111:key/9?region=eu-west-1",
            "arn:aws:kms:eu-west-1:111111111111:key/9",
        ),
    ],
)
def test_a_key_is_named_by_its_id_or_its_arn(provider: str, key: str) -> None:
    policy = _policy(_stack("services"), PulumiSettings(secrets_provider=provider))
    assert allowed(policy, Call("kms:Encrypt", key))
    assert not allowed(policy, Call("kms:Encrypt", f"{key}0"))


@pytest.mark.parametrize("backend", [None, "file:///srv/state", "https://api.pulumi.com", "gs://acme-state"])
def test_state_elsewhere_needs_nothing_of_aws(backend: str | None) -> None:
    policy = _policy(_stack("services"), PulumiSettings(backend=backend, secrets_provider="passphrase"))
    assert policy == _policy(_stack("services"))


def test_pulumi_only_looks_at_cloudformation() -> None:
    actions = _actions(deployer_with_pulumi(_stack("services"), HERE))
    assert {item for item in actions if item.startswith("cloudformation:")} == {"cloudformation:DescribeStacks"}


def test_no_statement_repeats_others() -> None:
    stack = _stack("everything")
    policy = _policy(stack, AWAY)
    for statement in policy:
        rest = [item for item in policy if item is not statement]
        contexts = {
            key: str(values[0]).replace("*", "x")
            for keys in statement.get("Condition", {}).values()
            for key, values in keys.items()
        }
        calls = [
            Call(action, resource.replace("*", "x"), contexts)
            for action in statement["Action"]
            for resource in statement["Resource"]
        ]
        assert any(not allowed(rest, call) for call in calls), statement["Sid"]
