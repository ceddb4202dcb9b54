"""Policies of buckets on the emulator, which speaks no TLS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from specc_targets.emulator import bucket_policies

DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::data/*"}
TLS = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}


@pytest.mark.parametrize(
    ("statements", "result"),
    [
        ([{**DENY, **TLS}], PermissionResult.NEUTRAL),
        ({**DENY, **TLS}, PermissionResult.NEUTRAL),
        ([{**DENY, **TLS}, DENY], PermissionResult.DENIED),
        ([DENY], PermissionResult.DENIED),
        (None, PermissionResult.NEUTRAL),
    ],
)
def test_only_what_is_about_tls_is_left_out(
    statements: Any, result: PermissionResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeBucket, "get_permission", FakeBucket.get_permission)
    bucket_policies.install()
    bucket = FakeBucket("data", "123456789012", "us-east-1")
    if statements is not None:
        bucket.policy = json.dumps({"Version": "2012-10-17", "Statement": statements}).encode()
    kept = bucket.policy
    assert bucket.get_permission("s3:PutObject", "arn:aws:s3:::data/key") == result
    assert bucket.policy == kept
