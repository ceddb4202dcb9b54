"""What code needs that handles requests: the store, and what the calls in the requests ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from specc.diagnostics import Place
from specc_runtime.expressions import JsonValue
from specc_runtime.secrets import SECRET_PREFIX
from specc_targets.aws.arns import bucket_arn
from specc_targets.aws.iam.grants import Grant, grants
from specc_targets.aws.iam.operations import needs
from specc_targets.aws.iam.values import Text, text_of

_ONLY_WRITE = frozenset({"record"})
"""Actions of requests that never look into the store."""
_AWS = "specc_runtime.actions.aws:"
_ITEMS = "specc_runtime.actions.items:"
_S3 = "s3://"


def request_needs(requests: Iterable[JsonValue], store: str, origins: Mapping[str, Place]) -> list[Grant]:
    """What handling these requests needs; `store` is what the keys of the store begin with."""
    found: list[Grant] = []
    for request in requests:
        action = request.get("action") if isinstance(request, dict) else None
        found += store_needs(store, read=action not in _ONLY_WRITE)
        if isinstance(request, dict) and action == "call":
            found += call_needs(str(request.get("call")), request.get("with"), str(request.get("step")), origins)
    return found


def store_needs(store: str, *, read: bool = True) -> list[Grant]:
    """Values that travel between steps."""
    below = bucket_arn(f"{store}/*")
    return grants("WriteStore", "s3:PutObject", below) + (grants("ReadStore", "s3:GetObject", below) if read else [])


def call_needs(function: str, arguments: JsonValue, step: str, origins: Mapping[str, Place]) -> list[Grant]:
    """What a call needs that is no function of the user's. What the user's own code calls is not known."""
    origin = origins.get(step.rpartition("/")[2])
    if function.startswith(_AWS):
        service, _, operation = function.removeprefix(_AWS).partition(".")
        return needs(service, operation, arguments, step=f"`{step}`", absent=True, origin=origin)
    if function.startswith(_ITEMS) and isinstance(arguments, dict):
        return [grant for key, value in arguments.items() for grant in _item_needs(key, text_of(value), step, origin)]
    return []


def _item_needs(key: str, location: Text, step: str, origin: Place | None) -> list[Grant]:
    """Items of a map that are read from a bucket."""
    if not location.start.startswith(_S3) and location.whole:
        return []
    bucket, slash, path = location.start.removeprefix(_S3).partition("/")
    parameters: dict[str, JsonValue] = {}
    parameters["Bucket"] = bucket if slash or location.whole else f"{bucket}${{unknown}}"
    if key == "objects":
        parameters["Prefix"] = path if location.whole else f"{path}${{unknown}}"
        return needs("s3", "listObjectsV2", parameters, step=f"`{step}`", origin=origin)
    parameters["Key"] = path if location.whole else f"{path}${{unknown}}"
    return needs("s3", "getObject", parameters, step=f"`{step}`", origin=origin)


def secret_needs(environment: Iterable[tuple[str, str]]) -> list[Grant]:
    """The secrets that a process reads when it starts, of which its environment says where they are."""
    found: list[Grant] = []
    for name, source in environment:
        kind, _, where = source.partition(":")
        if name.startswith(SECRET_PREFIX) and kind == "ssm":
            found += needs("ssm", "getParameter", {"Name": where, "WithDecryption": True})
        elif name.startswith(SECRET_PREFIX) and kind == "secretsmanager":
            found += needs("secretsmanager", "getSecretValue", {"SecretId": where.partition("#")[0]})
    return found
