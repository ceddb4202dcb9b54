"""What it takes to be told that an object is not there, rather than that it is forbidden."""

from __future__ import annotations

from specc_targets.aws.arns import Arn
from specc_targets.aws.iam.grants import Grant, grants

_READING = "s3:GetObject"


def absence(reading: list[Grant]) -> list[Grant]:
    """Listing the buckets that objects are read from: a step that catches `NoSuchKey` never gets it otherwise.

    Without conditions: a request for an object has no prefix that one could hold against. (Amazon S3 API Reference,
    "GetObject": "If you do not have the s3:ListBucket permission, Amazon S3 returns an HTTP status code 403".)
    """
    found: list[Grant] = []
    for grant in reading:
        if grant.action == _READING and isinstance(grant.resource, Arn):
            bucket = grant.resource.resource.partition("/")[0]
            why = grant.reason if bucket.endswith("*") else ""
            on = Arn("s3", bucket, region=False, account=False)
            found += grants("TellAbsent", "s3:ListBucket", on, reason=why)
    return found
