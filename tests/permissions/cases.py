"""The deployments by which every kind of permission is put to use."""

from __future__ import annotations

import json
from typing import Any

from permissions.recorded import ACCOUNT, REGION
from permissions.worlds import SPECS, World, by_hand, of_spec
from specc_targets.aws.deployment import Stack
from specc_targets.emulator.client import Emulator


def _table(server: Emulator, name: str) -> None:
    client = server.client("dynamodb")
    if name in client.list_tables()["TableNames"]:
        return
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "kind", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-kind",
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def _services(server: Emulator) -> None:
    """What is read is too large for a state, so that functions read it again."""
    _table(server, "birds")
    _table(server, "nests")
    server.client("dynamodb").put_item(
        TableName="birds", Item={"id": {"S": "a"}, "kind": {"S": "owl"}, "note": {"S": "x" * 12_000}}
    )
    server.client("sqs").create_queue(QueueName="told-monday")
    server.client("sns").create_topic(Name="shouts")
    _secrets(server)
    _bucket(server)


def _secrets(server: Emulator) -> None:
    server.client("ssm").put_parameter(Name="/team/token", Value="t" * 3_000, Type="SecureString", Overwrite=True)
    client = server.client("secretsmanager")
    if not client.list_secrets()["SecretList"]:
        client.create_secret(Name="database", SecretString=json.dumps({"password": "open"}))


def _bucket(server: Emulator) -> None:
    server.s3.create_bucket(Bucket="given-bucket")
    server.s3.put_object(Bucket="given-bucket", Key="in/numbers.json", Body=b"[1, 2, 3]")
    server.s3.create_bucket(Bucket="photos")
    server.s3.put_object(Bucket="photos", Key="owl.txt", Body=b"owl")


def _inner(server: Emulator) -> None:
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    server.step_functions.create_state_machine(
        name="specc-inner", definition=json.dumps(definition), roleArn=f"arn:aws:iam::{ACCOUNT}:role/inner"
    )


def _task(resource: str, **arguments: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Arguments": arguments, "Output": {}}


def _sibling(name: str) -> str:
    """The ARN of another machine in the same place, as machines write it."""
    return f'{{% $join($split($states.context.StateMachine.Id, ":")[[0..5]], ":") & ":{name}" %}}'


def _nested() -> Stack:
    start = "states:startExecution"
    return by_hand(
        "nested",
        {
            "Run": _task(f"{start}.sync:2", StateMachineArn=_sibling("specc-inner"), Input={}),
            "Start": _task(
                start, StateMachineArn=f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:specc-inner", Input={}
            ),
        },
    )


def _natively() -> Stack:
    """SDK integrations and optimised ones, with parameters that are constants, expressions, and in between."""
    return by_hand(
        "natively",
        {
            "Put": _task("dynamodb:putItem", TableName="birds", Item={"id": {"S": "n"}}),
            "Get": _task("aws-sdk:dynamodb:getItem", TableName="{% 'bir' & 'ds' %}", Key={"id": {"S": "n"}}),
            "Send": _task(
                "sqs:sendMessage", QueueUrl=f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/told-monday", MessageBody="n"
            ),
            "Publish": _task("sns:publish", TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:shouts", Message="n"),
            "Emit": _task("events:putEvents", Entries=[{"Source": "n", "DetailType": "n", "Detail": {}}]),
            "Look": _task("aws-sdk:s3:listObjectsV2", Bucket="given-bucket", Prefix="in/"),
            "Fetch": _task("aws-sdk:s3:getObject", Bucket="photos", Key="owl.txt"),
            "Read": _task("aws-sdk:ssm:getParameter", Name='{% "/team/" & $states.context.Execution.Input.which %}'),
        },
    )


def _in_functions() -> Stack:
    """SDK calls that functions make, each from its own request."""
    run = {"id": "run-1", "name": "in-functions"}

    def request(profile: str, action: str, **fields: Any) -> dict[str, Any]:
        payload = {"specc": 1, "run": run, "step": action, "action": action, "scope": {}, **fields}
        return _task("lambda:invoke", FunctionName=f"specc-in-functions-{profile}", Payload=payload)

    aws = "specc_runtime.actions.aws:"
    put = {"TableName": "birds", "Item": {"id": {"S": "f"}}}
    failure = {"Error": "E", "Cause": "c"}
    return by_hand(
        "in-functions",
        {
            "Put": request("writer", "call", call=f"{aws}dynamodb.putItem", **{"with": put}),
            "Long": request("writer", "evaluate", value="y" * 100_000),
            "Note": request("notes", "record", address="run-1/x/0", error=failure),
        },
        functions=("writer", "notes"),
    )


WORLDS: tuple[World, ...] = (
    *(
        World(name, lambda name=name: of_spec(SPECS / f"{name}.toml"), prepare)
        for name, prepare in (
            ("two-profiles", lambda _: None),
            ("distributed", lambda _: None),
            ("files", _bucket),
            ("secrets", _secrets),
            ("services", _services),
            ("containers", lambda _: None),
            ("parent", lambda _: None),
        )
    ),
    World("nested", _nested, _inner),
    World("natively", _natively, _services, input={"which": "token"}),
    World("in-functions", _in_functions, _services),
)
