"""Credentials of AWS's clients: those that boto3 finds; for an emulator any, since it asks for some."""

from __future__ import annotations

import os
from typing import Any


def emulator_credentials() -> dict[str, Any]:
    """What a client is told besides: made-up credentials where an endpoint is set and boto3 finds none, else nothing.

    Real ones are never replaced. boto3 must be installed.
    """
    if not any(name.startswith("AWS_ENDPOINT_URL") for name in os.environ):
        return {}
    import boto3

    if boto3.session.Session().get_credentials() is not None:
        return {}
    return {"aws_access_key_id": "emulator", "aws_secret_access_key": "emulator"}
