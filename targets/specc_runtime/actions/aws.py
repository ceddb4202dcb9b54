"""AWS SDK calls. `specc_runtime.actions.aws:dynamodb.putItem` is a callable that takes the parameters of the API.

Parameters and results are plain JSON as in Step Functions' SDK integrations: names in PascalCase, instants as ISO 8601
texts in UTC, blobs as base64 texts (a payload, such as the body of an S3 object, as text), no `ResponseMetadata`.
Errors have the names that Step Functions gives them (`DynamoDb.ConditionalCheckFailedException`), and can also be
declared by the bare name. Nothing is retried here: that is the part of the step's `retry`.

Endpoint, region and credentials come from the environment (`AWS_ENDPOINT_URL`, `AWS_REGION`, ...), as boto3 reads them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from specc_runtime.actions.aws_names import boto_service, error_names
from specc_runtime.actions.aws_values import from_boto, to_boto
from specc_runtime.credentials import emulator_credentials
from specc_runtime.errors import ArgumentMismatch, FunctionNotFound, SpeccError
from specc_runtime.region import region_set

CONNECT_TIMEOUT = 5
READ_TIMEOUT = 60
"""Seconds that a service may be silent."""
_SLOW = {"lambda": 900, "stepfunctions": 310}
"""The same for services that answer when what they run has ended."""
_CLIENT = (
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL",
)
"""What of the environment makes a client another one."""
_lock = threading.Lock()


class AwsError(SpeccError):
    """A call to AWS that failed."""


class _Service:
    """A service; its attributes are its operations, in camelCase."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        if operation.startswith("_"):
            raise AttributeError(operation)
        return _operation(self._name, operation)


def __getattr__(name: str) -> _Service:
    if name.startswith("_"):
        raise AttributeError(name)
    return _Service(name)


@lru_cache(maxsize=1024)
def _operation(service: str, operation: str) -> Callable[..., Any]:
    """One callable for each operation, so that what is prepared for it is found again."""

    def call(**parameters: Any) -> Any:
        return _call(service, operation, parameters)

    call.__name__, call.__qualname__ = operation, f"{service}.{operation}"
    return call


def _call(service: str, operation: str, parameters: dict[str, Any]) -> Any:
    try:
        import boto3  # noqa: F401  # whether it is there; the client imports it, too
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
    except ModuleNotFoundError:
        raise AwsError(f"calling `{service}:{operation}` needs boto3: the extra `aws` of specc") from None
    client = _client_of(service)
    name = operation[:1].upper() + operation[1:]
    model = client.meta.service_model
    if name not in model.operation_names:
        raise FunctionNotFound(f"`{service}` has no action `{operation}`")
    shapes = model.operation_model(name)
    if shapes.has_event_stream_input or shapes.has_event_stream_output:
        raise AwsError(f"`{service}:{operation}` streams events, which a step cannot")
    arguments = to_boto(parameters, shapes.input_shape) if shapes.input_shape is not None else {}
    try:
        response = getattr(client, xform_name(name))(**arguments)
        return from_boto(response, shapes.output_shape) if shapes.output_shape is not None else {}
    except ParamValidationError as error:
        raise ArgumentMismatch(f"`{service}:{operation}`: {error}") from None
    except ClientError as error:
        raise _named(error, model) from None
    except BotoCoreError as error:
        raise _unanswered(error, str(model.service_id), f"{service}:{operation}") from None


def _client_of(service: str) -> Any:
    from botocore.exceptions import BotoCoreError

    settings = {name: value for name, value in os.environ.items() if name in _CLIENT or name.startswith(_CLIENT[-1])}
    with _lock:  # sessions are not to be used by two threads at once; clients are
        try:
            return _client(service, tuple(sorted(settings.items())))
        except BotoCoreError as error:
            raise _class(AwsError, (type(error).__name__,))(_advice(error)) from None


@lru_cache(maxsize=64)
def _client(service: str, settings: tuple[tuple[str, str], ...]) -> Any:
    """The client of a service while the environment is as in `settings`."""
    import boto3
    from botocore.config import Config

    session = boto3.session.Session()
    name = boto_service(service, session.get_available_services())
    if name is None:
        raise FunctionNotFound(f"AWS has no service `{service}`")
    endpoint = any(key.startswith("AWS_ENDPOINT_URL") for key, _ in settings)
    config = Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=_SLOW.get(name, READ_TIMEOUT),
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=32,
        s3={"addressing_style": "path"} if endpoint else {},
    )
    more: dict[str, Any] = {**emulator_credentials()}
    return session.client(name, region_name=region_set(), config=config, **more)  # type: ignore[call-overload]  # any service


def _named(error: Any, model: Any) -> AwsError:
    """A service's answer that something is wrong, under the names it has."""
    told = error.response.get("Error", {})
    code, status = str(told.get("Code", "")), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    shape = model.shape_for_error_code(code) or model.shape_for_error_code(told.get("QueryErrorCode"))
    names = error_names(str(model.service_id), shape.name if shape is not None else None, code, status)
    return _class(AwsError, names)(str(told.get("Message") or code))


def _unanswered(error: Exception, service_id: str, call: str) -> AwsError:
    """No answer at all: no connection, no credentials, a time-out."""
    prefix = error_names(service_id, None)[0].partition(".")[0]
    names = [f"{prefix}.SdkClientException", "SdkClientException", type(error).__name__]
    if "Timeout" in type(error).__name__:
        names += ["timeout", "TimeoutError"]
    return _class(AwsError, tuple(names))(f"`{call}`: {_advice(error)}")


def _advice(error: Exception) -> str:
    kind = type(error).__name__
    if kind == "NoRegionError":
        return "no region: set AWS_REGION, or `region` of the stack"
    if kind in ("NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError"):
        return "no credentials for AWS: sign in, or set AWS_PROFILE"
    return str(error)


@lru_cache(maxsize=1024)
def _class(base: type[AwsError], names: tuple[str, ...]) -> type[AwsError]:
    """An exception that can be declared under each of `names`, the first of which is its own."""
    for name in reversed(names):
        base = type(name, (base,), {"__module__": "builtins"})
    return base
