"""What the test provider refuses, as the real one or AWS would."""

from __future__ import annotations

import json
from typing import Any

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
ROLE, GROUP = "aws:iam/role:Role", "aws:cloudwatch/logGroup:LogGroup"
BUCKET, MACHINE = "aws:s3/bucket:Bucket", "aws:sfn/stateMachine:StateMachine"
ALIAS, RULE = "aws:lambda/alias:Alias", "aws:cloudwatch/eventRule:EventRule"
DEFINITION = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
ARN = "arn:aws:iam::123456789012:role/"
THERE: tuple[tuple[str, dict[str, Any]], ...] = (
    (ROLE, {"name": "states", "assumeRolePolicy": TRUST}),
    (GROUP, {"name": "taken"}),
    (BUCKET, {"bucket": "taken-bucket"}),
    (MACHINE, {"name": "taken", "definition": DEFINITION, "roleArn": f"{ARN}states"}),
)
"""What there is already."""
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("aws:s3/bucket:Basket", {}, "no resource type"),
    (GROUP, {"name": "a", "retention": 3}, "retention`: there is no such property"),
    (GROUP, {"name": "a", "retentionInDays": "3"}, "a whole number is expected, not '3'"),
    (GROUP, {"name": "a", "retentionInDays": 2.5}, "a whole number is expected"),
    (GROUP, {"name": "a", "retentionInDays": 2}, "expected one of"),
    (GROUP, {"name": "a", "skipDestroy": "yes"}, "true or false is expected"),
    (GROUP, {"name": "a", "tags": {"a": 1}}, "a map of texts is expected"),
    (GROUP, {"name": "a b"}, "does not match"),
    (GROUP, {"name": "taken"}, "ResourceAlreadyExistsException"),
    (ROLE, {"name": "a"}, "assumeRolePolicy`: missing required property"),
    (ROLE, {"name": "a", "assumeRolePolicy": "{"}, "contains an invalid JSON document"),
    ("aws:iam/rolePolicy:RolePolicy", {"role": "states", "policy": "{}"}, "MalformedPolicyDocument"),
    (ROLE, {"name": "states", "assumeRolePolicy": TRUST}, "EntityAlreadyExists"),
    (ROLE, {"name": "a" * 65, "assumeRolePolicy": TRUST}, "is not between 1 and 64"),
    (BUCKET, {"bucket": "taken-bucket"}, "BucketAlreadyOwnedByYou"),
    (BUCKET, {"bucket": "No"}, "InvalidBucketName"),
    (BUCKET, {"bucketPrefix": "x" * 38}, "more than 37 letters"),
    (BUCKET, {"bucket": "a-b", "versioning": {"enabled": True}}, "there is no such property"),
    (MACHINE, {"name": "a", "definition": "no", "roleArn": f"{ARN}states"}, "invalid JSON document"),
    (MACHINE, {"name": "a", "definition": DEFINITION, "roleArn": f"{ARN}nobody"}, "cannot be assumed by states"),
    (MACHINE, {"name": "taken", "definition": DEFINITION, "roleArn": f"{ARN}states"}, "StateMachineAlreadyExists"),
    (MACHINE, {"name": "a", "definition": DEFINITION, "roleArn": f"{ARN}states", "type": "SLOW"}, "expected one of"),
    (
        MACHINE,
        {
            "name": "a",
            "definition": DEFINITION,
            "roleArn": f"{ARN}states",
            "loggingConfiguration": {"level": "ERROR", "logDestination": "arn:aws:logs:us-east-1:1:log-group:taken"},
        },
        "must end with `:*`",
    ),
    (
        MACHINE,
        {
            "name": "a",
            "definition": DEFINITION,
            "roleArn": f"{ARN}states",
            "loggingConfiguration": {"level": "ERROR", "logDestination": "arn:aws:logs:us-east-1:1:log-group:no:*"},
        },
        "there is no log group",
    ),
    (
        MACHINE,
        {"name": "a", "definition": DEFINITION, "roleArn": f"{ARN}states", "tracingConfiguration": {"on": True}},
        "tracingConfiguration.on`: there is no such property",
    ),
    (ALIAS, {"name": "live", "functionName": "nobody", "functionVersion": "1"}, "ResourceNotFoundException"),
    (RULE, {"name": "a", "eventPattern": "{}", "state": "ON"}, "expected one of"),
]
