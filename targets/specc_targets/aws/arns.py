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


ANY = "*"
"""Every resource: for actions that know no resources. Needs a reason."""
Resource = Arn | str
"""An ARN of the stack's own account, one written out in full, or `*`."""
