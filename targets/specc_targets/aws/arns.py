"""ARNs whose partition, region and account are those that a stack is deployed to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Arn:
    """`arn:PARTITION:service:REGION:ACCOUNT:resource`, without what only the deployment knows.

    In `resource` the text `{bucket}` stands for the name of the stack's bucket.
    """

    service: str
    resource: str
    region: bool = True
    """Whether the region is part of it."""
    account: bool = True
    """Whether the account is part of it."""


@dataclass(frozen=True, slots=True, order=True)
class RoleArn:
    """The ARN of a role of the same deployment, made or given."""

    key: str
    """Of the `Role`."""


ANY = "*"
"""Every resource: for actions that know no resources. Needs a reason."""
BUCKET = "{bucket}"
"""What stands for the name of the stack's bucket."""
Resource = Arn | RoleArn | str
"""An ARN of the stack's own account, one written out in full, or `*`. As a value of a condition: any text."""


def partition_of(region: str) -> str:
    """The partition that a region is in."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def bucket_arn(resource: str = "") -> Arn:
    """The ARN of the stack's bucket, or of objects in it."""
    return Arn("s3", f"{BUCKET}/{resource}" if resource else BUCKET, region=False, account=False)
