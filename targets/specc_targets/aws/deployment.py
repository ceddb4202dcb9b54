"""Everything that is deployed for one spec, as data. CloudFormation and Pulumi programs are written from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from specc.diagnostics import ROOT, Place
from specc_runtime.expressions import JsonValue
from specc_targets.aws.arns import Resource

DATA_DAYS = 30
"""Days for which the data of a run that does not pause is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold besides."""

    operator: str
    """`StringEquals`, `ArnLike`, ..."""
    key: str
    """`iam:PassedToService`, ..."""
    values: tuple[Resource, ...]
    """Texts, or ARNs, any of which will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One permission: these actions on these resources."""

    sid: str
    """Letters and digits; unique in its role, and says what it is for."""
    actions: tuple[str, ...]
    """`service:Action`, sorted."""
    resources: tuple[Resource, ...]
    conditions: tuple[Condition, ...] = ()
    """All of them must hold."""
    reason: str = ""
    """Why a resource is `*`, or ends in it where a name should be."""
    origin: Place | None = field(default=None, compare=False, repr=False)
    """Where the spec could say more, so that the permission would be narrower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a function, a job, the machine or a trigger may do."""

    key: str
    """Its name in this deployment: `machine`, `function-default`, `job-big`, `execution`, `events`, ..."""
    principal: str
    """The service that assumes it: `lambda.amazonaws.com`."""
    statements: tuple[Statement, ...] = ()
    given: str | None = None
    """ARN of a role that the spec names. Nothing is made then; `statements` are what it must allow."""


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
    tracing: bool = True
    """Whether X-Ray traces its calls, as it does those of the machine."""
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
    """Seconds that one attempt may take."""
    spot: bool = False
    attempts: int = 1
    """Of a job whose host is taken away; whatever else ends an attempt ends the job (`evaluateOnExit`)."""
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
class ScheduleTrigger:
    """A schedule of EventBridge Scheduler that starts the machine."""

    name: str
    expression: str
    """`cron(...)` of six fields, or `rate(...)`."""
    timezone: str
    input: str
    """JSON text: the parameters of the run."""
    role: str
    """Key of the role that starts the machine."""
    origin: Place = field(default=ROOT, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger:
    """A rule on an event bus that starts the machine."""

    name: str
    bus: str | None
    """None: the default one."""
    pattern: JsonValue
    """An event pattern. Where it names the stack's bucket, it has the text `{bucket}`."""
    input: str
    """JSON text: the parameters of the run, with `<name>` for what `paths` reads."""
    paths: tuple[tuple[str, str], ...] = ()
    """Name -> JSON path into the event."""
    role: str
    """Key of the role that starts the machine."""
    origin: Place = field(default=ROOT, compare=False, repr=False)


DeployedTrigger = ScheduleTrigger | EventTrigger
"""What starts the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """All resources of one deployment. References between them are by name and by key of a role."""

    name: str
    """Also the prefix of all names."""
    description: str
    region: str | None
    bucket: str | None
    """The bucket that the spec names; None: one is made, encrypted, private, emptied by age."""
    store: str
    """What the keys of its objects in that bucket begin with, without a slash at the end."""
    protect: bool
    """Whether data outlives the stack."""
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
    data_days: int = DATA_DAYS
    """Days after which what a run left in a bucket that is made is removed."""
    log_days: int = 30
    """The same of its logs."""
