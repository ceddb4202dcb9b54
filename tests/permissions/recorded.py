"""What IAM is asked for each recorded call: written anew from AWS's pages, so that the data of the compiler does not judge itself.

(Service Authorization Reference: "Actions, resources, and condition keys for ..." of each service.)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from permissions.policy import Call

REGION, ACCOUNT = "us-east-1", "123456789012"


@dataclass(frozen=True)
class Recorded:
    """One call of AWS's API."""

    role: str
    """The name of the role that makes it."""
    service: str
    operation: str
    parameters: Any


def read_calls(path: Path) -> list[Recorded]:
    """Everything that was written down."""
    return [Recorded(**json.loads(line)) for line in path.read_text().splitlines()]


def asked(call: Recorded, passed: Mapping[str, list[str]] | None = None) -> list[Call]:
    """The permissions that a call needs. Raises KeyError for an operation that is not known here: add it.

    `passed` says which roles a task definition hands on.
    """
    found = list(_OPERATIONS[f"{call.service}:{call.operation}"](call.parameters))
    if call.operation == "RunTask":
        roles = (passed or {})[call.parameters["taskDefinition"]]
        found += [Call("iam:PassRole", role, {"iam:PassedToService": "ecs-tasks.amazonaws.com"}) for role in roles]
    return found


def _arn(service: str, resource: str) -> str:
    return resource if resource.startswith("arn:") else f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def _on(action: str, resource: Callable[[Any], str]) -> Callable[[Any], Iterator[Call]]:
    def found(parameters: Any) -> Iterator[Call]:
        yield Call(action, resource(parameters))

    return found


def _object(parameters: Any) -> str:
    return f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}"


def _list_objects(parameters: Any) -> Iterator[Call]:
    yield Call("s3:ListBucket", f"arn:aws:s3:::{parameters['Bucket']}", {"s3:prefix": parameters.get("Prefix", "")})


def _table(parameters: Any) -> str:
    return _arn("dynamodb", f"table/{parameters['TableName']}")


def _query(parameters: Any) -> Iterator[Call]:
    index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
    yield Call("dynamodb:Query", _table(parameters) + index)


def _transaction(parameters: Any) -> Iterator[Call]:
    actions = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
    for item in parameters["TransactItems"]:
        for kind, inner in item.items():
            yield Call(f"dynamodb:{actions[kind]}", _table(inner))


def _batch_get(parameters: Any) -> Iterator[Call]:
    for name in parameters["RequestItems"]:
        yield Call("dynamodb:BatchGetItem", _table({"TableName": name}))


def _queue(parameters: Any) -> str:
    return _arn("sqs", parameters["QueueUrl"].rpartition("/")[2])


def _parameter(name: str) -> str:
    return _arn("ssm", f"parameter/{name.removeprefix('/')}")


def _secret(parameters: Any) -> str:
    return _arn("secretsmanager", f"secret:{parameters['SecretId']}-a1B2c3")


def _submit(parameters: Any) -> Iterator[Call]:
    yield Call("batch:SubmitJob", _arn("batch", f"job-definition/{parameters['jobDefinition']}"))
    yield Call("batch:SubmitJob", _arn("batch", f"job-queue/{parameters['jobQueue']}"))


def _events(parameters: Any) -> Iterator[Call]:
    for entry in parameters["Entries"]:
        yield Call("events:PutEvents", _arn("events", f"event-bus/{entry.get('EventBusName', 'default')}"))


_OPERATIONS: dict[str, Callable[[Any], Iterator[Call]]] = {
    "batch:SubmitJob": _submit,
    "batch:DescribeJobs": _on("batch:DescribeJobs", lambda _: "*"),
    "dynamodb:BatchGetItem": _batch_get,
    "dynamodb:GetItem": _on("dynamodb:GetItem", _table),
    "dynamodb:PutItem": _on("dynamodb:PutItem", _table),
    "dynamodb:Query": _query,
    "dynamodb:TransactWriteItems": _transaction,
    "ecs:DescribeTasks": _on("ecs:DescribeTasks", lambda given: given["tasks"][0]),
    "ecs:RunTask": _on("ecs:RunTask", lambda given: _arn("ecs", f"task-definition/{given['taskDefinition']}:1")),
    "events:PutEvents": _events,
    "lambda:Invoke": _on("lambda:InvokeFunction", lambda given: _arn("lambda", f"function:{given['FunctionName']}")),
    "s3:GetObject": _on("s3:GetObject", _object),
    "s3:HeadObject": _on("s3:GetObject", _object),
    "s3:ListObjectsV2": _list_objects,
    "s3:PutObject": _on("s3:PutObject", _object),
    "secretsmanager:GetSecretValue": _on("secretsmanager:GetSecretValue", _secret),
    "sns:Publish": _on("sns:Publish", lambda given: given["TopicArn"]),
    "sqs:SendMessage": _on("sqs:SendMessage", _queue),
    "ssm:GetParameter": _on("ssm:GetParameter", lambda given: _parameter(given["Name"])),
    "stepfunctions:DescribeExecution": _on("states:DescribeExecution", lambda given: given["executionArn"]),
    "stepfunctions:StartExecution": _on("states:StartExecution", lambda given: given["stateMachineArn"]),
}
"""botocore's service and operation -> what IAM checks."""


def asked_of_people(call: Recorded) -> list[Call]:
    """The same of calls that commands make."""
    known = {**_OPERATIONS, **_BY_COMMANDS}
    return list(known[f"{call.service}:{call.operation}"](call.parameters))


def _stack_of(parameters: Any) -> str:
    name = parameters["StackName"]
    return name if name.startswith("arn:") else _arn("cloudformation", f"stack/{name}/1")


def _bucket_of(parameters: Any) -> str:
    return f"arn:aws:s3:::{parameters['Bucket']}"


def _versions(parameters: Any) -> Iterator[Call]:
    for item in parameters["Delete"]["Objects"]:
        resource = f"{_bucket_of(parameters)}/{item['Key']}"
        yield Call("s3:DeleteObject", resource)
        if item.get("VersionId", "null") != "null":
            yield Call("s3:DeleteObjectVersion", resource)


def _groups(parameters: Any) -> str:
    return _arn("logs", f"log-group:{parameters['logGroupName']}:log-stream:")


def _schedule_of(parameters: Any) -> str:
    return _arn("scheduler", f"schedule/{parameters.get('GroupName', 'default')}/{parameters['Name']}")


def _update_schedule(parameters: Any) -> Iterator[Call]:
    yield Call("scheduler:UpdateSchedule", _schedule_of(parameters))
    yield Call("iam:PassRole", parameters["Target"]["RoleArn"], {"iam:PassedToService": "scheduler.amazonaws.com"})


_STACKS = (
    "CreateStack DeleteStack DescribeStackEvents DescribeStacks GetTemplate ListStackResources UpdateStack "
    "UpdateTerminationProtection"
)
_BY_COMMANDS: dict[str, Callable[[Any], Iterator[Call]]] = {
    **{f"cloudformation:{name}": _on(f"cloudformation:{name}", _stack_of) for name in _STACKS.split()},
    "lambda:GetFunctionConfiguration": _on(
        "lambda:GetFunctionConfiguration", lambda given: _arn("lambda", f"function:{given['FunctionName']}")
    ),
    "logs:FilterLogEvents": _on("logs:FilterLogEvents", _groups),
    "s3:CreateBucket": _on("s3:CreateBucket", _bucket_of),
    "s3:DeleteBucket": _on("s3:DeleteBucket", _bucket_of),
    "s3:DeleteObjects": _versions,
    "s3:HeadBucket": _on("s3:ListBucket", _bucket_of),
    "scheduler:GetSchedule": _on("scheduler:GetSchedule", _schedule_of),
    "scheduler:UpdateSchedule": _update_schedule,
    "s3:ListObjectVersions": _on("s3:ListBucketVersions", _bucket_of),
    "s3:PutBucketLifecycleConfiguration": _on("s3:PutLifecycleConfiguration", _bucket_of),
    "s3:PutPublicAccessBlock": _on("s3:PutBucketPublicAccessBlock", _bucket_of),
    "stepfunctions:DescribeStateMachine": _on("states:DescribeStateMachine", lambda given: given["stateMachineArn"]),
    "stepfunctions:DescribeStateMachineForExecution": _on(
        "states:DescribeStateMachineForExecution", lambda given: given["executionArn"]
    ),
    "stepfunctions:GetExecutionHistory": _on("states:GetExecutionHistory", lambda given: given["executionArn"]),
    "stepfunctions:ListExecutions": _on("states:ListExecutions", lambda given: given["stateMachineArn"]),
    "sts:GetCallerIdentity": lambda _: iter(()),  # nobody needs a permission for it (AWS STS API Reference)
}
