"""Every action exists, knows the resources that it is limited to, and `*` stands only where nothing else can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import botocore.session
import pytest

from permissions import judge
from permissions.cases import WORLDS
from permissions.worlds import of_spec
from specc_targets.aws.deployment import Stack, Statement
from specc_targets.aws.iam.documents import Where
from specc_targets.aws.iam.operations import needs, prefix_of, service_of

CORE = [
    "dynamodb",
    "events",
    "firehose",
    "kms",
    "lambda",
    "logs",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
    "sts",
]
"""Services of which each operation is judged."""
ELSEWHERE = {
    "dynamodb": "CancelBulkOperation DescribeBulkOperation ListBulkOperations SearchVectors StartBulkPutItems",
    "kms": "Decapsulate Encapsulate GetKeyLastUsage",
    "lambda": "DeleteDurableExecution DeleteResourcePolicy GetResourcePolicy PauseDurableExecution PutResourcePolicy "
    "ResumeDurableExecution",
    "logs": "DeleteSyslogConfiguration GetLogObject GetStorageTierPolicy ListSyslogConfigurations PutStorageTierPolicy "
    "PutSyslogConfiguration",
    "s3": "CreateBucketMetadataConfiguration CreateSession DeleteBucketMetadataConfiguration DeleteObjectAnnotation "
    "GetBucketMetadataConfiguration GetObjectAnnotation ListDirectoryBuckets ListObjectAnnotations PutObjectAnnotation "
    "RenameObject UpdateBucketMetadataAnnotationTableConfiguration WriteGetObjectResponse",
    "secretsmanager": "AssociateCrossAccountReplica DisassociateCrossAccountReplica ListResourcePolicies",
    "ssm": "CreateCloudConnector DeleteCloudConnector DeregisterDefaultHostManagementConfiguration GetCloudConnector "
    "ListCloudConnectors RegisterDefaultHostManagementConfiguration UpdateCloudConnector ValidateCloudConnector",
}
"""Operations that came after the judge's data, and those of directory buckets and of Object Lambda."""
_WHERE = Where(region="eu-west-1", account="123456789012", bucket="bucket")


def _operations(service: str) -> list[str]:
    model = botocore.session.get_session().get_service_model(service)
    return [name for name in model.operation_names if name not in ELSEWHERE.get(service, "").split()]


@pytest.mark.parametrize("service", CORE)
def test_operations_of_the_common_services(service: str) -> None:
    model = botocore.session.get_session().get_service_model(service)
    wrong: list[str] = []
    for operation in _operations(service):
        shape = model.operation_model(operation).input_shape
        parameters = dict.fromkeys(shape.members, "${x}") if shape is not None else {}
        for grant in needs(service, operation, parameters):
            resource = _WHERE.text(grant.resource)
            if not judge.exists(grant.action):
                wrong.append(f"{operation}: no {grant.action}")
            elif resource == "*" and not grant.reason:
                wrong.append(f"{operation}: {grant.action} on * without a reason")
            elif resource != "*" and not judge.fits(grant.action, resource):
                wrong.append(f"{operation}: {grant.action} not on {resource}")
            elif "knows no resources" in grant.reason and judge.knows_resources(grant.action):
                wrong.append(f"{operation}: {grant.action} knows resources")
    assert wrong == []


def test_nothing_is_left_out_that_the_judge_knows() -> None:
    known = {
        f"{service}:{name}"
        for service, names in ELSEWHERE.items()
        for name in names.split()
        if judge.exists(f"{prefix_of(service)}:{name}")
    }
    assert known == set()


def _listed() -> Iterator[tuple[str, str]]:
    from specc_targets.aws.iam.operations import _data

    for prefix, service in _data()[0].items():
        listed = {*service.operations, *service.sync, *service.none}
        yield from ((prefix, operation) for operation in sorted(listed))


@pytest.mark.parametrize(("prefix", "operation"), list(_listed()))
def test_exceptions_name_actions_that_exist(prefix: str, operation: str) -> None:
    service = service_of(prefix)
    for rule in service.rules(operation, sync=True):
        action = f"{prefix}:{rule.action}"
        assert judge.exists(action)
        if operation in service.none or "knows no resources" in rule.any:
            assert not judge.knows_resources(action)
        for key, _ in rule.like:
            assert judge.condition_exists(action, key)


def test_names_of_services_are_those_of_iam() -> None:
    from specc_targets.aws.iam.operations import _data

    unknown = {prefix for prefix in {*_data()[0], *_data()[1].values()} if not judge.is_service(prefix)}
    assert unknown == set()


EXAMPLES = sorted((Path(__file__).parents[2] / "specs").glob("*/*.*l"))


@pytest.mark.parametrize(
    "stack",
    [
        *(pytest.param(lambda path=path: of_spec(path), id=path.stem) for path in EXAMPLES),
        *(pytest.param(lambda world=world: world.stack, id=world.name) for world in WORLDS),
    ],
)
def test_statements_of_roles(stack: Callable[[], Stack]) -> None:
    made = stack()
    where = replace(_WHERE, roles={role.key: f"arn:aws:iam::123456789012:role/{role.key}" for role in made.roles})
    assert [fault for role in made.roles for statement in role.statements for fault in _faults(statement, where)] == []


def _faults(statement: Statement, where: Where) -> Iterator[str]:
    resources = [where.text(item) for item in statement.resources]
    for action in statement.actions:
        yield from (f"{statement.sid}: {action} not on {item}" for item in resources if not _may_stand(action, item))
        for condition in statement.conditions:
            if not judge.condition_exists(action, condition.key):
                yield f"{statement.sid}: {condition.key}"
    if "*" in resources and not statement.reason:
        yield f"{statement.sid}: no reason"


def _may_stand(action: str, resource: str) -> bool:
    return judge.exists(action) and (resource == "*" or judge.fits(action, resource))
