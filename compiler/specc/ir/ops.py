"""The operations of the IR. All are immutable values; `origin` never takes part in equality.

An operation that a step's modifiers wrap becomes nested operations, outermost first:
`each` -> `Map`, then (`retry`/`on_error` of a composite) -> `Group`, then `repeat` -> `Loop`, then the action itself.
`when` and `after` sit on the outermost one. Inside, the wrapped operation carries the step's own name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from specc.diagnostics import ROOT, Place
from specc.expressions.types import ANY, Type
from specc.ir.module import Module
from specc.ir.policies import Cache, Catch, Compute, Retry, Tolerance
from specc.ir.region import Region
from specc_runtime.expressions import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """One node of a region's graph."""

    kind: ClassVar[str]
    name: str
    """The step's name, unique in its region."""
    when: Template | None = None
    """A single boolean expression; false means the operation is skipped."""
    after: tuple[str, ...] = ()
    """Names in the same region that must have ended (or been skipped) first."""
    result: Type = ANY
    """The static type of the result, as far as it is known."""
    origin: Place = field(default=ROOT, compare=False, repr=False)
    """Where the step stands in the spec."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoverable(Op):
    """An operation that can be retried and whose failure can be caught."""

    retry: Retry | None = None
    catches: tuple[Catch, ...] = ()
    """Tried in order; the first that lists the error's name wins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionRef:
    """`module:qualified.name` of a Python callable."""

    module: str
    qualname: str

    def __str__(self) -> str:
        return f"{self.module}:{self.qualname}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTask(Recoverable):
    """Calls one Python function with keyword arguments."""

    kind: ClassVar[str] = "task.call"
    function: FunctionRef
    arguments: Template
    """An object: parameter name -> value."""
    timeout: float | None = None
    """Seconds for one attempt."""
    compute: Compute = field(default_factory=Compute)
    codec: str | None = None
    cache: Cache | None = None
    isolation: Literal["inline", "thread", "process"] | None = None
    """Where a local run calls it; None leaves the choice to the engine."""
    slots: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Slot name -> the things of which each running call leases one, in local runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTask(CallTask):
    """Does something that is no function of the user's: a call of `specc_runtime.actions`, with the action's table or
    the step's `with` as its arguments. Engines that know nothing of an action call that function.
    """

    action: ClassVar[str] = ""
    """The key of the step that says what it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsTask(ActionTask):
    """Makes an AWS SDK call: `specc_runtime.actions.aws:SERVICE.OPERATION`, whose arguments are its parameters."""

    kind: ClassVar[str] = "task.aws"
    action: ClassVar[str] = "aws"

    @property
    def service(self) -> str:
        """The service as the spec names it: `dynamodb`."""
        return self.function.qualname.partition(".")[0]

    @property
    def operation(self) -> str:
        """The operation as the spec names it: `putItem`."""
        return self.function.qualname.partition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTask(ActionTask):
    """Makes an HTTP request: `specc_runtime.actions.http:request`, with the table `http` as its arguments."""

    kind: ClassVar[str] = "task.http"
    action: ClassVar[str] = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTask(ActionTask):
    """Runs a Python script: `specc_runtime.actions.script:run`, with the step's keys about it as arguments."""

    kind: ClassVar[str] = "task.script"
    action: ClassVar[str] = "script"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTask(ActionTask):
    """Runs a process: `specc_runtime.actions.command:run`, with `command`, `result` and `env` of the step."""

    kind: ClassVar[str] = "task.command"
    action: ClassVar[str] = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerTask(ActionTask):
    """Runs a container: `specc_runtime.actions.container:run`, with `container`, `result` and `env` of the step."""

    kind: ClassVar[str] = "task.container"
    action: ClassVar[str] = "container"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTask(ActionTask):
    """Reads the items of a map: `specc_runtime.actions.items:read`, with a table of `each` as its arguments."""

    kind: ClassVar[str] = "task.read"
    action: ClassVar[str] = "each"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Op):
    """Pauses. Its result is null."""

    kind: ClassVar[str] = "wait"
    duration: Template | None = None
    """Seconds, or an expression that gives seconds or a duration string."""
    until: Template | None = None
    """An ISO 8601 time stamp with offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Recoverable):
    """Asks people, and waits until one of them decides. A refusal is the failure `Rejected`."""

    kind: ClassVar[str] = "approve"
    by: tuple[str, ...]
    """Who may decide: `user:NAME`, `role:NAME`."""
    message: Template
    """What they are asked."""
    timeout: float | None = None
    """Seconds to wait for an answer; None: for ever."""
    on_timeout: Literal["approve", "reject"] = "reject"
    """What no answer means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Recoverable):
    """A graph of its own, run as one step."""

    kind: ClassVar[str] = "group"
    body: Region


@dataclass(frozen=True, slots=True, kw_only=True)
class SubPipeline(Recoverable):
    """Runs another spec as one step. The result is the object of its outputs."""

    kind: ClassVar[str] = "pipeline"
    module: Module
    """The other spec, checked. What it needs of the environment is in that of the module around it, too."""
    arguments: Template
    """An object: parameter of the other spec -> value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Map(Op):
    """Runs its body once per item, and gives the list of the bodies' yields in input order."""

    kind: ClassVar[str] = "map"
    sources: tuple[tuple[str, Template], ...]
    """Bound name -> list; several are zipped and must be of equal length."""
    body: Region
    max_parallel: int | None = None
    tolerance: Tolerance | None = None
    batch: int | None = None
    """Items handed over at a time, as a list; the body yields a list of equal length and the results are flattened."""
    mode: Literal["inline", "distributed", "array"] | None = None
    """Chosen by legalization for Step Functions; an array is one of jobs on AWS Batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop(Recoverable):
    """Repeats its body until `until` is true; `last` is `start` the first time, then the previous yield."""

    kind: ClassVar[str] = "loop"
    start: Template
    until: Template | None = None
    """Sees `last` bound to the result just produced."""
    max: int
    on_max: Literal["fail", "stop"] = "fail"
    body: Region


TASKS: tuple[type[CallTask], ...] = (CallTask, AwsTask, HttpTask, ScriptTask, CommandTask, ContainerTask, ReadTask)
"""Every concrete task: each is a call of one function."""
OPS: tuple[type[Op], ...] = (*TASKS, Wait, Approve, Group, SubPipeline, Map, Loop)
"""Every concrete operation; tables over operations are tested against it."""
