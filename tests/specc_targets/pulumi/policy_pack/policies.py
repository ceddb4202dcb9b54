"""What an account with rules asks of a stack, by nothing but the interface of `pulumi_policy`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pulumi_policy import (
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

BUCKET, FUNCTION, MACHINE = "aws:s3/bucket:Bucket", "aws:lambda/function:Function", "aws:sfn/stateMachine:StateMachine"
ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
BUCKET_POLICY, ROLE_POLICY = "aws:s3/bucketPolicy:BucketPolicy", "aws:iam/rolePolicy:RolePolicy"
LOGS, ROLE, ALIAS = "aws:cloudwatch/logGroup:LogGroup", "aws:iam/role:Role", "aws:lambda/alias:Alias"
WITHOUT_RESOURCES = frozenset(
    {
        "batch:DescribeJobs",
        "ecr:GetAuthorizationToken",
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
        "sts:GetCallerIdentity",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    }
)
"""Actions for which IAM takes no narrower resource than `*`, or which AWS's own pages ask to be given so."""
OF_ONE_ACCOUNT = frozenset({"states.amazonaws.com", "scheduler.amazonaws.com", "ecs-tasks.amazonaws.com"})


def statements(document: Any) -> Iterator[dict[str, Any]]:
    """The statements of a policy, each with lists of actions and resources."""
    given = json.loads(document)["Statement"]
    for item in given if isinstance(given, list) else [given]:
        yield {**item, "Action": _list(item.get("Action")), "Resource": _list(item.get("Resource"))}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def no_public_bucket(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Nobody outside is let in by a bucket's policy or by its lists."""
    if args.resource_type == BUCKET and str(args.props.get("acl", "private")).startswith("public"):
        report("its list lets everybody in")
    if args.resource_type == BUCKET_POLICY:
        for item in statements(args.props["policy"]):
            if item["Effect"] == "Allow" and item.get("Principal") in ("*", {"AWS": "*"}) and not item.get("Condition"):
                report("its policy lets everybody in")


def no_wildcard_action(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Permissions name each action."""
    if args.resource_type == ROLE_POLICY:
        for item in statements(args.props["policy"]):
            if item["Effect"] == "Allow" and (wide := [name for name in item["Action"] if "*" in name]):
                report(f"allows {', '.join(wide)}")


def no_wildcard_resource(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Permissions name what they are for, where IAM takes that."""
    if args.resource_type == ROLE_POLICY:
        for item in statements(args.props["policy"]):
            wide = sorted(set(item["Action"]) - WITHOUT_RESOURCES)
            if item["Effect"] == "Allow" and "*" in item["Resource"] and wide:
                report(f"allows {', '.join(wide)} on everything")


def logs_end(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Log groups are not kept for ever."""
    if args.resource_type == LOGS and not args.props.get("retentionInDays"):
        report("is kept for ever")


def roles_are_for_this_account(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """A service that acts for many accounts may take a role for this one only."""
    if args.resource_type == ROLE:
        for item in statements(args.props["assumeRolePolicy"]):
            services = _list(item["Principal"].get("Service"))
            conditions = json.dumps(item.get("Condition", {}))
            if OF_ONE_ACCOUNT & set(services) and "aws:SourceAccount" not in conditions:
                report("may be taken for any account")


def _parts(args: StackValidationArgs, type: str, whole: PolicyResource) -> list[PolicyResource]:
    """The resources of a type that are a part of a bucket."""
    return [
        item
        for item in args.resources
        if item.resource_type == type and whole in item.property_dependencies.get("bucket", [])
    ]


def _buckets(args: StackValidationArgs) -> list[PolicyResource]:
    return [item for item in args.resources if item.resource_type == BUCKET]


def buckets_block_the_public(args: StackValidationArgs, report: ReportViolation) -> None:
    """Every bucket has a block, and the block blocks everything."""
    wanted = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    for bucket in _buckets(args):
        blocks = _parts(args, ACCESS, bucket)
        if not any(all(block.props.get(name) is True for name in wanted) for block in blocks):
            report("may be opened to the public", bucket.urn)


def buckets_are_encrypted(args: StackValidationArgs, report: ReportViolation) -> None:
    """Every bucket says how it is encrypted."""
    for bucket in _buckets(args):
        if not any(item.props.get("rules") for item in _parts(args, ENCRYPTION, bucket)):
            report("does not say how it is encrypted", bucket.urn)


def buckets_are_reached_over_tls(args: StackValidationArgs, report: ReportViolation) -> None:
    """Every bucket refuses what is not encrypted on its way."""
    for bucket in _buckets(args):
        policies = [item for part in _parts(args, BUCKET_POLICY, bucket) for item in statements(part.props["policy"])]
        if not any(
            item["Effect"] == "Deny" and '"aws:SecureTransport": "false"' in json.dumps(item.get("Condition"))
            for item in policies
        ):
            report("may be reached without TLS", bucket.urn)


def tracing_works(args: StackValidationArgs, report: ReportViolation) -> None:
    """What is to send traces may, where its role is one of the stack's."""
    for item in args.resources:
        active = (item.props.get("tracingConfig") or {}).get("mode") == "Active"
        if not (active or (item.props.get("tracingConfiguration") or {}).get("enabled")):
            continue
        for role in item.property_dependencies.get("role", item.property_dependencies.get("roleArn", [])):
            given = [
                action
                for other in args.resources
                if other.resource_type == ROLE_POLICY and role in other.property_dependencies.get("role", [])
                for statement in statements(other.props["policy"])
                for action in statement["Action"]
            ]
            if role.resource_type == ROLE and "xray:PutTraceSegments" not in given:
                report("traces, and its role may not", item.urn)


def functions_have_a_version(args: StackValidationArgs, report: ReportViolation) -> None:
    """Every function is published, and a name stands for what was published."""
    for item in args.resources:
        if item.resource_type == FUNCTION:
            named = [
                other
                for other in args.resources
                if other.resource_type == ALIAS and item in other.property_dependencies.get("functionVersion", [])
            ]
            if not (item.props.get("publish") and named):
                report("has no version to go back to", item.urn)


POLICIES = [
    *(
        ResourceValidationPolicy(name=check.__name__.replace("_", "-"), description=str(check.__doc__), validate=check)
        for check in (no_public_bucket, no_wildcard_action, no_wildcard_resource, logs_end, roles_are_for_this_account)
    ),
    *(
        StackValidationPolicy(name=check.__name__.replace("_", "-"), description=str(check.__doc__), validate=check)
        for check in (
            buckets_block_the_public,
            buckets_are_encrypted,
            buckets_are_reached_over_tls,
            tracing_works,
            functions_have_a_version,
        )
    ),
]
