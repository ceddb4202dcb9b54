"""The stack's own bucket, which AWS does not delete while anything is in it."""

from __future__ import annotations

from specc_targets.deployed.artifacts import empty
from specc_targets.deployed.errors import client_error, code_of, told
from specc_targets.deployed.session import Account
from specc_targets.pulumi.driving.setup import Say

TYPE = "aws:s3/bucket:Bucket"
NAME = "bucket"
"""What every program calls the bucket that it makes for its runs."""
_GONE = frozenset({"404", "NoSuchBucket", "NotFound"})


def is_own(type: str, name: str) -> bool:
    """Whether a resource is the bucket that holds nothing but data of runs."""
    return type == TYPE and name == NAME


def make_empty(account: Account, bucket: str, say: Say) -> None:
    """Delete everything in it; one that is gone already has nothing. Raises `TargetError`."""
    if bucket and _is_there(account, bucket):
        say(f"deleted {empty(account, bucket)} objects in {bucket}")


def _is_there(account: Account, bucket: str) -> bool:
    with told(account.endpoint):
        try:
            account.client("s3").head_bucket(Bucket=bucket)
        except client_error() as error:
            if code_of(error) in _GONE:
                return False
            raise
    return True
