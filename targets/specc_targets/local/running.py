"""What the parts of the engine share while a run goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from specc.diagnostics import Place
from specc.ir.ops import CallTask, Op, Recoverable
from specc.ir.region import Region
from specc.ir.walk import Role, Use, free_references, uses
from specc_runtime.errors import ANY, CodecError, class_names, error_name, message_of
from specc_runtime.expressions import SKIPPED, ExpressionError, JsonValue, Skipped, Template
from specc_runtime.secrets import Redactor
from specc_runtime.tracebacks import format_error
from specc_targets.local.asking import Approvals
from specc_targets.local.blame import expression_at_fault, note_on
from specc_targets.local.cell_names import CellNames
from specc_targets.local.events import Event
from specc_targets.local.execution import Executor
from specc_targets.local.failures import RunError, StepFailure
from specc_targets.local.halt import Halt
from specc_targets.local.kernel import Kernel
from specc_targets.local.reuse import ResultCache, Reuse, look_up
from specc_targets.local.runs.journal import Journal
from specc_targets.local.scope import Frame, Scope
from specc_targets.local.sites import Site
from specc_targets.local.tracker import Tracker
from specc_targets.local.values import keep, keep_binding
from specc_targets.local.workers import Workers


class Earlier(Protocol):
    """What an earlier part of a run has done. Its methods raise `JournalError`."""

    ended: str | None
    """How it ended; None when it was killed."""

    @property
    def notes(self) -> Sequence[str]:
        """What was lost of it, for the user."""

    def step(self, address: str) -> tuple[Any] | None:
        """The kept result of a call as a tuple of one; None when there is none."""

    def items(self, prefix: str) -> Any:
        """The results of a map that are there: `index in it`, `load(index)`; None when there are none."""

    def holds_below(self, address: str) -> bool:
        """Whether there is a result of anything in the map or loop at an address."""

    def failure(self, address: str) -> tuple[tuple[str, ...], RunError] | None:
        """How a call failed for good, with all the names of its error; None when it did not."""

    def failed_items(self, prefix: str) -> Iterator[int]:
        """The items of a map that failed for good."""

    def cause(self, address: str) -> str | None:
        """Why what is known below an address happened."""

    def forget(self, address: str) -> None:
        """What is known at or below an address holds no longer."""

    def close(self) -> None:
        """Nothing more is asked."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where in a run something happens."""

    region: Region
    frame: Frame
    halt: Halt
    path: tuple[str, ...] = ()
    """The steps around it."""
    items: tuple[int, ...] = ()
    """The index in each map around it."""
    declared: frozenset[str] = frozenset()
    """The error names that the operations around it retry or catch."""
    address: str = ""
    """Where it is, for the journal: `process[4]`, with every iteration of loops around it."""
    owner: str = ""
    """The name of the map or loop that the region belongs to."""
    size: int | None = None
    """With `batch`: how many items the call of this iteration is given."""
    whole: bool = False
    """Whether the region is a spec of its own, whose steps may be called as what is around it."""

    def path_of(self, op: Op) -> tuple[str, ...]:
        """The path of an operation as users know it: what wraps a step has the step's name and is not repeated."""
        same = bool(self.path) and self.path[-1] == op.name and not self.whole
        return self.path if same else (*self.path, op.name)

    def address_of(self, op: Op) -> str:
        """The address of an operation; that of what a map or loop wraps is the item's or the iteration's own."""
        return address_in(self.region, self.owner, self.address, op)


def address_in(region: Region, owner: str, address: str, op: Op) -> str:
    """The address of an operation of a region that is at `address` and belongs to the map or loop `owner`."""
    if op.name == owner and len(region.ops) == 1:
        return address
    between = "/" if address and not address.endswith("!") else ""
    return f"{address}{between}{op.name}"


@dataclass(frozen=True, slots=True)
class Tolerated:
    """Items of a map that failed and were tolerated: their results are null."""

    step: str
    items: tuple[int, ...]
    total: int
    errors: Mapping[int, RunError]
    """By the index of the iteration."""
    origin: Place
    """The step with `each`."""


class RunRegion(Protocol):
    """Runs the operations of a region; their results are then in the frame."""

    def __call__(self, run: Running, region: Region, here: Here) -> Awaitable[None]:
        """Raises `StepFailure` and `Halted`."""


@dataclass(slots=True)
class Running:
    """One run, or its `finally` part."""

    kernel: Kernel
    workers: Workers
    executor: Callable[[], Executor]
    """Gives what runs calls elsewhere, which is started when it is first needed."""
    names: Mapping[str, Any]
    """`params`, `env`, `run` and `stack` in expressions."""
    region: RunRegion
    redact: Redactor
    on_event: Callable[[Event], None] | None
    tolerated: list[Tolerated]
    calls: Counter[str]
    """Calls made, by the step's path."""
    journal: Journal | None = None
    recovered: Earlier | None = None
    """What an earlier part of this run has done."""
    cache: ResultCache | None = None
    id: str = ""
    """The run's."""
    tracker: Tracker | None = None
    approvals: Approvals = field(default_factory=Approvals)
    """Asks people."""
    asked: frozenset[str] = frozenset()
    """The names of steps whose results something uses."""
    remote: bool = False
    """Whether all calls go to the executor, not just those that need a process."""
    reused: set[str] = field(default_factory=set)
    """Addresses of calls whose result came from the cache."""
    cells: CellNames = field(default_factory=CellNames)
    """What the items of matrices are called."""
    under_way: dict[object, Callable[[], None]] = field(default_factory=dict)
    """What tells how far each map is that goes on."""
    _closed: list[bool] = field(default_factory=lambda: [False])
    """One item, which the specs that this one runs as steps share."""
    _sites: dict[int, Site] = field(default_factory=dict)
    _needs: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _declared: dict[int, frozenset[str]] = field(default_factory=dict)
    _plain: dict[int, str | None] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Whether this part of the run is over, whatever its threads still do."""
        return self._closed[0]

    def close(self) -> None:
        """This part of the run is over."""
        self._closed[0] = True

    def forget(self, address: str) -> None:
        """What is at or below an address is to be done anew, also when the run is gone on with later."""
        if self.recovered is not None:
            self.recovered.forget(address)
        if self.journal is not None:
            self.journal.forget([address])

    def because(self, address: str, cause: str) -> None:
        """What is known below an address holds only if it happened for the same reason as it happens now."""
        if self.recovered is not None and self.recovered.cause(address) != cause:
            self.forget(address)
        if self.journal is not None:
            self.journal.cause(address, cause)

    def emit(self, make: Callable[..., Event], path: tuple[str, ...], items: tuple[int, ...], *more: Any) -> None:
        """Tell that something happened, when somebody listens."""
        if self.on_event is not None:
            self.on_event(make("/".join(path), items, *more))

    def scope(self, here: Here) -> Scope:
        """What names mean here."""
        return Scope(here.frame, self.names)

    def scope_with(self, frame: Frame, names: Mapping[str, Any]) -> Scope:
        """The same inside of a frame with more names, whose values are not kept yet. Raises `CodecError`."""
        return Scope(Frame(frame, {name: keep_binding(value) for name, value in names.items()}), self.names)

    def site(self, op: CallTask, step: str) -> Site:
        """What is known about the calls of an operation."""
        found = self._sites.get(id(op))
        if found is None:
            found = self._sites[id(op)] = Site(op, step)
            if self.remote and found.where == "thread" and not found.is_test:
                found.where = "process"
        return found

    def reuse(self, site: Site, arguments: Mapping[str, Any], scope: Callable[[], Scope]) -> Reuse | None:
        """What the cache knows of a call; None when it is not asked. Raises `ExpressionError`."""
        if self.cache is None or site.op.cache is None:
            return None
        return look_up(self.cache, site, arguments, scope())

    def evaluate(self, template: Template, here: Here) -> JsonValue:
        """The value of a template. Raises `ExpressionError` and `Skipped`."""
        return template.evaluate(self.scope(here))

    def needs(self, op: Op) -> tuple[str, ...]:
        """The steps without whose values the operation is skipped."""
        found = self._needs.get(id(op))
        if found is None:
            references = (item for item in free_references(op) if item.root == "steps" and item.path)
            found = tuple(dict.fromkeys(str(item.path[0]) for item in references if not item.optional))
            self._needs[id(op)] = found
        return found

    def declared(self, op: Op, here: Here) -> frozenset[str]:
        """The error names that the operation or something around it retries or catches."""
        own = self._declared.get(id(op))
        if own is None:
            names: set[str] = set()
            if isinstance(op, Recoverable):
                names.update(op.retry.on if op.retry is not None else ())
                names.update(name for catch in op.catches for name in catch.errors)
            own = self._declared[id(op)] = frozenset(names - {ANY})
        return here.declared | own if own else here.declared

    def failure(self, error: BaseException, op: Op, here: Here, *roles: Role, outside: bool = False) -> StepFailure:
        """The failure that an exception in `op` is; `outside` of what its own retry and catches are for or not.

        `roles` are those of the templates that were being evaluated.
        """
        failure = self.failed(class_names(error), message_of(error), format_error(error), op, here, outside=outside)
        if roles and isinstance(error, ExpressionError):
            failure.error = self._blamed(failure.error, [use for use in uses(op) if use.role in roles], here)
        return failure

    def _blamed(self, error: RunError, evaluated: list[Use], here: Here) -> RunError:
        """The same error with the place of the expression that has no value."""
        fault = expression_at_fault(evaluated, self.scope(here))
        if fault is None and len(evaluated) == 1 and evaluated[0].role != "arguments":
            fault = evaluated[0].place  # it has a value, which does not serve
        if fault is None:
            return error
        return replace(error, fault=fault, notes=(self.redact(note_on(evaluated, fault, error.origin)),))

    def failed(
        self, names: tuple[str, ...], message: str, traceback: str, op: Op, here: Here, *, outside: bool = False
    ) -> StepFailure:
        """The same for an error of which only these are known."""
        declared = here.declared if outside else self.declared(op, here)
        names = tuple(name if name in declared else self.redact(name) for name in names)
        name = error_name(names, declared)
        path = "/".join(here.path_of(op))
        error = RunError(name, self.redact(message), path, here.items, op.origin, self.redact(traceback))
        return StepFailure(error, names)

    def keep(self, value: Any, step: str, codec: str | None = None) -> Any:
        """A result in the form it is kept. Raises `CodecError` that names the step."""
        try:
            return keep(value, codec)
        except CodecError as error:
            raise CodecError(f"the result of step `{step}` {error}") from error.__cause__

    def yielded(self, op: Op, body: Region, inner: Here) -> Any:
        """What a region gives, kept; `SKIPPED` when it needs the value of a skipped step."""
        template = body.yields
        if template is None:
            return None
        plain = self._plain_step(template)
        if plain is not None:
            return inner.frame.step(plain)
        try:
            return self.keep(self.evaluate(template, inner), "/".join(inner.path))
        except Skipped:
            return SKIPPED
        except Exception as error:
            raise self.failure(error, op, inner, "yields") from None

    def _plain_step(self, template: Template) -> str | None:
        """The step whose whole result the template is."""
        if id(template) not in self._plain:
            raw, found = template.raw, template.references
            whole = len(found) == 1 and found[0].root == "steps" and len(found[0].path) == 1
            name = str(found[0].path[0]) if whole else None
            self._plain[id(template)] = name if whole and raw == f"${{steps.{name}}}" else None
        return self._plain[id(template)]
