"""Statements as IAM writes them, for one place: an account and a region, known or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from specc_runtime.expressions import JsonValue
from specc_targets.aws.arns import BUCKET, Arn, Resource, RoleArn, partition_of
from specc_targets.aws.deployment import Statement

Json = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What only a deployment knows."""

    region: str = "*"
    account: str = "*"
    bucket: str = "*"
    """The name of the stack's bucket."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Key -> ARN."""

    @property
    def partition(self) -> str:
        """Of the region."""
        return partition_of(self.region)

    def text(self, resource: Resource) -> str:
        """A resource, or a value of a condition."""
        if isinstance(resource, RoleArn):
            return self.roles[resource.key]
        if isinstance(resource, str):
            return resource
        return self.arn(resource)

    def arn(self, arn: Arn) -> str:
        """An ARN with all its parts."""
        region, account = self.region if arn.region else "", self.account if arn.account else ""
        return f"arn:{self.partition}:{arn.service}:{region}:{account}:{arn.resource.replace(BUCKET, self.bucket)}"


def document(statements: Iterable[Statement], where: Where) -> Json:
    """A policy. IAM has no room for reasons: `reasons` gives them."""
    return {"Version": "2012-10-17", "Statement": [statement_of(item, where) for item in statements]}


def statement_of(statement: Statement, where: Where) -> Json:
    """One statement of a policy."""
    found: Json = {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Action": list(statement.actions),
        "Resource": [where.text(item) for item in statement.resources],
    }
    conditions: dict[str, JsonValue] = {}
    for condition in statement.conditions:
        values: list[JsonValue] = [where.text(item) for item in condition.values]
        operator = conditions.setdefault(condition.operator, {})
        assert isinstance(operator, dict)
        operator[condition.key] = values
    if conditions:
        found["Condition"] = conditions
    return found


def reasons(statements: Iterable[Statement]) -> dict[str, str]:
    """Why resources of statements are as wide as they are, by the names of the statements."""
    return {item.sid: item.reason for item in statements if item.reason}
