"""Where code waits to be deployed: objects named by their content, in a bucket that is made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc_targets.deployed.errors import Refused, client_error, code_of, told
from specc_targets.deployed.session import Account

_MISSING = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchBucket"})
_FORBIDDEN = "403"
_BATCH = 1000
"""Objects that one request deletes."""
_UPLOAD_DAYS = 3


@dataclass(eq=False)
class Artifacts:
    """The artifacts of one stack. Raises `TargetError`."""

    account: Account
    stack: str
    given: str | None = None
    """The bucket that the spec names; None: one for all stacks of the account and region."""

    @property
    def bucket(self) -> str:
        """The name of the bucket."""
        return self.given or f"specc-artifacts-{self.account.identity.account}-{self.account.region}"

    @property
    def prefix(self) -> str:
        """What the keys of this stack's artifacts begin with."""
        return f"specc-artifacts/{self.stack}/"

    def put(self, name: str, content: Path | bytes, say: Callable[[str], None]) -> str:
        """Upload a file under a name that holds its hash, unless it is there; gives its key."""
        key = f"{self.prefix}{name}"
        with told(self.account.endpoint):
            self._make_bucket()
            if not self._is_there(key):
                say(f"uploading {name} to {self.bucket}")
                if isinstance(content, bytes):
                    self._client.put_object(Bucket=self.bucket, Key=key, Body=content)
                else:
                    from boto3.s3.transfer import S3Transfer

                    S3Transfer(self._client).upload_file(str(content), self.bucket, key)
        return key

    def remove(self) -> int:
        """Delete the artifacts of this stack, and the bucket where it was made and holds no others; gives how many."""
        if not self._exists():
            return 0
        with told(self.account.endpoint):
            number = empty(self.account, self.bucket, self.prefix)
            if self.given is None and not self._client.list_objects_v2(Bucket=self.bucket, MaxKeys=1).get("KeyCount"):
                self._client.delete_bucket(Bucket=self.bucket)
        return number

    @property
    def _client(self) -> Any:
        return self.account.client("s3")

    def _exists(self) -> bool:
        with told(self.account.endpoint):
            try:
                self._client.head_bucket(Bucket=self.bucket, **self._owner())
            except client_error() as error:
                if code_of(error) in _MISSING:
                    return False
                if code_of(error) == _FORBIDDEN:
                    raise Refused(
                        f"the bucket `{self.bucket}` is another account's, or these credentials may not look at it; "
                        "name one of yours in the stack: `bucket`"
                    ) from None
                raise
        return True

    def _owner(self) -> dict[str, str]:
        """Whose the bucket must be. Its name can be guessed, and code is nothing to leave in a stranger's."""
        return {"ExpectedBucketOwner": self.account.identity.account} if self.given is None else {}

    def _is_there(self, key: str) -> bool:
        try:
            self._client.head_object(Bucket=self.bucket, Key=key)
        except client_error() as error:
            if code_of(error) in _MISSING:
                return False
            raise
        return True

    def _make_bucket(self) -> None:
        if self._exists():
            return
        if self.given is not None:
            raise Refused(f"the bucket `{self.given}` that the spec names does not exist")
        region = self.account.region
        placed = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self._client.create_bucket(Bucket=self.bucket, **placed)
        closed = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        self._client.put_public_access_block(Bucket=self.bucket, PublicAccessBlockConfiguration=closed)
        rule = {
            "ID": "UnfinishedUploads",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _UPLOAD_DAYS},
        }
        self._client.put_bucket_lifecycle_configuration(Bucket=self.bucket, LifecycleConfiguration={"Rules": [rule]})


def empty(account: Account, bucket: str, prefix: str = "") -> int:
    """Delete every object below a prefix, with all its versions; gives how many. Raises `Refused`."""
    client, number = account.client("s3"), 0
    with told(account.endpoint):
        for batch in _batches(client, bucket, prefix):
            answer = client.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
            if errors := answer.get("Errors"):
                raise Refused(f"cannot delete `{errors[0]['Key']}` in `{bucket}`: {errors[0].get('Message', '')}")
            number += len(batch)
    return number


def _batches(client: Any, bucket: str, prefix: str) -> Iterator[list[dict[str, str]]]:
    waiting: list[dict[str, str]] = []
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            waiting.append({"Key": item["Key"], "VersionId": item["VersionId"]})
            if len(waiting) == _BATCH:
                yield waiting
                waiting = []
    if waiting:
        yield waiting
