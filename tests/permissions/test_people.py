"""Whoever deploys and runs a stack may do just that, judged by the schemas of resource types and by the calls made."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath
from typing import Any

import pytest

from permissions import judge
from permissions.policy import Call, allowed
from permissions.worlds import SPECS, of_spec
from specc import targets
from specc.frontend import check, compile_for
from specc_targets.aws.deployment import Stack, Statement
from specc_targets.aws.iam.documents import Where, statement_of
from specc_targets.aws.iam.people import deployer, operator

UNUSED = {
    "capacity providers, runtimes and scaling of functions": "lambda:AssociateRuntimeAlias lambda:PassCapacityProvider "
    "lambda:PutFunctionScalingConfig lambda:GetFunctionScalingConfig lambda:PutRuntimeManagementConfig "
    "lambda:PutFunctionRecursionConfig",
    "concurrency, versions and signed code": "lambda:DeleteFunctionCodeSigningConfig lambda:DeleteFunctionConcurrency "
    "lambda:GetCodeSigningConfig lambda:PublishVersion lambda:PutFunctionCodeSigningConfig lambda:PutFunctionConcurrency",
    "managed policies, boundaries and descriptions of roles": "iam:AttachRolePolicy iam:DeleteRolePermissionsBoundary "
    "iam:DetachRolePolicy iam:PutRolePermissionsBoundary iam:UpdateRoleDescription",
    "objects with versions": "s3:GetObjectVersion",
    "policies, indexes and tokens of log groups": "logs:AssociateKmsKey logs:CreateLogDelivery "
    "logs:DeleteDataProtectionPolicy logs:DescribeResourcePolicies logs:PutResourcePolicy "
    "logs:DeleteIndexPolicy logs:DeleteResourcePolicy logs:DescribeIndexPolicies logs:DisassociateKmsKey "
    "logs:GetDataProtectionPolicy logs:PutBearerTokenAuthentication logs:PutDataProtectionPolicy logs:PutIndexPolicy "
    "logs:PutLogGroupDeletionProtection",
    "tags of hosts": "batch:SetCapacityTags",
    "settings of the account and of clusters": "ecs:ListTagsForResource ecs:PutAccountSetting "
    "ecs:PutAccountSettingDefault ecs:UpdateClusterSettings",
}
"""What handlers ask for only where a template has properties that ours have not."""
NOT_USED_AT_ALL = ("ec2:", "eks:", "elasticfilesystem:", "firehose:", "kms:", "s3files:", "s3tables:")
"""Services that no template of ours uses."""
COMMANDS = "s3:AbortMultipartUpload s3:DeleteObject s3:DeleteObjectVersion s3:ListBucketVersions s3:PutObject"
"""What `specc up` and `specc down` call by themselves."""
BUCKET = [
    "PutBucketNotification",
    "PutBucketOwnershipControls",
    "PutBucketPublicAccessBlock",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutEncryptionConfiguration",
    "PutLifecycleConfiguration",
    "CreateBucket",
    "DeleteBucket",
    "ListBucket",
]
"""What our buckets have; the handlers ask for all that a bucket can have."""


@cache
def _stack(name: str) -> Stack:
    return of_spec(SPECS / f"{name}.toml")


def _where(stack: Stack) -> Where:
    roles = {role.key: f"arn:aws:iam::123456789012:role/{role.key}" for role in stack.roles}
    return Where(region="eu-west-1", account="123456789012", bucket="specc-bucket", roles=roles)


@cache
def _handlers(kind: str) -> frozenset[str]:
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    schema: Any = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    found = {
        permission
        for name, handler in schema["handlers"].items()
        if name != "list"
        for permission in handler["permissions"]
    }
    return frozenset(f"{item.partition(':')[0].lower()}:{item.partition(':')[2]}" for item in found)


def _template(name: str) -> dict[str, Any]:
    compilation = check(SPECS / f"{name}.toml")
    files = compile_for(targets.load("cloudformation"), compilation)
    assert files is not None, compilation.diagnostics
    found: dict[str, Any] = json.loads(files[PurePosixPath("template.json")])
    return found


def _actions(statements: tuple[Statement, ...]) -> set[str]:
    return {action.lower() for statement in statements for action in statement.actions}


@pytest.mark.parametrize("name", ["everything", "services"])
@pytest.mark.parametrize("people", [deployer, operator])
def test_actions_exist_and_fit_their_resources(name: str, people: Any) -> None:
    stack = _stack(name)
    where, wrong = _where(stack), []
    for statement in people(stack):
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


@pytest.mark.parametrize("name", ["everything", "services"])
def test_cloudformation_may_do_what_the_resources_need(name: str) -> None:
    allowed = _actions(deployer(_stack(name)))
    unused = {action.lower() for actions in UNUSED.values() for action in actions.split()}
    kinds = {resource["Type"] for resource in _template(name)["Resources"].values()}
    missing = {
        f"{kind} {action}"
        for kind in kinds
        for action in _handlers(kind)
        if action.lower() not in allowed | unused
        and not action.startswith(NOT_USED_AT_ALL)
        and (kind != "AWS::S3::Bucket" or action.partition(":")[2] in BUCKET)
        and ":REST." not in action
    }
    assert missing == set()


@pytest.mark.parametrize("name", ["everything", "services"])
def test_nothing_is_allowed_that_no_resource_and_no_command_needs(name: str) -> None:
    stack = _stack(name)
    kinds = {resource["Type"] for resource in _template(name)["Resources"].values()}
    needed = {action.lower() for kind in kinds for action in _handlers(kind)} | _actions(operator(stack))
    by_commands = {action.lower() for action in COMMANDS.split()}
    more = {
        action
        for action in _actions(deployer(stack))
        if action not in needed | by_commands and not action.startswith("cloudformation:")
    }
    assert more == set()


@pytest.mark.parametrize("people", [deployer, operator])
def test_no_statement_repeats_others(people: Any) -> None:
    stack = _stack("everything")
    policy = [statement_of(item, _where(stack)) for item in people(stack)]
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


def test_every_role_is_passed_on_to_its_service() -> None:
    stack = _stack("everything")
    where = _where(stack)
    policy = [statement_of(item, where) for item in deployer(stack)]
    for role in stack.roles:
        call = Call("iam:PassRole", where.roles[role.key], {"iam:PassedToService": role.principal})
        assert allowed(policy, call)
        assert not allowed(policy, replace(call, context={"iam:PassedToService": "glue.amazonaws.com"}))


def test_functions_from_an_image_need_its_repository() -> None:
    """Lambda adds itself to the policy of the repository, with the permissions of whoever makes the function."""
    repository = "arn:aws:ecr:eu-west-1:123456789012:repository/birds"
    for form, expected in (("image", True), ("zip", False)):
        stack = replace(_stack("everything"), package_format=form)
        policy = [statement_of(item, _where(stack)) for item in deployer(stack)]
        for action in ("BatchGetImage", "GetDownloadUrlForLayer", "GetRepositoryPolicy", "SetRepositoryPolicy"):
            assert allowed(policy, Call(f"ecr:{action}", repository)) is expected
