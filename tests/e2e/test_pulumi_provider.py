"""The test provider refuses what the real one, or AWS, would refuse; and everything that it does not use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_engine import engine
from pulumi_engine.provider.errors import NotKeptError, ProviderError
from pulumi_engine.provider.provider import Provider
from specc_targets.emulator.client import Emulator

pytestmark = pytest.mark.slow
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


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with Emulator(tmp_path_factory.mktemp("emulator")) as running:
        services = ("iam", "logs", "s3", "sfn", "lambda", "sts", "events", "scheduler", "cloudwatch")
        endpoints = json.dumps([dict.fromkeys(services, running.endpoint)])
        found = engine.provider({"aws:region": "us-east-1", "aws:endpoints": endpoints})
        for kind, inputs in (
            (ROLE, {"name": "states", "assumeRolePolicy": TRUST}),
            (GROUP, {"name": "taken"}),
            (BUCKET, {"bucket": "taken-bucket"}),
            (MACHINE, {"name": "taken", "definition": DEFINITION, "roleArn": f"{ARN}states"}),
        ):
            made(found, kind, inputs)
        yield found


def made(provider: Provider, type: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return provider.create(type, "it", provider.check(type, "it", None, inputs))


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


@pytest.mark.parametrize(("type", "inputs", "said"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_refused(provider: Provider, type: str, inputs: dict[str, Any], said: str) -> None:
    with pytest.raises(ProviderError) as caught:
        made(provider, type, inputs)
    assert said in str(caught.value)


def test_what_does_not_read_back_is_told(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = provider.kind(GROUP)
    read = kind.read

    def forgetful(*arguments: Any) -> Any:
        found = read(*arguments)
        return None if found is None else {**found, "retentionInDays": 0}

    monkeypatch.setattr(kind, "read", forgetful)
    with pytest.raises(NotKeptError, match="retentionInDays"):
        made(provider, GROUP, {"name": "forgetful", "retentionInDays": 3})


def test_an_input_that_a_kind_forgets_is_told(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    from pulumi_engine.provider.shapes import Field

    kind = provider.kind(GROUP)
    monkeypatch.setattr(type(kind), "shape", {**kind.shape, "kmsKeyId": Field()})
    with pytest.raises(ProviderError, match="`kmsKeyId`: nothing was done with it"):
        made(provider, GROUP, {"name": "forgotten", "kmsKeyId": "a"})


def test_only_emulators_are_reached() -> None:
    with pytest.raises(ProviderError, match="for emulators only"):
        engine.provider({"aws:region": "us-east-1", "aws:endpoints": '[{"s3": "https://s3.amazonaws.com"}]'})
    bare = engine.provider({"aws:region": "us-east-1"})
    with pytest.raises(ProviderError, match="has none for s3"):
        bare.create(BUCKET, "it", bare.check(BUCKET, "it", None, {}))
    with pytest.raises(ProviderError, match="no such setting"):
        engine.provider({"aws:region": "us-east-1", "aws:s3PathStyle": "true"})
