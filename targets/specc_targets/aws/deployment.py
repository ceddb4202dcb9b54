"""Everything that is deployed for one spec, as data. CloudFormation and Pulumi programs are written from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from specc.diagnostics import ROOT, Place
from specc.ir.deployment import Trigger
from specc_runtime.expressions import JsonValue
from specc_targets.aws.arns import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One permission: these actions on these resources."""

    sid: str
    """Letters and digits; unique in its role, and says what it is for."""
    actions: tuple[str, ...]
    """`service:Action`, sorted."""
    resources: tuple[Resource, ...]
    condition: tuple[tuple[str, str, JsonValue], ...] = ()
    """Operator, key, value."""
    reason: str = ""
    """Why the resource is `*`, where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a function, a job, the machine or a trigger may do."""

    key: str
    """Its name in this deployment: `machine`, `function-default`, `job-big`, `execution`, `events`, ..."""
    principal: str
    """The service that assumes it: `lambda.amazonaws.com`."""
    statements: tuple[Statement, ...] = ()
    given: str | None = None
    """ARN of a role that the spec names. Nothing is made then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A Lambda function."""

    name: str
    profile: str
    handler: str
    memory: int
    """MB."""
    timeout: int
    """Seconds."""
    environment: tuple[tuple[str, str], ...]
    """Sorted; without the store, which the deployment knows."""
    role: str
    """Key of its role."""
    logs: str
    """Name of its log group."""
    origin: Place = field(default=ROOT, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """What Batch and ECS run steps in."""

    name: str
    """Of the job definition, or the family of the task definition."""
    profile: str
    engine: Literal["batch", "ecs"]
    image: str | None
    """None: the one that `specc build` makes."""
    command: tuple[str, ...]
    """Empty: the image's own."""
    vcpu: float
    memory: int
    """MiB."""
    gpu: int = 0
    timeout: int | None = None
    """Seconds."""
    spot: bool = False
    platform: Literal["FARGATE", "EC2"] = "FARGATE"
    queue: str | None = None
    """An existing job queue; None: one is made."""
    cluster: str | None = None
    """An existing cluster; None: one is made."""
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    role: str
    """Key of the role of its code."""
    execution_role: str
    """Key of the role that pulls the image and writes logs."""
    logs: str
    origin: Place = field(default=ROOT, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The state machine of the spec, or of one that it runs as a step."""

    name: str
    definition: str
    """JSON text, as it was verified."""
    role: str
    """Key of its role."""
    logs: str
    tracing: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedTrigger:
    """A schedule or an event rule that starts the machine."""

    name: str
    trigger: Trigger
    role: str
    """Key of the role that starts the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """All resources of one deployment. References between them are by name and by key of a role."""

    name: str
    """Also the prefix of all names."""
    description: str
    region: str | None
    bucket: str | None
    """The bucket that the spec names; None: one is made, encrypted, private, emptied by age."""
    protect: bool
    machines: tuple[Machine, ...]
    """The spec's own first."""
    functions: tuple[Function, ...]
    containers: tuple[Container, ...]
    roles: tuple[Role, ...]
    triggers: tuple[DeployedTrigger, ...]
    tags: tuple[tuple[str, str], ...]
    python: str
    arch: Literal["arm64", "x86_64"]
    package_format: Literal["zip", "image"]
