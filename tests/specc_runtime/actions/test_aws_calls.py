"""SDK calls as Step Functions makes them: names, values and errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from specc_runtime.errors import ArgumentMismatch, CodecError, FunctionNotFound, class_names
from specc_runtime.functions import call, load_function


def aws(action: str, **parameters: Any) -> Any:
    function = load_function("specc_runtime.actions.aws:" + action.replace(":", "."))
    found = call(function, parameters)
    json.dumps(found)
    return found


def names_of(action: str, **parameters: Any) -> tuple[tuple[str, ...], str]:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # each has a class of its own
        aws(action, **parameters)
    return class_names(caught.value), str(caught.value)


@pytest.fixture
def table(account: None) -> str:
    aws(
        "dynamodb:createTable",
        TableName="birds",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "birds"


def test_an_item_comes_back_as_it_was_put(table: str) -> None:
    item = {
        "id": {"S": "a"},
        "BOOL": {"BOOL": True},
        "tags": {"SS": ["x"]},
        "none": {"NULL": True},
        "raw": {"B": "AP8="},
    }
    assert aws("dynamodb:putItem", TableName=table, Item=item) == {}
    found = aws("dynamodb:getItem", TableName=table, Key={"id": {"S": "a"}})
    assert found == {
        "Item": {
            "id": {"S": "a"},
            "BOOL": {"Bool": True},
            "tags": {"Ss": ["x"]},
            "none": {"Nul": True},
            "raw": {"B": "AP8="},
        }
    }
    assert aws("dynamodb:putItem", TableName=table, Item=found["Item"]) == {}, "what is given can be put again"
    assert aws("dynamodb:getItem", TableName=table, Key={"id": {"S": "none"}}) == {}


def test_null_is_what_is_not_given(table: str) -> None:
    assert aws("dynamodb:getItem", TableName=table, Key={"id": {"S": "none"}}, ConsistentRead=None) == {}


def test_errors_have_the_names_of_step_functions_and_those_of_the_api(table: str) -> None:
    names, message = names_of(
        "dynamodb:putItem", TableName=table, Item={"id": {"S": "a"}}, ConditionExpression="attribute_exists(id)"
    )
    assert names[0] == "DynamoDb.ConditionalCheckFailedException"
    assert "ConditionalCheckFailedException" in names
    assert "AwsError" in names
    assert message == "The conditional request failed"


def test_errors_without_a_shape_have_the_name_of_the_service(account: None) -> None:
    assert names_of("s3:getBucketPolicy", Bucket="nowhere")[0][0] == "S3.NoSuchBucketException"
    aws("s3:createBucket", Bucket="here", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    names, _ = names_of("s3:getBucketPolicy", Bucket="here")
    assert names[0] == "S3.S3Exception"
    assert {"NoSuchBucketPolicy", "S3.NoSuchBucketPolicy"} < set(names)


def test_bodies_are_texts(account: None) -> None:
    aws("s3:createBucket", Bucket="here", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    assert "ETag" in aws("s3:putObject", Bucket="here", Key="a", Body="grüße")
    found = aws("s3:getObject", Bucket="here", Key="a")
    assert (found["Body"], found["ContentLength"]) == ("grüße", 7)
    assert found["LastModified"].endswith("Z")
    names, _ = names_of("s3:getObject", Bucket="here", Key="b")
    assert names[0] == "S3.NoSuchKeyException"
    assert {"NoSuchKey", "S3.NoSuchKey", "NoSuchKeyException"} < set(names)
    aws("s3:putObject", Bucket="here", Key="raw", Body=b"\xff\x00")
    with pytest.raises(CodecError, match="not UTF-8"):
        aws("s3:getObject", Bucket="here", Key="raw")


def test_names_are_those_of_the_sdk_for_java(account: None) -> None:
    queue = aws("sqs:createQueue", QueueName="q")["QueueUrl"]
    assert set(aws("sqs:sendMessage", QueueUrl=queue, MessageBody="hi")) == {"Md5OfMessageBody", "MessageId"}
    names, _ = names_of("sqs:sendMessage", QueueUrl=queue + "x", MessageBody="hi")
    assert names[0] == "Sqs.QueueDoesNotExistException"


def test_members_may_be_written_as_step_functions_or_as_boto3_does(account: None) -> None:
    machine = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
    role = "arn:aws:iam::123456789012:role/r"
    made = aws("sfn:createStateMachine", Name="m", Definition=machine, RoleArn=role)
    assert made["StateMachineArn"].endswith(":m")
    found = aws("stepfunctions:describeStateMachine", stateMachineArn=made["StateMachineArn"])
    assert found["Name"] == "m"
    assert found["CreationDate"][10] == "T"


def test_what_does_not_exist_is_told(account: None) -> None:
    with pytest.raises(FunctionNotFound, match="no service `dynamobd`"):
        aws("dynamobd:putItem")
    with pytest.raises(FunctionNotFound, match="has no action `putItme`"):
        aws("dynamodb:putItme")
    with pytest.raises(ArgumentMismatch, match="no parameter `Nmae`"):
        aws("ssm:getParameter", Nmae="x")
    with pytest.raises(ArgumentMismatch, match="Name"):
        aws("ssm:getParameter")
    with pytest.raises(ArgumentMismatch, match="base64"):
        aws("kms:encrypt", KeyId="k", Plaintext="no base64!")


def test_too_many_requests_are_throttled(account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    asked = []

    def refuse(self: object, operation: str, parameters: object) -> None:
        asked.append(operation)
        raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "slow"}}, operation)

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)
    names, message = names_of("dynamodb:getItem", TableName="t", Key={"id": {"S": "a"}})
    assert names[0] == "DynamoDb.ProvisionedThroughputExceededException"
    assert "throttled" in names
    assert (message, asked) == ("slow", ["GetItem"]), "retrying is the part of the step"


def test_no_answer_is_an_error_of_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    names, message = names_of("dynamodb:getItem", TableName="t", Key={"id": {"S": "a"}})
    assert names[:2] == ("DynamoDb.SdkClientException", "builtins.DynamoDb.SdkClientException")
    assert "127.0.0.1:1" in message
    assert "very-secret" not in message


def test_a_missing_region_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    assert "set AWS_REGION" in names_of("sqs:listQueues")[1]
