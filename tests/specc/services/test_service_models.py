"""AWS's models as the compiler reads them, and what becomes of a spec where there are none."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from specc.expressions.types import ObjectType
from specc.frontend import check, compile_for
from specc.services import find_service, models, result_type
from specc_runtime.actions.aws_names import SERVICES, boto_service, error_names, member, pascal
from specc_targets.asl import target

SPEC = """
specc = 1
kind = "pipeline"
name = "calls"
[steps.get]
aws = "dynamodb:getItem"
with = { TableName = "t", Key = { id = { S = "a" } } }
[outputs]
anything = "${steps.get.Whatever}"
"""


@pytest.fixture
def without_models(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    caches = (models._folder, models.available, models._load)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for cache in caches:
        cache.cache_clear()
    yield
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


def test_without_botocore_nothing_is_checked_and_a_function_calls(
    without_models: None, write: Callable[..., Path]
) -> None:
    compilation = check(write("spec.toml", SPEC))
    files = compile_for(target(), compilation)
    assert files is not None
    assert [item.code for item in compilation.diagnostics] == ["SPC356"]
    definition = json.loads(files[PurePosixPath("state-machine.asl.json")])
    assert definition["States"]["get"]["Resource"].endswith("lambda:invoke")


def test_with_it_the_same_spec_is_wrong(write: Callable[..., Path]) -> None:
    assert [item.code for item in check(write("spec.toml", SPEC)).diagnostics] == ["SPC310"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_other_name_is_that_of_a_service(name: str) -> None:
    """The table has just what leaving out dashes does not give, by the services' own identifiers."""
    found = find_service(SERVICES[name])
    assert found is not None
    assert name in (found.sdk, "states")


def test_every_service_is_found_under_the_name_that_step_functions_has() -> None:
    for boto in sorted(models.available())[::9]:
        found = find_service(boto)
        if found is not None:
            assert boto_service(found.sdk, models.available()) == boto


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("executionArn", "ExecutionArn"),
        ("TableName", "TableName"),
        ("ETag", "ETag"),
        ("SSEKMSKeyId", "SsekmsKeyId"),
        ("MD5OfMessageBody", "Md5OfMessageBody"),
        ("DBInstanceIdentifier", "DbInstanceIdentifier"),
        ("BOOL", "Bool"),
        ("NULL", "Nul"),
        ("S", "S"),
    ],
)
def test_names_of_members(given: str, expected: str) -> None:
    assert member(given) == expected


@pytest.mark.parametrize(
    ("service_id", "prefix"),
    [
        ("DynamoDB", "DynamoDb"),
        ("S3", "S3"),
        ("SFN", "Sfn"),
        ("CloudWatch Logs", "CloudWatchLogs"),
        ("API Gateway", "ApiGateway"),
    ],
)
def test_prefixes_of_errors(service_id: str, prefix: str) -> None:
    assert pascal(service_id) == prefix
    assert error_names(service_id, None)[0] == f"{prefix}.{prefix}Exception"


def test_shapes_within_themselves_end(write: Callable[..., Path]) -> None:
    service = find_service("dynamodb")
    assert service is not None
    operation = service.operation("getItem")
    assert operation is not None
    found = result_type(operation)
    assert isinstance(found, ObjectType)
    assert "Bool?: boolean" in str(found)
    assert service.operation("GetItem") is None, "actions begin with a small letter"


def test_only_bodies_are_texts() -> None:
    texts = {}
    for name in ("s3:putObject", "lambda:invoke", "kinesis:putRecord"):
        service_name, _, action = name.partition(":")
        service = find_service(service_name)
        operation = service.operation(action) if service is not None else None
        assert operation is not None
        assert operation.input is not None
        texts[name] = [key for key, shape in operation.input.members.items() if shape.is_text_body]
    assert texts == {"s3:putObject": ["Body"], "lambda:invoke": ["Payload"], "kinesis:putRecord": []}


def test_botocore_is_not_imported_to_check(write: Callable[..., Path]) -> None:
    spec = write("spec.toml", SPEC)
    script = f"import sys; from specc.frontend import check; check({str(spec)!r}); print('botocore' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"
