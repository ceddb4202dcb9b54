"""SDK integrations as Step Functions makes them: names and values of AWS's SDK for Java, where moto has boto3's.

Seen in recorded executions: `Bool` for DynamoDB's `BOOL`, `Md5OfMessageBody`, `S3.NoSuchKeyException`, ISO instants.
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)

from specc_targets.emulator.models import service_model
from specc_targets.emulator.replacing import replace

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

_PREFIXES = {
    "dynamodb": "DynamoDb",
    "eventbridge": "EventBridge",
    "lambda": "Lambda",
    "s3": "S3",
    "secretsmanager": "SecretsManager",
    "sfn": "Sfn",
    "sns": "Sns",
    "sqs": "Sqs",
    "ssm": "Ssm",
}
"""What the names of a service's errors begin with."""
_BOTO = {"cloudwatchlogs": "logs", "eventbridge": "events", "sfn": "stepfunctions"}


def install() -> None:
    """Apply the corrections."""
    replace(StateTaskServiceAwsSdk, "_normalise_service_error_name", staticmethod(_prefix))
    replace(StateTaskServiceAwsSdk, "_get_boto_service_name", _boto_name)
    replace(StateTaskServiceAwsSdk, "_normalise_parameters", _parameters)
    replace(StateTaskServiceAwsSdk, "_normalise_response", _response)


def _prefix(service_name: str) -> str:
    return _PREFIXES.get(service_name.lower(), service_name[:1].upper() + service_name[1:])


def _boto_name(self: StateTaskServiceAwsSdk, boto_service_name: str | None = None) -> str:
    name = boto_service_name or self.resource.api_name
    return _BOTO.get(name, name)


def _model(task: StateTaskServiceAwsSdk) -> OperationModel:
    action = task.resource.api_action
    model = service_model(task._get_boto_service_name())
    return model.operation_model(action[:1].upper() + action[1:])


def _parameters(self: StateTaskServiceAwsSdk, parameters: dict[str, Any], *_: Any, **__: Any) -> None:
    shape = _model(self).input_shape
    if shape is not None:
        found = _given(parameters, shape)
        parameters.clear()
        parameters.update(found)


def _given(value: Any, shape: Shape) -> Any:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        members = {name.lower(): name for name in shape.members} | {"nul": "NULL"}  # type: ignore[attr-defined]  # of a structure
        names = {key: members.get(key.lower(), key) for key in value}
        return {
            names[key]: _given(item, shape.members[names[key]]) if names[key] in shape.members else item  # type: ignore[attr-defined]  # as above
            for key, item in value.items()
        }
    if kind == "list" and isinstance(value, list):
        return [_given(item, shape.member) for item in value]  # type: ignore[attr-defined]  # of a list
    if kind == "map" and isinstance(value, dict):
        return {key: _given(item, shape.value) for key, item in value.items()}  # type: ignore[attr-defined]  # of a map
    if kind in ("integer", "long") and isinstance(value, float):
        return int(value)
    return value


def _response(self: StateTaskServiceAwsSdk, response: Any, *_: Any, **__: Any) -> None:
    shape = _model(self).output_shape
    if isinstance(response, dict):
        found = _told(response, shape) if shape is not None else {}
        response.clear()
        response.update(found)


def _told(value: Any, shape: Shape) -> Any:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        members = shape.members  # type: ignore[attr-defined]  # of a structure
        return {_name(key): _told(item, members[key]) for key, item in value.items() if key in members}
    if kind == "list" and isinstance(value, list):
        return [_told(item, shape.member) for item in value]  # type: ignore[attr-defined]  # of a list
    if kind == "map" and isinstance(value, dict):
        return {key: _told(item, shape.value) for key, item in value.items()}  # type: ignore[attr-defined]  # of a map
    if isinstance(value, datetime):
        text = value.astimezone(UTC).isoformat(timespec="milliseconds" if value.microsecond else "seconds")
        return text.replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.read().decode() if hasattr(value, "read") else value


def _name(member: str) -> str:
    if member == "NULL":
        return "Nul"
    capitals = re.match(r"[A-Z]{2,}", member)
    if capitals is None:
        return member[:1].upper() + member[1:]
    head = capitals[0]
    if member[len(head) : len(head) + 1].islower():
        head = head[:-1]
    return head.capitalize() + member[len(head) :]
