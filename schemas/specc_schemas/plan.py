"""The plan: a compiled spec as plain JSON, which the local engine runs without the compiler.

Fields at their default are left out. An engine refuses a plan of another version, and keys that it does not know.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.values import JsonValue

PLAN_VERSION = 1
"""Of the form of plans."""

Seconds = Annotated[float, Field(ge=0)]
Origin = list[str | int]
Template = JsonValue
Function = Annotated[str, Field(pattern=r"^[^:\s]+:[^:\s]+$")]
Position = Annotated[str, Field(pattern=r"^[\s\S]+:[1-9][0-9]*:[1-9][0-9]*$")]


class PlanRetry(Model):
    """How failures are retried."""

    max: Annotated[int, Field(ge=0)]
    """Required. Retries, not attempts."""
    delay: Seconds | None = None
    """Seconds before the first retry. Default: 1."""
    backoff: Seconds | None = None
    """What the delay is multiplied by each time. Default: 2."""
    max_delay: Seconds | None = None
    """The longest delay in seconds. Default: no bound."""
    jitter: bool | None = None
    """Whether delays are random, up to what they would be. Default: false."""
    on: list[str] | None = None
    """Names of errors. Default: `["*"]`, which is any."""


class PlanCatch(Model):
    """What replaces the result of an operation that failed: a value or a handler."""

    errors: Annotated[list[str], Field(min_length=1)]
    """Required. Names of errors; `*` is any."""
    use: Template = None
    """A value, which may refer to `error`."""
    run: str | None = None
    """The handler of the same region whose result is used."""


class PlanCompute(Model):
    """What an operation asks for."""

    profile: str | None = None
    """The name of the profile. Default: `default`."""
    engine: Literal["lambda", "batch", "ecs", "local"] | None = None
    """The engine in the cloud. Default: `lambda`."""
    memory: Annotated[int, Field(ge=0)] | None = None
    """Bytes."""
    vcpu: Annotated[float, Field(ge=0)] | None = None
    """Processors."""
    gpu: Annotated[int, Field(ge=0)] | None = None
    """Graphics processors."""
    timeout: Seconds | None = None
    """Seconds for one attempt."""


class PlanTolerance(Model):
    """How many items of a map may fail."""

    unit: Literal["count", "percent"]
    """Required. What the amount counts."""
    amount: Annotated[float, Field(ge=0)]
    """Required. Items, or percent of all items."""


class PlanCache(Model):
    """When a result of an earlier run is used again."""

    key: Template = None
    """A list that decides instead of the arguments."""
    ttl: Seconds | None = None
    """Seconds that a result may be used again. Default: for ever."""


class PlanItem(Model):
    """What parameters, outputs and operations have in common."""

    name: str
    """Required. Its name in the spec."""
    origin: Origin
    """Required. Where it stands in the spec: the path of keys."""
    at: Position | None = None
    """Where it stands in the spec's text: `file:line:column`."""


class PlanOperation(PlanItem):
    """What all operations have in common."""

    when: Template = None
    """A condition; false means that the operation is skipped."""
    after: list[str] | None = None
    """Operations of the same region that end first."""
    result: str | None = None
    """The static type of the result. Default: `any value`."""


class PlanCall(PlanOperation):
    """Calls one Python function with keyword arguments."""

    kind: Literal["task.call", "task.aws", "task.http", "task.command", "task.container", "task.read"]
    """Required. What the operation does."""
    function: Function
    """Required. `module:qualified.name`."""
    arguments: dict[str, Template]
    """Required. The arguments, with expressions in them."""
    retry: PlanRetry | None = None
    """How failures are retried. Default: not at all."""
    catches: list[PlanCatch] | None = None
    """What replaces the result after a failure, in the order in which they are tried."""
    timeout: Seconds | None = None
    """Seconds for one attempt."""
    compute: PlanCompute | None = None
    """What the function asks for."""
    codec: str | None = None
    """How the result is written. Default: by its type."""
    cache: PlanCache | None = None
    """When a result of an earlier run is used again. Default: never."""
    isolation: Literal["inline", "thread", "process"] | None = None
    """Where the function is called. Default: the engine chooses."""
    slots: dict[str, list[str]] | None = None
    """Name -> the things of which each running call leases one."""


class PlanWait(PlanOperation):
    """Pauses."""

    kind: Literal["wait"]
    """Required. What the operation does."""
    duration: Template = None
    """Seconds, or an expression that gives seconds or a text such as `90s`."""
    until: Template = None
    """A time stamp."""


class PlanApprove(PlanOperation):
    """Asks people, and waits for a decision."""

    kind: Literal["approve"]
    """Required. What the operation does."""
    by: Annotated[list[str], Field(min_length=1)]
    """Required. Who may decide: `user:NAME`, `role:NAME`."""
    message: Template
    """Required. What they are asked."""
    timeout: Seconds | None = None
    """Seconds to wait for an answer. Default: for ever."""
    on_timeout: Literal["approve", "reject"] | None = None
    """What no answer means. Default: `reject`."""
    retry: PlanRetry | None = None
    """How failures are retried. Default: not at all."""
    catches: list[PlanCatch] | None = None
    """What replaces the result after a refusal, in the order in which they are tried."""


class PlanGroup(PlanOperation):
    """A graph of its own, run as one operation."""

    kind: Literal["group"]
    """Required. What the operation does."""
    body: "PlanRegion"
    """Required. What it runs."""
    retry: PlanRetry | None = None
    """How failures are retried. Default: not at all."""
    catches: list[PlanCatch] | None = None
    """What replaces the result after a failure, in the order in which they are tried."""


class PlanPipeline(PlanOperation):
    """Runs another spec as one operation."""

    kind: Literal["pipeline"]
    """Required. What the operation does."""
    module: "PlanModule"
    """Required. The other spec."""
    arguments: dict[str, Template]
    """Required. Its parameters, with expressions in them."""
    retry: PlanRetry | None = None
    """How failures are retried. Default: not at all."""
    catches: list[PlanCatch] | None = None
    """What replaces the result after a failure, in the order in which they are tried."""


class PlanMap(PlanOperation):
    """Runs its body once for each item."""

    kind: Literal["map"]
    """Required. What the operation does."""
    sources: dict[str, Template]
    """Required. Bound name -> list; several go side by side."""
    body: "PlanRegion"
    """Required. What it runs for each item."""
    max_parallel: Annotated[int, Field(ge=1)] | None = None
    """Items at the same time. Default: the engine chooses."""
    tolerance: PlanTolerance | None = None
    """How many items may fail. Default: none."""
    batch: Annotated[int, Field(ge=1)] | None = None
    """Items that are handed over at a time, as a list. Default: single items."""
    mode: Literal["inline", "distributed"] | None = None
    """How Step Functions runs it; says nothing here."""


class PlanLoop(PlanOperation):
    """Repeats its body."""

    kind: Literal["loop"]
    """Required. What the operation does."""
    start: Template
    """Required. `last` in the first iteration."""
    until: Template = None
    """A condition on `last` that ends it."""
    max: Annotated[int, Field(ge=1)]
    """Required. Iterations at most."""
    on_max: Literal["fail", "stop"] | None = None
    """What happens after that many. Default: `fail`."""
    body: "PlanRegion"
    """Required. What it repeats."""
    retry: PlanRetry | None = None
    """How failures are retried. Default: not at all."""
    catches: list[PlanCatch] | None = None
    """What replaces the result after a failure, in the order in which they are tried."""


Operation = Annotated[
    PlanCall | PlanWait | PlanApprove | PlanGroup | PlanPipeline | PlanMap | PlanLoop, Field(discriminator="kind")
]
Edge = tuple[str, str, Literal["data", "order"], bool]


class PlanRegion(Model):
    """Operations and the order between them."""

    ops: list[Operation]
    """Required. The operations, in the order of the spec."""
    edges: list[Edge] | None = None
    """Source, target, `data` or `order`, and whether a skipped source leaves the target be; sorted."""
    yields: Annotated[list[Template], Field(min_length=1, max_length=1)] | None = None
    """The value of the region, as the one item of a list."""
    handlers: list[Operation] | None = None
    """Operations that run only when a failure is caught."""
    binds: list[str] | None = None
    """Names that are bound inside: of `each`, or `last`."""


class PlanParameter(PlanItem):
    """An input of the run."""

    type: str
    """Required. Its static type."""
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    """Required. Its JSON Schema."""
    kind: (
        Literal["string", "integer", "number", "boolean", "object", "array", "path", "datetime", "duration"] | None
    ) = None
    """The type that the spec gives. Default: `string`."""
    required: bool | None = None
    """Whether it must be given. Default: true."""
    default: JsonValue = None
    """The value when none is given."""


class PlanOutput(PlanItem):
    """One value of the run's result."""

    value: Template
    """Required. The value, with expressions in it."""
    type: str | None = None
    """Its static type. Default: `any value`."""


class PlanModule(Model):
    """A whole spec."""

    name: Annotated[str, Field(min_length=1)]
    """Required. The spec's name."""
    kind: str | None = None
    """The spec's kind. Default: `pipeline`."""
    description: str | None = None
    """What the spec says about itself."""
    parameters: list[PlanParameter]
    """Required. The inputs of a run."""
    environment: dict[str, str] | None = None
    """Plain variables of every call."""
    secrets: dict[str, str] | None = None
    """Variable -> where its value is read when the run starts; never a value."""
    body: PlanRegion
    """Required. What runs."""
    finally_: Annotated[PlanRegion, Field(alias="finally")]
    """Required. What runs afterwards, whatever happened."""
    outputs: list[PlanOutput]
    """Required. The values of the run's result."""
    package_root: str | None = None
    """The folder of the functions, from the folder that the plan runs in. Default: `.`."""


class Plan(Model):
    """A plan."""

    specc: Literal[1]
    """Required. The version of the plan's form."""
    module: PlanModule
    """Required. The spec."""
