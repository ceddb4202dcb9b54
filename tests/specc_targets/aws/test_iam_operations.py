"""Which permissions an operation needs, by what its parameters say."""

from __future__ import annotations

from typing import Any

import pytest

from specc_targets.aws.arns import Arn
from specc_targets.aws.iam.documents import Where
from specc_targets.aws.iam.grants import statements
from specc_targets.aws.iam.operations import needs, prefix_of
from specc_targets.aws.iam.values import text_of

WHERE = Where(region="eu-west-1", account="123456789012", bucket="data")
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/"


def told(service: str, operation: str, parameters: Any, **options: Any) -> list[str]:
    return [f"{item.action} {WHERE.text(item.resource)}" for item in needs(service, operation, parameters, **options)]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("dynamodb", "putItem", {"TableName": "birds"}, [f"dynamodb:PutItem {TABLE}birds"]),
        ("dynamodb", "putItem", {"TableName": "b-${params.x}"}, [f"dynamodb:PutItem {TABLE}b-*"]),
        ("dynamodb", "putItem", {"TableName": "${params.x}"}, [f"dynamodb:PutItem {TABLE}*"]),
        ("dynamodb", "putItem", {"TableName": '{% "b-" & $x %}'}, [f"dynamodb:PutItem {TABLE}b-*"]),
        ("dynamodb", "putItem", {"TableName": "{% $x %}"}, [f"dynamodb:PutItem {TABLE}*"]),
        ("dynamodb", "query", {"TableName": "t", "IndexName": "i"}, [f"dynamodb:Query {TABLE}t/index/i"]),
        ("dynamodb", "batchGetItem", {"RequestItems": {"a": {}, "b": {}}}, [f"dynamodb:BatchGetItem {TABLE}a", f"dynamodb:BatchGetItem {TABLE}b"]),
        ("dynamodb", "transactWriteItems", {"TransactItems": [{"Put": {"TableName": "a"}}, {"Delete": {"TableName": "b"}}]}, [f"dynamodb:DeleteItem {TABLE}b", f"dynamodb:PutItem {TABLE}a"]),
        ("dynamodb", "listTables", {}, ["dynamodb:ListTables *"]),
        ("s3", "getObject", {"Bucket": "b", "Key": "k"}, ["s3:GetObject arn:aws:s3:::b/k"]),
        ("s3", "getObject", {"Bucket": "b", "Key": "a*$b"}, ["s3:GetObject arn:aws:s3:::b/a??b"]),
        ("s3", "listObjectsV2", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
        ("s3", "copyObject", {"Bucket": "b", "Key": "k", "CopySource": "c/d"}, ["s3:GetObject arn:aws:s3:::c/d", "s3:PutObject arn:aws:s3:::b/k"]),
        ("s3", "deleteObjects", {"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y"}]}}, ["s3:DeleteObject arn:aws:s3:::b/x", "s3:DeleteObject arn:aws:s3:::b/y"]),
        ("sqs", "sendMessage", {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/210987654321/q"}, ["sqs:SendMessage arn:aws:sqs:us-east-1:210987654321:q"]),
        ("sqs", "sendMessage", {"QueueUrl": "https://sqs.cn-north-1.amazonaws.com.cn/210987654321/q"}, ["sqs:SendMessage arn:aws-cn:sqs:cn-north-1:210987654321:q"]),
        ("sqs", "sendMessage", {"QueueUrl": "http://127.0.0.1:5000/123456789012/q"}, ["sqs:SendMessage arn:aws:sqs:eu-west-1:123456789012:q"]),
        ("sns", "publish", {"TopicArn": "arn:aws:sns:us-east-1:1:t"}, ["sns:Publish arn:aws:sns:us-east-1:1:t"]),
        ("sns", "publish", {"PhoneNumber": "+358"}, ["sns:Publish *"]),
        ("ssm", "getParameter", {"Name": "/a/b"}, ["ssm:GetParameter arn:aws:ssm:eu-west-1:123456789012:parameter/a/b"]),
        ("ssm", "getParameters", {"Names": ["a"], "WithDecryption": True}, ["ssm:GetParameters arn:aws:ssm:eu-west-1:123456789012:parameter/a", "kms:Decrypt arn:aws:kms:eu-west-1:123456789012:key/*"]),
        ("secretsmanager", "getSecretValue", {"SecretId": "s"}, ["secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-??????", "kms:Decrypt arn:aws:kms:eu-west-1:123456789012:key/*"]),
        ("lambda", "invoke", {"FunctionName": "f:live"}, [f"lambda:InvokeFunction arn:aws:lambda:eu-west-1:123456789012:function:f{end}" for end in ("", ":*")]),
        ("events", "putEvents", {"Entries": [{}, {"EventBusName": "b"}]}, [f"events:PutEvents arn:aws:events:eu-west-1:123456789012:event-bus/{name}" for name in ("default", "b")]),
        ("cloudwatchlogs", "createLogStream", {"LogGroupName": "/g"}, ["logs:CreateLogStream arn:aws:logs:eu-west-1:123456789012:log-group:/g"]),
        ("bedrockruntime", "converse", {"ModelId": "m"}, ["bedrock:InvokeModel arn:aws:bedrock:eu-west-1::foundation-model/m"]),
        ("rekognition", "detectLabels", {"Image": {}}, ["rekognition:DetectLabels *"]),
        ("mediaconvert", "createJob", {"Role": "r"}, ["mediaconvert:CreateJob *"]),
    ],
)  # fmt: skip
def test_needs(service: str, operation: str, parameters: Any, expected: list[str]) -> None:
    assert told(service, operation, parameters) == expected


def test_a_step_is_told_of_an_object_that_is_not_there() -> None:
    """S3 says 403 rather than 404 to whoever may not list the bucket, so that `on_error` for `NoSuchKey` is never met."""
    found = {"Bucket": "b", "Key": "${params.x}"}
    listing = "s3:ListBucket arn:aws:s3:::b"
    assert told("s3", "getObject", found, absent=True) == ["s3:GetObject arn:aws:s3:::b/*", listing]
    assert told("s3", "headObject", found, absent=True) == ["s3:GetObject arn:aws:s3:::b/*", listing]
    assert told("s3", "putObject", found, absent=True) == ["s3:PutObject arn:aws:s3:::b/*"]


def test_following_a_job_to_its_end_needs_more() -> None:
    job = {"JobDefinition": "d", "JobQueue": "arn:aws:batch:us-east-1:1:job-queue/q"}
    actions = {item.action for item in needs("batch", "submitJob", job, sync=True)}
    assert actions == {"batch:SubmitJob", "batch:DescribeJobs", "batch:TerminateJob"}
    assert {item.action for item in needs("batch", "submitJob", job)} == {"batch:SubmitJob"}
    assert "batch:SubmitJob arn:aws:batch:us-east-1:1:job-queue/q" in told("batch", "submitJob", job)


@pytest.mark.parametrize(
    ("parameters", "reason", "wide"),
    [
        ({"TableName": "birds"}, "", False),
        ({"TableName": "b-${params.x}"}, "`TableName` of `put` is known only at run time", False),
        ({"TableName": "${params.x}"}, "`TableName` of `put` is known only at run time", True),
        ({}, "which resources `dynamodb:PutItem` of `put` works on is not known", True),
    ],
)
def test_what_is_wide_has_a_reason(parameters: Any, reason: str, wide: bool) -> None:
    from specc.diagnostics import Place

    (found,) = needs("dynamodb", "putItem", parameters, step="`put`", origin=Place(("steps", "put")))
    assert found.reason == reason
    assert (found.origin is not None) is wide


@pytest.mark.parametrize(
    ("value", "start", "whole"),
    [
        ("plain", "plain", True),
        ("", "", True),
        ("$${x}", "?{x}", True),
        ("a${x}b", "a", False),
        ("${x}", "", False),
        ('{% "all" %}', "all", True),
        ('{% ("a-" & $string($x)) %}', "a-", False),
        ('{% ($_text := function($v){ $string($v; "x") }; ("a;b" & $_text($x))) %}', "a;b", False),
        ('{% $x & "a" %}', "", False),
        ('{% "a" = $x ? 1 : 2 %}', "a", False),
        (7, "", False),
    ],
)
def test_the_beginning_of_a_text(value: Any, start: str, whole: bool) -> None:
    found = text_of(value)
    assert (found.start, found.whole) == (start, whole)


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("sfn", "states"), ("stepfunctions", "states"), ("dynamodb", "dynamodb"), ("cloudwatchlogs", "logs"), ("cognitoidentityprovider", "cognito-idp"), ("elasticloadbalancingv2", "elasticloadbalancing"), ("sesv2", "ses"), ("iotdataplane", "iot"), ("eventbridge", "events")],
)  # fmt: skip
def test_names_of_services(name: str, prefix: str) -> None:
    assert prefix_of(name) == prefix


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("*", "aws")],
)
def test_partitions(region: str, partition: str) -> None:
    assert Where(region=region).text(Arn("sqs", "q")) == f"arn:{partition}:sqs:{region}:*:q"


def test_what_is_allowed_always_is_not_allowed_again_under_a_condition() -> None:
    listing = needs("s3", "listObjectsV2", {"Bucket": "b", "Prefix": "in/"})
    assert [len(item.conditions) for item in statements(listing)] == [1]
    both = statements([*listing, *needs("s3", "headBucket", {"Bucket": "b"})])
    assert [(item.actions, item.conditions) for item in both] == [(("s3:ListBucket",), ())]
