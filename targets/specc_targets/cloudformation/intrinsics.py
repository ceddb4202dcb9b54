"""The functions that a template may call, and ARNs written with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from specc_targets.asl.text import Json
from specc_targets.aws.arns import BUCKET, Arn


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a parameter, or what names a resource."""

    name: str

    def json(self) -> Json:
        """As the template says it."""
        return {"Ref": self.name}


@dataclass(frozen=True, slots=True)
class GetAtt:
    """An attribute of a resource."""

    resource: str
    attribute: str

    def json(self) -> Json:
        """As the template says it."""
        return {"Fn::GetAtt": [self.resource, self.attribute]}


@dataclass(frozen=True, slots=True)
class Sub:
    """A text in which `${Name}` stands for a value. What is meant as it stands goes through `literal` first."""

    text: str

    def json(self) -> Json:
        """As the template says it."""
        return {"Fn::Sub": self.text}


@dataclass(frozen=True, slots=True)
class If:
    """One of two values."""

    condition: str
    then: Value
    otherwise: Value

    def json(self) -> Json:
        """As the template says it."""
        return {"Fn::If": [self.condition, to_json(self.then), to_json(self.otherwise)]}


@dataclass(frozen=True, slots=True)
class Join:
    """Texts in a row."""

    separator: str
    parts: tuple[Value, ...]

    def json(self) -> Json:
        """As the template says it."""
        return {"Fn::Join": [self.separator, [to_json(part) for part in self.parts]]}


Intrinsic: TypeAlias = Ref | GetAtt | Sub | If | Join
Value: TypeAlias = "str | int | float | bool | Intrinsic | Sequence[Value] | Mapping[str, Value] | None"
"""What a property may be set to."""

NO_VALUE = Ref("AWS::NoValue")
"""Leaves a property out."""
PARTITION, REGION, ACCOUNT = "${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}"


def to_json(value: Value) -> Json:
    """A value with its functions as the template says them."""
    if isinstance(value, Ref | GetAtt | Sub | If | Join):
        return value.json()
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [to_json(item) for item in value]


def literal(text: str) -> str:
    """A text for `Sub` that says just this."""
    return text.replace("${", "${!")


def arn(resource: Arn, bucket: str) -> Sub:
    """An ARN of the account, region and partition that the stack is in. `bucket` is text for `Sub`."""
    region = REGION if resource.region else ""
    account = ACCOUNT if resource.account else ""
    name = literal(resource.resource).replace(BUCKET, bucket)
    return Sub(f"arn:{PARTITION}:{resource.service}:{region}:{account}:{name}")
