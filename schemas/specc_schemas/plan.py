"""The plan: a compiled spec as plain JSON, which the local engine runs without the compiler.

Fields at their default are left out. An engine refuses a plan of another version, and keys that it does not know.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.choices import (
    Answer,
    CallKind,
    EdgeKind,
    Engine,
    Isolation,
    MapMode,
    OnMax,
    ParameterType,
    ToleranceUnit,
)
from specc_schemas.values import JsonValue, LanguageVersion

PLAN_VERSION = 1
"""Of the form of plans."""

Seconds = Annotated[float, Field(ge=0, description="In seconds.")]
Bytes = Annotated[int, Field(ge=0, description="In bytes.")]
Origin = list[str | int]
Template = JsonValue
Function = Annotated[str, Field(pattern=r"^[^:\s]+:[^:\s]+$")]
Position = Annotated[str, Field(pattern=r"^[\s\S]+:[1-9][0-9]*:[1-9][0-9]*$")]


class PlanRetry(Model):
    """How failures are retried."""

    max: Annotated[int, Field(ge=0)]
    """Required. Retries, not attempts. Example: `2`."""
    delay: Seconds | None = None
    """Time before the first retry. Default: `1`. Example: `0.5`."""
    backoff: Annotated[float, Field(ge=0)] | None = None
    """What the delay is multiplied by each time. Default: `2`. Example: `1.5`."""
    max_delay: Seconds | None = None
    """The longest delay. Default: no bound. Example: `60`."""
    jitter: bool | None = None
    """Whether delays are random, up to what they would be. Default: `false`. Example: `true`."""
    on: list[str] | None = None
    """Names of errors; `*` is any. Default: `["*"]`. Example: `["TimeoutError"]`."""


class PlanCatch(Model):
    """What replaces the result of an operation that failed: a value or a handler."""

    errors: Annotated[list[str], Field(min_length=1)]
    """Required. Names of errors; `*` is any. Example: `["ValueError"]`."""
    use: Template = None
    """A value, which may refer to `error`. Default: null, where there is no `run`. Example: `"${error.message}"`."""
    run: str | None = None
    """The handler of the same region whose result is used. Default: none. Example: `"cleanup"`."""


class PlanCompute(Model):
    """What an operation asks for."""

    profile: str | None = None
    """The name of the profile. Default: `"default"`. Example: `"small"`."""
    engine: Engine | None = None
    """The engine in the cloud. Default: `"lambda"`. Example: `"batch"`."""
    memory: Bytes | None = None
    """Memory. Default: what the engine gives. Example: `536870912`."""
    vcpu: Annotated[float, Field(ge=0)] | None = None
    """Processors. Default: what the engine gives. Example: `2`."""
    gpu: Annotated[int, Field(ge=0)] | None = None
    """Graphics processors. Default: none. Example: `1`."""
    timeout: Seconds | None = None
    """Time for one attempt. Default: no bound. Example: `300`."""


class PlanTolerance(Model):
    """How many items of a map may fail."""

    unit: ToleranceUnit
    """Required. What the amount counts. Example: `"percent"`."""
    amount: Annotated[float, Field(ge=0)]
    """Required. Items, or percent of all items. Example: `1`."""


class PlanCache(Model):
    """When a result of an earlier run is used again."""

    key: Template = None
    """A list that decides instead of the arguments. Default: the arguments. Example: `["${params.day}"]`."""
    ttl: Seconds | None = None
    """How long a result may be used again. Default: for ever. Example: `604800`."""


class PlanItem(Model):
    """What parameters, outputs and operations have in common."""

    name: str
    """Required. Its name in the spec. Example: `"fetch"`."""
    origin: Origin
    """Required. Where it stands in the spec: the path of keys. Example: `["steps", "fetch"]`."""
    at: Position | None = None
    """Where it stands in the spec's text: `file:line:column`. Default: not known. Example: `"birds.toml:5:1"`."""


class PlanOperation(PlanItem):
    """What all operations have in common."""

    when: Template = None
    """A condition; false means that the operation is skipped. Default: always. Example: `"${steps.check.ok}"`."""
    after: list[str] | None = None
    """Operations of the same region that end first. Default: none. Example: `["setup"]`."""
    result: str | None = None
    """The static type of the result. Default: `"any value"`. Example: `"list of string"`."""


class PlanCall(PlanOperation):
    """Calls one Python function with keyword arguments."""

    kind: CallKind
    """Required. What the operation does. Example: `"task.call"`."""
    function: Function
    """Required. `module:qualified.name`. Example: `"birds:flap"`."""
    arguments: dict[str, Template]
    """Required. The arguments, with expressions in them. Example: `{"limit": "${params.limit}"}`."""
    retry: PlanRetry | None = None
    """How failures are retried. Default: not at all. Example: `{"max": 2}`."""
    catches: list[PlanCatch] | None = None
    """What replaces the result after a failure, in the order in which they are tried. Default: none.
    Example: `[{"errors": ["*"], "run": "cleanup"}]`."""
    timeout: Seconds | None = None
    """Time for one attempt. Default: no bound. Example: `300`."""
    compute: PlanCompute | None = None
    """What the function asks for. Default: a Lambda function. Example: `{"memory": 536870912}`."""
    codec: str | None = None
    """How the result is written. Default: by its type. Example: `"parquet"`."""
    cache: PlanCache | None = None
    """When a result of an earlier run is used again. Default: never. Example: `{"ttl": 604800}`."""
    isolation: Isolation | None = None
    """Where the function is called. Default: the engine chooses. Example: `"process"`."""
    slots: dict[str, list[str]] | None = None
    """Name -> the things of which each running call leases one. Default: none. Example: `{"gpu": ["0", "1"]}`."""


class PlanWait(PlanOperation):
    """Pauses."""

    kind: Literal["wait"]
    """Required. What the operation does. Example: `"wait"`."""
    duration: Template = None
    """Seconds, or an expression that gives seconds or a text such as `90s`. Default: none, with `until`.
    Example: `30`."""
    until: Template = None
    """A time stamp. Default: none, with `duration`. Example: `"${steps.plan.starts_at}"`."""


class PlanApprove(PlanOperation):
    """Asks people, and waits for a decision."""

    kind: Literal["approve"]
    """Required. What the operation does. Example: `"approve"`."""
    by: Annotated[list[str], Field(min_length=1)]
    """Required. Who may decide: `user:NAME`, `role:NAME`. Example: `["role:owner"]`."""
    message: Template
    """Required. What they are asked. Example: `"publish?"`."""
    timeout: Seconds | None = None
    """How long to wait for an answer. Default: for ever. Example: `86400`."""
    on_timeout: Answer | None = None
    """What no answer means. Default: `"reject"`. Example: `"approve"`."""
    retry: PlanRetry | None = None
    """How failures are retried. Default: not at all. Example: `{"max": 2}`."""
    catches: list[PlanCatch] | None = None
    """What replaces the result after a refusal, in the order in which they are tried. Default: none.
    Example: `[{"errors": ["Rejected"], "run": "tell"}]`."""


class PlanGroup(PlanOperation):
    """A graph of its own, run as one operation."""

    kind: Literal["group"]
    """Required. What the operation does. Example: `"group"`."""
    body: "PlanRegion"
    """Required. What it runs. Example: `{"ops": []}`."""
    retry: PlanRetry | None = None
    """How failures are retried. Default: not at all. Example: `{"max": 2}`."""
    catches: list[PlanCatch] | None = None
    """What replaces the result after a failure, in the order in which they are tried. Default: none.
    Example: `[{"errors": ["*"], "run": "cleanup"}]`."""


class PlanPipeline(PlanOperation):
    """Runs another spec as one operation."""

    kind: Literal["pipeline"]
    """Required. What the operation does. Example: `"pipeline"`."""
    module: "PlanModule"
    """Required. The other spec.
    Example: `{"name": "other", "parameters": [], "body": {"ops": []}, "finally": {"ops": []}, "outputs": []}`."""
    arguments: dict[str, Template]
    """Required. Its parameters, with expressions in them. Example: `{"limit": "${params.limit}"}`."""
    retry: PlanRetry | None = None
    """How failures are retried. Default: not at all. Example: `{"max": 2}`."""
    catches: list[PlanCatch] | None = None
    """What replaces the result after a failure, in the order in which they are tried. Default: none.
    Example: `[{"errors": ["*"], "run": "cleanup"}]`."""


class PlanMap(PlanOperation):
    """Runs its body once for each item."""

    kind: Literal["map"]
    """Required. What the operation does. Example: `"map"`."""
    sources: dict[str, Template]
    """Required. Bound name -> list; several go side by side. Example: `{"bird": "${steps.birds}"}`."""
    body: "PlanRegion"
    """Required. What it runs for each item. Example: `{"ops": []}`."""
    max_parallel: Annotated[int, Field(ge=1)] | None = None
    """Items at the same time. Default: the engine chooses. Example: `20`."""
    tolerance: PlanTolerance | None = None
    """How many items may fail. Default: none. Example: `{"unit": "percent", "amount": 1}`."""
    batch: Annotated[int, Field(ge=1)] | None = None
    """Items that are handed over at a time, as a list. Default: single items. Example: `50`."""
    mode: MapMode | None = None
    """How Step Functions runs it; says nothing here. Default: `"inline"`. Example: `"distributed"`."""


class PlanLoop(PlanOperation):
    """Repeats its body."""

    kind: Literal["loop"]
    """Required. What the operation does. Example: `"loop"`."""
    start: Template
    """Required. `last` in the first iteration. Example: `0`."""
    until: Template = None
    """A condition on `last` that ends it. Default: none. Example: `"${last.done}"`."""
    max: Annotated[int, Field(ge=1)]
    """Required. Iterations at most. Example: `100`."""
    on_max: OnMax | None = None
    """What happens after that many. Default: `"fail"`. Example: `"stop"`."""
    body: "PlanRegion"
    """Required. What it repeats. Example: `{"ops": []}`."""
    retry: PlanRetry | None = None
    """How failures are retried. Default: not at all. Example: `{"max": 2}`."""
    catches: list[PlanCatch] | None = None
    """What replaces the result after a failure, in the order in which they are tried. Default: none.
    Example: `[{"errors": ["*"], "run": "cleanup"}]`."""


Operation = Annotated[
    PlanCall | PlanWait | PlanApprove | PlanGroup | PlanPipeline | PlanMap | PlanLoop, Field(discriminator="kind")
]
Edge = tuple[str, str, EdgeKind, bool]


class PlanRegion(Model):
    """Operations and the order between them."""

    ops: list[Operation]
    """Required. The operations, in the order of the spec. Example: `[]`."""
    edges: list[Edge] | None = None
    """Source, target, `data` or `order`, and whether a skipped source leaves the target be; sorted. Default: none.
    Example: `[["fetch", "parse", "data", false]]`."""
    yields: Annotated[list[Template], Field(min_length=1, max_length=1)] | None = None
    """The value of the region, as the one item of a list. Default: none. Example: `["${steps.parse}"]`."""
    handlers: list[Operation] | None = None
    """Operations that run only when a failure is caught. Default: none. Example: `[]`."""
    binds: list[str] | None = None
    """Names that are bound inside: of `each`, or `last`. Default: none. Example: `["bird"]`."""


class PlanParameter(PlanItem):
    """An input of the run."""

    type: str
    """Required. Its static type. Example: `"integer"`."""
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    """Required. Its JSON Schema. Example: `{"type": "integer"}`."""
    kind: ParameterType | None = None
    """The type that the spec gives. Default: `"string"`. Example: `"integer"`."""
    required: bool | None = None
    """Whether it must be given. Default: `true`. Example: `false`."""
    default: JsonValue = None
    """The value when none is given. Default: none. Example: `3`."""


class PlanOutput(PlanItem):
    """One value of the run's result."""

    value: Template
    """Required. The value, with expressions in it. Example: `"${steps.join}"`."""
    type: str | None = None
    """Its static type. Default: `"any value"`. Example: `"string"`."""


class PlanModule(Model):
    """A whole spec."""

    name: Annotated[str, Field(min_length=1)]
    """Required. The spec's name. Example: `"birds"`."""
    kind: str | None = None
    """The spec's kind. Default: `"pipeline"`. Example: `"pipeline"`."""
    description: str | None = None
    """What the spec says about itself. Default: none. Example: `"flaps every bird"`."""
    parameters: list[PlanParameter]
    """Required. The inputs of a run. Example: `[]`."""
    environment: dict[str, str] | None = None
    """Plain variables of every call. Default: none. Example: `{"LOG_LEVEL": "INFO"}`."""
    secrets: dict[str, str] | None = None
    """Variable -> where its value is read when the run starts; never a value. Default: none.
    Example: `{"API_KEY": "env:API_KEY"}`."""
    body: PlanRegion
    """Required. What runs. Example: `{"ops": []}`."""
    finally_: Annotated[PlanRegion, Field(alias="finally")]
    """Required. What runs afterwards, whatever happened. Example: `{"ops": []}`."""
    outputs: list[PlanOutput]
    """Required. The values of the run's result. Example: `[]`."""
    package_root: str | None = None
    """The folder of the functions, from the folder that the plan runs in. Default: `"."`. Example: `"src"`."""


class Plan(Model):
    """A plan."""

    specc: LanguageVersion
    """Required. The version of the plan's form. Example: `1`."""
    module: PlanModule
    """Required. The spec.
    Example: `{"name": "birds", "parameters": [], "body": {"ops": []}, "finally": {"ops": []}, "outputs": []}`."""
