"""Values between plain JSON, as Step Functions has them, and boto3, by the shapes of a service's model."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from specc_runtime.actions.aws_names import member
from specc_runtime.errors import ArgumentMismatch, CodecError

MAX_BODY = 64 * 1024 * 1024
"""Bytes of a body that is read into a result; more is for a function of the user's."""
_INTEGERS = frozenset({"integer", "long"})


def to_boto(value: Any, shape: Any, payload: bool = False) -> Any:
    """Parameters as boto3 takes them. Null stands for what is not given. Raises `ArgumentMismatch`."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping) and not getattr(shape, "is_document_type", False):
        return _structure(value, shape)
    if kind == "list" and isinstance(value, list):
        return [to_boto(item, shape.member) for item in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: to_boto(item, shape.value) for key, item in value.items()}
    if kind == "blob" and isinstance(value, str):
        return value.encode() if payload else _decoded(value, shape.name)
    if kind in _INTEGERS and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _structure(value: Mapping[str, Any], shape: Any) -> dict[str, Any]:
    names = {member(name): name for name in shape.members} | {name: name for name in shape.members}
    payload = shape.serialization.get("payload")
    found: dict[str, Any] = {}
    for key, item in value.items():
        name = names.get(key)
        if name is None:
            raise ArgumentMismatch(f"there is no parameter `{key}`; it takes {', '.join(map(member, shape.members))}")
        if item is not None:
            inner = shape.members[name]
            found[name] = to_boto(item, inner, name == payload or bool(inner.serialization.get("streaming")))
    return found


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ArgumentMismatch(f"the blob `{name}` is given a text that is not base64") from None


def from_boto(value: Any, shape: Any, payload: bool = False) -> Any:
    """A result as plain JSON. Raises `CodecError` for a body that is no text."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping) and not getattr(shape, "is_document_type", False):
        body = shape.serialization.get("payload")
        return {
            member(name): from_boto(value[name], inner, name == body or bool(inner.serialization.get("streaming")))
            for name, inner in shape.members.items()
            if value.get(name) is not None
        }
    if kind == "list" and isinstance(value, list):
        return [from_boto(item, shape.member) for item in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: from_boto(item, shape.value) for key, item in value.items()}
    if isinstance(value, datetime):
        return instant(value)
    if kind == "blob" or hasattr(value, "read"):
        return _text(value, payload)
    return value


def instant(value: datetime) -> str:
    """ISO 8601 in UTC, with as many groups of three digits below the second as there are."""
    exact = value.astimezone(UTC)
    precision = "microseconds" if exact.microsecond % 1000 else "milliseconds" if exact.microsecond else "seconds"
    return exact.isoformat(timespec=precision).replace("+00:00", "Z")


def _text(value: Any, payload: bool) -> Any:
    data = value
    if hasattr(value, "read"):
        with value:
            data = value.read(MAX_BODY + 1)
        if len(data) > MAX_BODY:
            raise CodecError(f"a body of more than {MAX_BODY // 1024 // 1024} MiB: read it in a function")
    if not isinstance(data, bytes | bytearray):
        return data
    if not payload:
        return base64.b64encode(data).decode()
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise CodecError("the body is not UTF-8 text: read it in a function") from None
