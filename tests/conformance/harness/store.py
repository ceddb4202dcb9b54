"""Reads tagged values, written anew from the description of the data plane so that the runtime does not judge itself."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def untag(client: S3Client, tagged: dict[str, Any]) -> Any:
    """The value that a tag stands for. Raises ValueError when the store holds something else than the tag promises."""
    if "$value" in tagged:
        return tagged["$value"]
    if "$skipped" in tagged:
        return None
    bucket, _, key = tagged["$ref"].removeprefix("s3://").partition("/")
    body = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    if tagged.get("codec", "json") != "json":
        raise ValueError(f"an output of codec {tagged['codec']}")
    if hashlib.sha256(body).hexdigest() != tagged["sha256"] or len(body) != tagged["size"]:
        raise ValueError(f"{tagged['$ref']} does not hold what its reference says")
    return json.loads(body)
