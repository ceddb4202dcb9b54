"""Calls of AWS's APIs on an emulator, each held to the service's model: names, types, choices, patterns, sizes."""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

from pulumi_engine.provider.errors import InputError, ProviderError, answered

_SERVICES = {"stepfunctions": ("sfn", "stepfunctions"), "logs": ("logs", "cloudwatchlogs")}
"""What `aws:endpoints` calls services that boto3 calls otherwise."""
_SETTINGS = frozenset(
    {
        "region",
        "endpoints",
        "accessKey",
        "secretKey",
        "token",
        "s3UsePathStyle",
        "skipCredentialsValidation",
        "skipMetadataApiCheck",
        "skipRegionValidation",
        "skipRequestingAccountId",
        "defaultTags",
    }
)


class Cloud:
    """An account on an emulator, as the configuration of the provider `aws` says."""

    def __init__(self, config: dict[str, str]) -> None:
        unknown = config.keys() - _SETTINGS
        if unknown:
            raise InputError(f"aws:{min(unknown)}", "the provider has no such setting")
        self.region = config.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
        if not self.region:
            raise ProviderError(
                "pulumi:providers:aws resource 'default' has a problem: "
                'Missing region. Set "aws:region" with `pulumi config set aws:region us-west-2`'
            )
        self._endpoints: dict[str, str] = {}
        for item in json.loads(config.get("endpoints", "[]")):
            self._endpoints.update(item)
        for service, endpoint in self._endpoints.items():
            if urlsplit(endpoint).hostname not in ("127.0.0.1", "localhost"):
                raise ProviderError(
                    f"aws:endpoints: {service} is at {endpoint}, and this provider is for emulators only"
                )
        self._clients: dict[str, Any] = {}
        self._session = botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": (None, None, "/dev/null", None),
                "credentials_file": (None, None, "/dev/null", None),
            }
        )
        self._session.set_credentials("test", "test")

    def client(self, service: str) -> Any:
        """A client. A service that the configuration leaves out would be that of AWS itself, so it is refused."""
        names = _SERVICES.get(service, (service,))
        endpoint = next((self._endpoints[name] for name in names if name in self._endpoints), None)
        if endpoint is None:
            raise ProviderError(f"aws:endpoints has none for {service}: no valid credential sources found")
        if service not in self._clients:
            settings = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 2})
            self._clients[service] = self._session.create_client(
                service, region_name=self.region, endpoint_url=endpoint, config=settings
            )
        return self._clients[service]

    def call(self, action: str, service: str, operation: str, **request: Any) -> Any:
        """The answer to a request. `action` is what it was for, in words."""
        client = self.client(service)
        model = client.meta.service_model
        shape = model.operation_model(operation).input_shape
        if shape is not None:
            _hold(request, shape, action)
        method = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", operation).lower()
        try:
            return getattr(client, method)(**request)
        except ClientError as error:
            raise answered(action, model.service_id, operation, error) from error
        except ParamValidationError as error:
            raise InputError(action, str(error)) from error

    def ask(self, service: str, operation: str, missing: tuple[str, ...], **request: Any) -> Any:
        """The answer, or None when it is one of the errors that say that there is nothing."""
        try:
            return self.call("reading", service, operation, **request)
        except ProviderError as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and cause.response["Error"]["Code"] in missing:
                return None
            raise

    @property
    def account(self) -> str:
        """The account's number."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def trusted(self, action: str, role: str, service: str) -> None:
        """Raise unless a role is there, and lets a service assume it."""
        name = role.rpartition("/")[2]
        found = self.ask("iam", "GetRole", ("NoSuchEntity",), RoleName=name)
        trust = json.dumps(found["Role"]["AssumeRolePolicyDocument"]) if found else ""
        if found is None or found["Role"]["Arn"] != role or service not in trust:
            raise ProviderError(
                f"{action}: https response error StatusCode: 400, InvalidParameterValueException: "
                f"The role defined for the resource cannot be assumed by {service}: {role}"
            )


def _hold(value: Any, shape: Any, path: str) -> None:
    """Raise where a value is not what the model of the service allows."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            raise InputError(path, "the API expects an object")
        for name, one in value.items():
            if name not in shape.members:
                raise InputError(f"{path}.{name}", "the API has no such parameter")
            _hold(one, shape.members[name], f"{path}.{name}")
        return
    if kind == "list":
        _size(len(value), shape, path)
        for one in value:
            _hold(one, shape.member, path)
    elif kind == "map":
        _size(len(value), shape, path)
        for key, one in value.items():
            _hold(key, shape.key, path)
            _hold(one, shape.value, f"{path}.{key}")
    elif kind == "string":
        if not isinstance(value, str):
            raise InputError(path, "the API expects a text")
        _size(len(value), shape, path)
        choices = getattr(shape, "enum", None)
        if choices and value not in choices:
            raise InputError(path, f"expected one of {choices}, got {value}")
        pattern = shape.metadata.get("pattern")
        if pattern and not _matches(pattern, value):
            raise InputError(path, f"{value!r} does not match {pattern}")
    elif kind in ("integer", "long", "float", "double"):
        _size(value, shape, path)


def _size(size: float, shape: Any, path: str) -> None:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is not None and size < least) or (most is not None and size > most):
        raise InputError(path, f"{size} is not between {least} and {most}")


def _matches(pattern: str, text: str) -> bool:
    """Whether a text matches; patterns that Python cannot read say nothing."""
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return True
