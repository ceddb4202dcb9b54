"""Where code waits to be deployed; with a client that says what S3 does."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from specc_targets.deployed.artifacts import Artifacts
from specc_targets.deployed.errors import Refused
from specc_targets.deployed.session import Account, Identity


class _Bucket:
    """A bucket that belongs to an account."""

    def __init__(self, owner: str) -> None:
        self.owner, self.objects = owner, []

    def head_bucket(self, *, Bucket: str, ExpectedBucketOwner: str | None = None) -> None:  # noqa: N803  # boto3's names
        if ExpectedBucketOwner not in (None, self.owner):
            raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadBucket")

    def head_object(self, **given: Any) -> None:
        raise ClientError({"Error": {"Code": "404", "Message": "Not Found"}}, "HeadObject")

    def put_object(self, **given: Any) -> None:
        self.objects.append(given["Key"])


def _artifacts(owner: str, given: str | None = None) -> tuple[Artifacts, _Bucket]:
    account, bucket = Account(region="eu-north-1"), _Bucket(owner)
    account.identity = Identity("111111111111", "aws", "arn:aws:iam::111111111111:user/me")
    account.client = lambda service: bucket  # type: ignore[method-assign]  # in place of S3
    return Artifacts(account, "specc-birds", given), bucket


def test_code_goes_into_a_bucket_of_the_account() -> None:
    artifacts, bucket = _artifacts("111111111111")
    assert artifacts.put("a.zip", b"code", lambda _: None) == "specc-artifacts/specc-birds/a.zip"
    assert bucket.objects == ["specc-artifacts/specc-birds/a.zip"]


def test_code_is_not_left_in_a_bucket_that_somebody_else_has_made_under_the_name() -> None:
    artifacts, bucket = _artifacts("999999999999")
    with pytest.raises(Refused, match="another account's"):
        artifacts.put("a.zip", b"code", lambda _: None)
    assert bucket.objects == []


def test_a_bucket_that_the_spec_names_may_be_of_another_account() -> None:
    artifacts, bucket = _artifacts("999999999999", "shared")
    artifacts.put("a.zip", b"code", lambda _: None)
    assert len(bucket.objects) == 1
