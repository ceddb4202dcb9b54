"""The region of AWS that the environment names, for clients that are not told another."""

from __future__ import annotations

import os


def region_set() -> str | None:
    """What `AWS_REGION` says, as in AWS's other SDKs. boto3 itself reads `AWS_DEFAULT_REGION` and its files alone."""
    return os.environ.get("AWS_REGION") or None
