"""A template while it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specc_targets.asl.text import Json
from specc_targets.aws.arns import BUCKET, Arn, Resource, RoleArn
from specc_targets.aws.deployment import Role, Stack
from specc_targets.cloudformation.ids import LogicalIds
from specc_targets.cloudformation.intrinsics import GetAtt, Join, Ref, Sub, Value, arn, literal, to_json

_DESCRIPTION = 1024
"""Bytes of a template's description (CloudFormation quotas)."""


@dataclass
class Template:
    """The parts of a template, in the order in which they were added."""

    stack: Stack
    sam: bool = False
    """Whether to use the resources of AWS SAM where it has them."""
    definition_in_s3: bool = False
    """Whether the state machine's definition is an object of its own, as the template would be too large with it."""
    parameters: dict[str, dict[str, Value]] = field(default_factory=dict)
    conditions: dict[str, Json] = field(default_factory=dict)
    resources: dict[str, dict[str, Value]] = field(default_factory=dict)
    outputs: dict[str, dict[str, Value]] = field(default_factory=dict)
    ids: LogicalIds = field(default_factory=LogicalIds)

    def parameter(self, name: str, description: str, **more: Value) -> Ref:
        """Declare a parameter, and refer to it."""
        self.parameters[name] = {"Type": "String", "Description": description, **more}
        return Ref(name)

    def condition(self, name: str, test: Json) -> str:
        """Declare a condition, and give its name."""
        self.conditions[name] = test
        return name

    def add(self, id: str, type: str, properties: Mapping[str, Value], **attributes: Value) -> None:
        """Add a resource. Properties that are None are left out; `attributes` are `DependsOn` and the like."""
        assert id not in self.resources, id
        kept = {key: value for key, value in properties.items() if value is not None}
        self.resources[id] = {"Type": type, **attributes, "Properties": kept}

    def output(self, name: str, description: str, value: Value) -> None:
        """Declare an output."""
        self.outputs[name] = {"Description": description, "Value": value}

    # What resources say of each other

    @property
    def bucket(self) -> str | Ref:
        """The name of the bucket."""
        return self.stack.bucket or Ref(self.ids.of("Bucket"))

    @property
    def bucket_text(self) -> str:
        """The name of the bucket, as a text for `Sub`."""
        return literal(self.stack.bucket) if self.stack.bucket else f"${{{self.ids.of('Bucket')}}}"

    def with_bucket(self, text: str) -> str | Sub:
        """A text in which the bucket's name is put where it belongs."""
        if self.stack.bucket is not None:
            return text.replace(BUCKET, self.stack.bucket)
        return Sub(literal(text).replace(BUCKET, self.bucket_text))

    def arn(self, resource: Resource) -> str | Sub | GetAtt:
        """An ARN, or the pattern of one."""
        if isinstance(resource, RoleArn):
            return self.role(resource.key)
        return arn(resource, self.bucket_text) if isinstance(resource, Arn) else resource

    def role(self, key: str) -> str | GetAtt:
        """The ARN of a role, made or given."""
        found = next(role for role in self.stack.roles if role.key == key)
        return found.given or GetAtt(self.role_id(found), "Arn")

    def role_id(self, role: Role) -> str:
        """The id of a role that is made."""
        return self.ids.of("Role", role.key)

    @property
    def policies(self) -> tuple[str, str]:
        """What becomes of data when it is taken out of the stack, and when it is replaced."""
        return ("Retain", "Retain") if self.stack.protect else ("Delete", "Delete")

    def tags(self, **more: str) -> list[Value] | None:
        """The tags of most resources."""
        found: list[Value] = [{"Key": key, "Value": value} for key, value in {**dict(self.stack.tags), **more}.items()]
        return found or None

    def tag_map(self) -> dict[str, Value] | None:
        """The tags of those that take them as a table."""
        return dict(self.stack.tags) or None

    # The whole

    def json(self) -> dict[str, Json]:
        """The template as it is written."""
        found: dict[str, Json] = {"AWSTemplateFormatVersion": "2010-09-09"}
        if self.sam:
            found["Transform"] = "AWS::Serverless-2016-10-31"
        found["Description"] = self.stack.description.encode()[:_DESCRIPTION].decode(errors="ignore")
        for name, part in (
            ("Parameters", self.parameters),
            ("Conditions", self.conditions),
            ("Resources", self.resources),
            ("Outputs", self.outputs),
        ):
            if part:
                found[name] = to_json(part)
        return found


def inert(text: str) -> str:
    """JSON text that says the same, and in which CloudFormation finds neither `${...}` nor `{{resolve:...}}`."""
    return text.replace("${", "$\\u007b").replace("{{resolve:", "{\\u007bresolve:")


def plain(text: str) -> str | Join:
    """A text that stays as it is, also where it looks like one for `Sub`."""
    return Join("$", tuple(text.split("$"))) if "${" in text else text
