"""Writes states. Everything is written from its end: a state knows the name of the one after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specc.diagnostics import Place
from specc.ir.module import Module
from specc.ir.ops import Op
from specc_runtime.expressions import Template
from specc_targets.asl import regions
from specc_targets.asl.error_classes import ErrorClasses
from specc_targets.asl.errors import service_retrier
from specc_targets.asl.folding import fold
from specc_targets.asl.liveness import Liveness
from specc_targets.asl.names import NameTable
from specc_targets.asl.native import Known
from specc_targets.asl.order import in_reading_order
from specc_targets.asl.projections import Projections
from specc_targets.asl.requests import request
from specc_targets.asl.scope import Scope, visible
from specc_targets.asl.skips import Skips
from specc_targets.asl.text import Json, expression
from specc_targets.aws.names import Names

if TYPE_CHECKING:
    from specc_targets.asl.sub_machines import SubMachine

States = dict[str, dict[str, Json]]
EmitOp = Callable[["Emitter", Op, Scope, str, str], str]
"""Writes the states of an operation that leave its result in a variable (the fourth argument) and go on to a state
(the fifth); gives the name of the first."""

INVOKE = "arn:aws:states:::lambda:invoke"
DEFAULT_TIMEOUT = 900
"""Seconds: the most that Lambda allows."""


MAX_STATES = 100_000
"""States after which writing stops: handlers of handlers multiply, and far fewer exceed the size of a definition."""


class TooManyStatesError(Exception):
    """The machine would be far too large to exist."""


@dataclass
class Emitter:
    """The machine of one module, while it is written."""

    module: Module
    table: Mapping[type[Op], EmitOp]
    skips: Skips
    projections: Projections
    liveness: Liveness
    service_profile: str
    """The compute profile that scatters, gathers and evaluates."""
    classes: ErrorClasses = field(default_factory=ErrorClasses)
    names: NameTable = field(default_factory=lambda: NameTable("params", "run", "states", "outcome", "failure"))
    machines: Sequence[SubMachine] = ()
    """The machines of specs that steps run."""
    errors: tuple[str, ...] = ()
    """Error names that are retried or caught around the whole machine, by a spec that runs this one."""
    states: States = field(default_factory=dict)
    written: int = 0
    by_function: dict[Place, str] = field(default_factory=dict)
    """SDK calls that a function makes -> why Step Functions cannot, or nothing where that has been said."""
    environment: Mapping[str, str] = field(init=False)
    known: Known = field(init=False)

    def __post_init__(self) -> None:
        self.environment = dict(self.module.environment)
        self.known = Known.of(self.module.parameters, self.environment)

    # States

    def add(self, name: str, kind: str, **fields: Json) -> str:
        """Write one state; fields that are None are left out."""
        self.written += 1
        if self.written > MAX_STATES:
            raise TooManyStatesError
        self.states[name] = {"Type": kind, **{key: value for key, value in fields.items() if value is not None}}
        return name

    def assign(self, name: str, values: Mapping[str, Json], after: str) -> str:
        """Write a Pass that sets variables."""
        return self.add(self.names.state(name), "Pass", Assign=dict(values), Output={}, Next=after)

    def finish(self, name: str, output: Json = None) -> str:
        """Write the last state of a nested machine."""
        return self.add(self.names.state(name), "Pass", Output={} if output is None else output, End=True)

    @contextmanager
    def nested(self) -> Iterator[States]:
        """Write the states of a nested machine into what this gives."""
        outer, self.states = self.states, {}
        try:
            yield self.states
        finally:
            self.states = outer

    def machine(self, write: Callable[[], str]) -> dict[str, Json]:
        """A nested machine: `write` writes its states and gives the first one's name."""
        with self.nested() as states:
            start = fold(write(), states)
        return {"StartAt": start, "States": in_reading_order(start, states)}

    # Calls

    def call(
        self,
        name: str,
        action: str,
        scope: Scope,
        fields: Mapping[str, Json],
        *,
        step: str,
        templates: Sequence[Template] = (),
        target: str | None = None,
        assign: Mapping[str, Json] | None = None,
        profile: str | None = None,
        timeout: int = DEFAULT_TIMEOUT,
        errors: Sequence[str] = (),
        project: Sequence[str] = (),
        retry: Sequence[Json] = (),
        catch: Sequence[Json] = (),
        after: str | None,
        output: Json = None,
        resource: str = INVOKE,
    ) -> str:
        """Write a Task that calls the handler; its answer goes into the variable `target`, when there is one.

        Without `after` the machine ends there, with `output`.
        """
        payload = request(
            action, step, scope, templates, self.environment, fields, errors=errors or scope.errors, project=project
        )
        values: dict[str, Json] = dict(assign or {})
        if target is not None:
            values[target] = expression("$states.result.Payload")
        return self.add(
            self.names.state(name),
            "Task",
            Resource=resource,
            Arguments={"FunctionName": self.function(profile or self.service_profile), "Payload": payload},
            TimeoutSeconds=timeout,
            Retry=[service_retrier(), *retry],
            Catch=list(catch) or None,
            Assign=values or None,
            Output={} if output is None else output,
            Next=after,
            End=True if after is None else None,
        )

    def function(self, profile: str) -> str:
        """The Lambda function of a compute profile."""
        return Names.of(self.module).compute(profile)

    # Trees

    def op(self, op: Op, scope: Scope, target: str, after: str) -> str:
        """Write one operation with the test whether it runs at all."""
        from specc_targets.asl.gates import gate

        return gate(self, op, scope, target, self.table[type(op)](self, op, scope, target, after), after)

    def region(self, scope: Scope, body: Callable[[Scope], str]) -> str:
        """Write the operations of the region of `scope`, then what `body` writes with them in scope."""
        tree = regions.form_region(scope.level.region).tree
        if tree is None:
            return body(scope)
        inner = scope.inside(steps=self.declare(tree, scope))
        return self.tree(tree, inner, body(inner))

    def declare(self, tree: regions.Tree, scope: Scope) -> dict[str, str]:
        """Variables for the results that `tree` leaves in its own scope."""
        if isinstance(tree, regions.Leaf):
            return {tree.name: self.names.variable("step", *visible(scope.path(tree.name)))}
        if isinstance(tree, regions.Sequence):
            return {name: text for part in tree.parts for name, text in self.declare(part, scope).items()}
        live = (name for branch in tree.branches for name in self.liveness.leaving(branch, scope.level))
        return {name: self.names.variable("step", *visible(scope.path(name))) for name in live}

    def tree(self, tree: regions.Tree, scope: Scope, after: str) -> str:
        """Write a decomposed region whose results are declared in `scope`."""
        if isinstance(tree, regions.Leaf):
            return self.op(scope.level.region.by_name[tree.name], scope, scope.steps[tree.name], after)
        if isinstance(tree, regions.Sequence):
            for part in reversed(tree.parts):
                after = self.tree(part, scope, after)
            return after
        return self._parallel(tree, scope, after)

    def _parallel(self, tree: regions.Parallel, scope: Scope, after: str) -> str:
        branches: list[Json] = []
        values: dict[str, Json] = {}
        prefix = ".".join((*visible(scope.level.path), ""))
        first = _first(tree)
        for number, branch in enumerate(tree.branches):
            inner = scope.inside(steps=self.declare(branch, scope))
            live = self.liveness.leaving(branch, scope.level)
            output: dict[str, Json] = {inner.steps[name]: expression(f"${inner.steps[name]}") for name in live}
            for name in live:
                values[scope.steps[name]] = expression(f"$states.result[{number}].{inner.steps[name]}")

            def write(branch: regions.Tree = branch, inner: Scope = inner, output: dict[str, Json] = output) -> str:
                end = self.finish(f"{prefix}{_first(branch)}-end", output)
                return self.tree(branch, inner, end)

            branches.append(self.machine(write))
        name = self.names.state(f"{prefix}{first}-and-others")
        return self.add(name, "Parallel", Branches=branches, Assign=values or None, Output={}, Next=after)


def _first(tree: regions.Tree) -> str:
    while not isinstance(tree, regions.Leaf):
        tree = tree.parts[0] if isinstance(tree, regions.Sequence) else tree.branches[0]
    return tree.name
