"""A program while it is written: sections of statements, and what they call each other."""

from __future__ import annotations

import builtins
import keyword
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from specc.diagnostics import ROOT, Place
from specc.passes.base import Context
from specc_targets.aws.arns import BUCKET, Arn, Resource, RoleArn
from specc_targets.aws.deployment import Container, Function, Stack
from specc_targets.pulumi.program.code import Call, Document, Format, Name, Value, arguments, braces, seen, written

_TAKEN = frozenset(
    {"account", "arn", "aws", "base64", "config", "definition", "digest", "hashlib", "here", "json", "partition"}
    | {"pulumi", "region"}
)
"""What the head of a program may define."""
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_DIGITS = 6
WHOLE = ROOT.child("name")
"""Where the spec asks for what every spec needs."""
_COMMENT = 98
"""Columns of a comment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packaged:
    """How the code reaches AWS: what `specc build` has made."""

    code: Literal["inline", "s3"] = "inline"
    """Whether the archive of the code is handed over itself, or by way of an object in S3."""
    dependencies: Literal["inline", "s3"] | None = None
    """The same of the archive with dependencies, where there is one."""
    image: str | None = None
    """The address of the image with the code, as `REPOSITORY@sha256:DIGEST`; None: read from the configuration."""


@dataclass(frozen=True, slots=True)
class Made:
    """A resource of the program."""

    name: str
    """What Pulumi calls it: `default-function`."""
    variable: str
    type: str
    """The class: `aws.lambda_.Function`."""
    place: Place
    steps: tuple[str, ...]
    stateful: bool

    def output(self, name: str) -> Name:
        """One of its outputs."""
        return Name(f"{self.variable}.{name}")

    @property
    def itself(self) -> Name:
        """The resource."""
        return Name(self.variable)


@dataclass
class Writer:
    """The statements of a program, in the order in which they were added."""

    stack: Stack
    context: Context
    packaged: Packaged
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Compute profile -> names of the steps that run on it, in the order of the spec."""
    made: dict[str, Made] = field(default_factory=dict)
    sections: list[tuple[str, list[str]]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    """Statements of the head that read the configuration, by the variable that they set."""
    values: list[Value] = field(default_factory=list)
    """Every expression that was written: what the head must define."""
    _arns: dict[tuple[str, str], Name] = field(default_factory=dict)

    # Statements

    def section(self, title: str) -> None:
        """What follows has this purpose."""
        self.sections.append((title, []))

    def resource(
        self,
        name: str,
        type: str,
        properties: Mapping[str, Value],
        *,
        place: Place = WHOLE,
        steps: Sequence[str] = (),
        comment: str = "",
        needs: Sequence[Made] = (),
        stateful: bool = False,
        arguments_class: str = "",
    ) -> Made:
        """A resource. Properties that are None are left out; `needs` are those that must be there before it.

        What is `stateful` is protected in a protected stack, and stays when the stack goes.
        """
        made = Made(name, self._variable(name), type, place, tuple(steps), stateful)
        assert name not in self.made, name
        self.made[name] = made
        given = Call(arguments_class or f"{type}Args", named=arguments(properties))
        options: dict[str, Value] = {}
        if needs:
            options["depends_on"] = [item.itself for item in needs]
        if stateful and self.stack.protect:
            options |= {"protect": True, "retain_on_delete": True}
        more = (("opts", Call("pulumi.ResourceOptions", named=arguments(options))),) if options else ()
        self.statement(made.variable, Call(type, (name, given), more), self._comment(made, comment))
        return made

    def statement(self, target: str, value: Value, comment: str = "") -> None:
        """Set a variable; with no target, just call."""
        self.values.append(value)
        head = f"{target} = " if target else ""
        text = head + written(value, before=len(head))
        lines = "".join(f"# {line}\n" for line in comment.splitlines())
        self.sections[-1][1].append(lines + text)

    def setting(self, variable: str, value: Value, comment: str) -> Name:
        """A value of the configuration, read in the head."""
        self.values.append(value)
        head = f"{variable} = "
        self.settings[variable] = f"# {comment}\n{head}{written(value, before=len(head))}"
        return Name(variable, output=False)

    def define(self, service: str, resource: str, value: Name) -> None:
        """From here on, the ARN of something is that of what was made."""
        self._arns[service, resource] = value

    # What resources say of each other

    def find(self, name: str) -> Made:
        """A resource that was made before."""
        return self.made[name]

    @property
    def bucket(self) -> Value:
        """The name of the bucket."""
        return self.stack.bucket or self.made["bucket"].output("bucket")

    def role(self, key: str) -> Value:
        """The ARN of a role, made or given."""
        role = next(item for item in self.stack.roles if item.key == key)
        return role.given or self.made[role_name(key)].output("arn")

    def place_of(self, key: str) -> Place:
        """Where the spec asks for what has this role."""
        stack = self.stack
        users = (*stack.functions, *stack.containers, *stack.triggers)
        return next((item.origin for item in users if item.role == key), WHOLE)

    def steps_of(self, key: str) -> tuple[str, ...]:
        """The steps that run with this role."""
        users: list[Function | Container] = [*self.stack.functions, *self.stack.containers]
        return next((self.steps.get(item.profile, ()) for item in users if item.role == key), ())

    def needs_of(self, *keys: str) -> list[Made]:
        """What must be there before a role can be used: its permissions."""
        return [self.made[policy_name(key)] for key in keys if policy_name(key) in self.made]

    def arn(self, resource: Resource) -> Value:
        """An ARN, or the pattern of one."""
        if isinstance(resource, str):
            return resource
        if isinstance(resource, RoleArn):
            return self.role(resource.key)
        if resource.service == "s3" and BUCKET in resource.resource and self.stack.bucket is None:
            text = braces(resource.resource.replace(BUCKET, "\0")).replace("\0", "{0}")
            own = self.made["bucket"].output("arn")
            return own if text == "{0}" else Format(text, (own,))
        known = self._arns.get((resource.service, resource.resource))
        if known is not None:
            return known
        whole = self._arns.get((resource.service, resource.resource.removesuffix(":*")))
        if whole is not None:
            return Format("{0}:*", (whole,))
        return self._arn_by_name(resource)

    def _arn_by_name(self, resource: Arn) -> Call:
        text = resource.resource.replace(BUCKET, self.stack.bucket or "")
        where: dict[str, Value] = {} if resource.region else {"in_region": ""}
        if not resource.account:
            where["in_account"] = ""
        return Call("arn", (resource.service, text), arguments(where), output=True)

    def with_bucket(self, text: str) -> Value:
        """A text in which the bucket's name is put where it belongs."""
        if self.stack.bucket is not None:
            return text.replace(BUCKET, self.stack.bucket)
        return Format(braces(text.replace(BUCKET, "\0")).replace("\0", "{0}"), (self.made["bucket"].output("bucket"),))

    @property
    def store(self) -> Value:
        """Where runs keep their data."""
        return self.with_bucket(f"s3://{BUCKET}/{self.stack.store}")

    @property
    def tags(self) -> Name | None:
        """The tags of most resources."""
        return Name("TAGS", output=False) if self.stack.tags else None

    # Places

    def where(self, place: Place) -> str:
        """`birds.toml:12`; empty for the whole spec, or where there is no text."""
        spec = self.context.spec
        if spec is None or place == WHOLE:
            return ""
        span = spec.locate(place)
        file = os.path.relpath(span.file, self.context.root).replace(os.sep, "/")
        return f"{seen(file)}:{span.start.line}"

    def _comment(self, made: Made, comment: str) -> str:
        where = self.where(made.place)
        place = f"({where})" if where else ""
        parts = [" ".join(part for part in (_listed(made.steps), place) if part), comment]
        return "\n".join(line for part in parts for line in _wrapped(part))

    def _variable(self, name: str) -> str:
        found = _NOT_IN_NAMES.sub("_", name.lower()).strip("_")
        taken = {item.variable for item in self.made.values()} | _TAKEN | self.settings.keys()
        if not found or found[0].isdigit() or keyword.iskeyword(found) or found in dir(builtins):
            found = f"the_{found}"
        return f"{found}_{sha256(name.encode()).hexdigest()[:_DIGITS]}" if found in taken else found


def document(statements: Sequence[Value]) -> Document:
    """A policy document."""
    return Document({"Version": "2012-10-17", "Statement": list(statements)})


def role_name(key: str) -> str:
    """What Pulumi calls a role: `default-function-role` for the key `function-default`."""
    kind, _, of = key.partition("-")
    return f"{of}-{kind}-role" if of else f"{key}-role"


def policy_name(key: str) -> str:
    """What Pulumi calls the permissions of a role."""
    return f"{role_name(key).removesuffix('role')}policy"


def _listed(steps: Sequence[str]) -> str:
    if not steps:
        return ""
    return ("Step " if len(steps) == 1 else "Steps ") + ", ".join(steps)


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(" ".join(text.split()), _COMMENT, break_long_words=False, break_on_hyphens=False)
