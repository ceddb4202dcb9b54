"""When Step Functions makes an SDK call itself, when a function does, and under which names errors are matched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from specc.frontend import check, compile_for
from specc.services import find_service
from specc_targets.asl import target
from specc_targets.asl.sdk_errors import SdkErrors

HEAD = (
    'specc = 1\nkind = "pipeline"\nname = "calls"\n[params]\nid = { type = "string" }\ncount = { type = "integer" }\n'
)
GET = 'aws = "dynamodb:getItem"\nwith = { TableName = "t", Key = { id = { S = "a" } } }\n'


@pytest.fixture
def compiled(write: Callable[..., Path]) -> Callable[..., tuple[dict[str, Any], list[str]]]:
    """The states of a spec by name, however deep, and its hints."""

    def make(steps: str, **files: str) -> tuple[dict[str, Any], list[str]]:
        for name, text in files.items():
            write(f"{name}.py", text)
        compilation = check(write("spec.toml", HEAD + steps))
        found = compile_for(target(), compilation)
        assert found is not None, compilation.diagnostics
        definition = json.loads(found[PurePosixPath("state-machine.asl.json")])
        return dict(_states(definition)), [item.message for item in compilation.diagnostics if item.code == "SPC359"]

    return make


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, state in machine["States"].items():
        yield name, state
        for inner in (*state.get("Branches", ()), *([state["ItemProcessor"]] if "ItemProcessor" in state else ())):
            yield from _states(inner)


NATIVE = {
    "constants": (GET, "aws-sdk:dynamodb:getItem"),
    "parameters": ('aws = "ssm:getParameter"\nwith.Name = "/x/${params.id}"\n', "aws-sdk:ssm:getParameter"),
    "without parameters": ('aws = "sts:getCallerIdentity"\n', "aws-sdk:sts:getCallerIdentity"),
    "a service under boto3's name": (
        'aws = "events:describeRule"\nwith.Name = "r"\n',
        "aws-sdk:eventbridge:describeRule",
    ),
    "an acronym": (
        'aws = "rds:describeDBInstances"\nwith.DBInstanceIdentifier = "d"\n',
        "aws-sdk:rds:describeDBInstances",
    ),
}


@pytest.mark.parametrize("name", NATIVE)
def test_integrations(compiled: Any, name: str) -> None:
    step, resource = NATIVE[name]
    states, hints = compiled("[steps.a]\n" + step)
    assert states["a"]["Resource"] == f"arn:aws:states:::{resource}"
    assert hints == []
    if name == "an acronym":
        assert states["a"]["Arguments"] == {"DbInstanceIdentifier": "d"}


BY_FUNCTION = {
    "a body that is read": ('aws = "s3:getObject"\nwith = { Bucket = "b", Key = "k" }\n', "its result holds bytes"),
    "a body that is sent": (
        'aws = "s3:putObject"\nwith = { Bucket = "b", Key = "k", Body = "x" }\n',
        "`Body` holds bytes",
    ),
    "bytes": ('aws = "kms:encrypt"\nwith = { KeyId = "k", Plaintext = "AAAA" }\n', "`Plaintext` holds bytes"),
    "an expression": ('aws = "ssm:getParameter"\nwith.Name = "${upper(params.id)}"\n', "`Name` is computed"),
    "a number in a text": ('aws = "ssm:getParameter"\nwith.Name = "n${params.count}"\n', "`Name` is computed"),
    "a long answer to a write": (
        'aws = "events:putEvents"\nwith.Entries = []\n',
        "its result may be larger than a state holds",
    ),
    "what was there before": (
        'aws = "dynamodb:deleteItem"\nwith = { TableName = "t", Key = {}, ReturnValues = "ALL_OLD" }\n',
        "its result may be larger than a state holds",
    ),
    "a code without a name": (
        GET + 'on_error = { "SomeCode" = { use = 1 } }\n',
        "Step Functions does not tell `SomeCode`",
    ),
    "any error by its class": (GET + 'on_error = { "Exception" = { use = 1 } }\n', "Step Functions does not tell"),
    "an item": (GET + "each.n = [1, 2]\n", "it keeps the result of each item"),
    "throttling without a name": (
        'aws = "ec2:describeInstances"\nretry = { max = 1, on = ["throttled"] }\n',
        "does not tell `throttled` from others",
    ),
}


@pytest.mark.parametrize("name", BY_FUNCTION)
def test_functions_call_what_would_mean_something_else(compiled: Any, name: str) -> None:
    step, reason = BY_FUNCTION[name]
    states, hints = compiled("[steps.a]\n" + step)
    assert not any("aws-sdk" in state.get("Resource", "") for state in states.values())
    calls = [state["Arguments"]["Payload"]["action"] for state in states.values() if state["Type"] == "Task"]
    assert "call" in calls
    assert len(hints) == 1
    assert reason in hints[0]


def test_names_of_python_are_no_errors_of_services(compiled: Any) -> None:
    source = "class Odd(Exception): pass\ndef fail(): raise Odd\n"
    steps = '[steps.a]\non_error = { "Odd" = { use = 1 }, "ValueError" = { use = 2 } }\n'
    steps += f'[steps.a.steps.fail]\ncall = "work:fail"\n[steps.a.steps.get]\nafter = ["fail"]\n{GET}'
    states, hints = compiled(steps, work=source)
    assert states["a.get"]["Resource"].endswith("dynamodb:getItem")
    assert hints == []


def test_results_are_looked_at_before_they_are_sent_on(compiled: Any) -> None:
    """A value of another type, or one that is in the store, goes to a function, which fails or copes."""
    steps = f'[steps.get]\n{GET}[steps.tell]\naws = "sqs:sendMessage"\n'
    states, _ = compiled(steps + 'with = { QueueUrl = "q", MessageBody = "${steps.get.Item.id.S}" }\n')
    choice = states["tell-given"]
    assert choice["Choices"][0]["Next"] == "tell"
    assert choice["Default"] == "tell-by-function"
    assert states["tell-by-function"]["Arguments"]["Payload"]["call"] == "specc_runtime.actions.aws:sqs.sendMessage"


def test_large_results_are_asked_for_again_only_where_that_changes_nothing(compiled: Any) -> None:
    states, _ = compiled(f"[steps.get]\n{GET}")
    assert states["get"]["Catch"][0] == {
        "ErrorEquals": ["States.DataLimitExceeded"],
        "Output": {},
        "Next": "get-by-function",
    }
    assert states["get-large"]["Choices"][0]["Next"] == "get-by-function"
    states, _ = compiled(
        '[steps.put]\naws = "dynamodb:putItem"\nwith = { TableName = "t", Item = { id = { S = "a" } } }\n'
    )
    assert "put-by-function" not in states


@pytest.mark.parametrize(
    ("service", "declared", "equals"),
    [
        ("dynamodb", "ConditionalCheckFailedException", "DynamoDb.ConditionalCheckFailedException"),
        ("dynamodb", "DynamoDb.ConditionalCheckFailedException", "DynamoDb.ConditionalCheckFailedException"),
        ("s3", "NoSuchKey", "S3.NoSuchKeyException"),
        ("s3", "S3.NoSuchKey", "S3.NoSuchKeyException"),
        ("s3", "S3.S3Exception", "S3.S3Exception"),
        ("ssm", "ParameterNotFound", "Ssm.ParameterNotFoundException"),
        ("rds", "DBInstanceNotFoundFault", "Rds.DbInstanceNotFoundException"),
        ("logs", "ThrottlingException", "CloudWatchLogs.ThrottlingException"),
        ("sfn", "SdkClientException", "Sfn.SdkClientException"),
    ],
)
def test_declared_names_are_those_of_step_functions(service: str, declared: str, equals: str) -> None:
    found = find_service(service)
    assert found is not None
    errors = SdkErrors.of(found, [declared])
    assert errors.unknown(lambda _: False) is None
    assert errors.equals([declared]) == [equals]


def test_timeouts_and_everything_have_names_too() -> None:
    found = find_service("s3")
    assert found is not None
    errors = SdkErrors.of(found, ["timeout", "*"])
    assert errors.equals(["timeout"]) == ["States.Timeout"]
    assert errors.equals(["ValueError", "*"]) == ["States.ALL"]
    assert errors.equals(["ValueError"]) == []


def test_no_container_starts_for_a_request(compiled: Any) -> None:
    spec = '[compute.big]\nengine = "batch"\n[defaults]\ncompute = "big"\n'
    steps = '[steps.a]\naws = "s3:getObject"\nwith = { Bucket = "b", Key = "k" }\n[steps.b]\nhttp.url = "https://example.org"\n'
    states, _ = compiled(spec + steps)
    resources = {state["Resource"] for state in states.values() if state["Type"] == "Task"}
    assert resources == {"arn:aws:states:::lambda:invoke"}


def test_errors_around_a_call_may_be_those_of_others(compiled: Any) -> None:
    inner = (
        f'[steps.a.steps.get]\n{GET}[steps.a.steps.read]\naws = "ssm:getParameter"\nwith.Name = "n"\nafter = ["get"]\n'
    )
    inner += '[steps.a.steps.ask]\nhttp.url = "https://example.org"\nafter = ["read"]\n'
    around = '[steps.a]\non_error = { "ParameterNotFound" = { use = 1 }, "Http404" = { use = 2 }, "HttpError" = { use = 3 } }\n'
    states, hints = compiled(around + inner)
    assert "aws-sdk" in states["a.get"]["Resource"]
    assert "aws-sdk" in states["a.read"]["Resource"]
    assert hints == []
    own = f'[steps.b]\n{GET}on_error = {{ "ParameterNotFound" = {{ use = 1 }} }}\n'
    states, hints = compiled(around + inner + own)
    assert len(hints) == 1, "on the call itself it may be a code that the model lacks"
