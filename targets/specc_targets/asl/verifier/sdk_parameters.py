"""Actions of AWS's services and their parameters, where their models are installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc.services import Shape, available, find_service


def check_action(service: str, action: str, arguments: Any) -> Iterator[str]:
    """Faults of an SDK integration: what does not exist, is missing, or is written in another case."""
    name = f"aws-sdk:{service}:{action}"
    if not action[:1].islower():
        yield f"action `{action}` must be written {action[:1].lower() + action[1:]}"
    elif not available():
        yield from _by_case(arguments, name)
    elif (found := find_service(service)) is None:
        yield f"there is no service `{service}`"
    elif (operation := found.operation(action)) is None:
        near = next((known for known in found.operations if known.lower() == action.lower()), None)
        yield f"`{service}` has no action `{action}`" + (f"; it is `{near}`" if near else "")
    elif operation.input is not None and isinstance(arguments, dict):
        yield from (f"{fault} of `{name}`" for fault in _faults(arguments, operation.input))


def check_parts(service: str, action: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    """Faults inside the parameters of an optimized integration, whose own names another table has."""
    found = find_service(service) if available() else None
    operation = found.operation(action) if found is not None else None
    if operation is None or operation.input is None:
        return
    parts = {name.lower(): shape for name, shape in operation.input.members.items()}
    for name, value in arguments.items():
        if name.lower() in parts:
            yield from (f"{fault} in {name}" for fault in _faults(value, parts[name.lower()]))


def _by_case(arguments: Any, name: str) -> Iterator[str]:
    for parameter in arguments if isinstance(arguments, dict) else ():
        if not parameter[:1].isupper():
            yield f"parameter {parameter} must be written {parameter[:1].upper() + parameter[1:]} of `{name}`"


def _faults(value: Any, shape: Shape) -> Iterator[str]:
    if shape.is_("document"):
        return
    if shape.kind == "structure" and isinstance(value, dict):
        yield from _members(value, shape)
    elif shape.kind in ("list", "map") and isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _faults(item, shape.item)


def _members(value: Mapping[str, Any], shape: Shape) -> Iterator[str]:
    members = shape.members
    lower = {name.lower(): name for name in members}
    for name, item in value.items():
        found = lower.get(name.lower())
        if found is None:
            yield f"there is no parameter {name}"
            continue
        if name not in members:
            yield f"parameter {name} must be written {found}"
        yield from _faults(item, members[found])
    given = {name.lower() for name in value}
    yield from (f"parameter {name} is missing" for name in shape.required if name.lower() not in given)
