"""The parameters of AWS's APIs, from the models that botocore ships. Where it is not installed nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_OTHER_NAMES = {
    "sfn": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "cloudwatchevents": "events",
    "cloudwatch": "cloudwatch",
    "cognitoidentityprovider": "cognito-idp",
    "databasemigration": "dms",
    "elasticloadbalancingv2": "elbv2",
    "elasticloadbalancing": "elb",
    "configservice": "config",
    "costexplorer": "ce",
    "directoryservice": "ds",
    "secretsmanager": "secretsmanager",
    "servicediscovery": "servicediscovery",
    "dynamodbstreams": "dynamodbstreams",
}
"""How Step Functions calls a service (as the SDK for Java does) -> how botocore does, where the two differ."""


@dataclass(frozen=True, slots=True)
class Action:
    """An API action: the shape of its input, and all shapes of the service."""

    shape: str
    shapes: Mapping[str, Any]

    def faults(self, arguments: Mapping[str, Any]) -> Iterator[str]:
        """Parameters that are not there, or in another case, or missing."""
        yield from _faults(arguments, self.shapes[self.shape], self.shapes)


def find(service: str, action: str) -> Action | str | None:
    """The action; a text that says why there is none; None when nothing is known."""
    model = _model(service)
    if model is None:
        return None
    if isinstance(model, str):
        return model
    name = action[:1].upper() + action[1:]
    operation = model["operations"].get(name)
    if operation is None:
        near = [known for known in model["operations"] if known.lower() == name.lower()]
        return f"`{service}` has no action `{action}`" + (
            f"; it is `{near[0][:1].lower() + near[0][1:]}`" if near else ""
        )
    shape = operation.get("input", {}).get("shape")
    return Action(shape, model["shapes"]) if shape is not None else None


@lru_cache(maxsize=32)
def _model(service: str) -> Any:
    try:
        from botocore.exceptions import UnknownServiceError
        from botocore.loaders import Loader
    except ImportError:
        return None
    loader = Loader()
    for name in (_OTHER_NAMES.get(service, service), *_spellings(service, loader)):
        try:
            return loader.load_service_model(name, "service-2")
        except UnknownServiceError:
            continue
    return f"there is no service `{service}`"


def _spellings(service: str, loader: Any) -> Iterator[str]:
    """Names with dashes, which Step Functions leaves out."""
    yield from (name for name in loader.list_available_services("service-2") if name.replace("-", "") == service)


def _sdk_name(member: str) -> str:
    """A member as the SDK for Java calls it, in lower case: it cannot call one `null`."""
    return "nul" if member == "NULL" else member.lower()


def _faults(value: Any, shape: Mapping[str, Any], shapes: Mapping[str, Any]) -> Iterator[str]:
    kind = shape.get("type")
    if kind == "list" and isinstance(value, list):
        for item in value:
            yield from _faults(item, shapes[shape["member"]["shape"]], shapes)
    elif kind == "map" and isinstance(value, dict):
        for item in value.values():
            yield from _faults(item, shapes[shape["value"]["shape"]], shapes)
    elif kind == "structure" and isinstance(value, dict) and not shape.get("document"):
        members = {_sdk_name(name): name for name in shape.get("members", {})}
        given = {name.lower() for name in value}
        for name, item in value.items():
            member = members.get(name.lower())
            if member is None:
                yield f"there is no parameter {name}"
                continue
            if not name[:1].isupper():
                yield f"parameter {name} must be written {name[:1].upper() + name[1:]}"
            yield from _faults(item, shapes[shape["members"][member]["shape"]], shapes)
        missing = [name for name in shape.get("required", ()) if name.lower() not in given]
        yield from (f"parameter {name[:1].upper() + name[1:]} is missing" for name in missing)
