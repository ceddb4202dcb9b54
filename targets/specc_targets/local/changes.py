"""What a change of a spec means for a run that goes on with it."""

from __future__ import annotations

from dataclasses import replace

from specc.expressions.types import ANY
from specc.ir.module import Module
from specc.ir.ops import Approve, CallTask, Loop, Map, Op, Recoverable
from specc.ir.policies import Compute
from specc.ir.walk import body_of, free_references


def changed(before: Module, after: Module) -> frozenset[str]:
    """The top-level steps that do not compute what they did, and all that use their results."""
    known = {op.name: essence(op) for op in before.body.ops}
    stale = {op.name for op in after.body.ops if known.get(op.name) != essence(op)}
    handlers = {op.name: essence(op) for op in before.body.handlers}
    altered = {op.name for op in after.body.handlers if handlers.get(op.name) != essence(op)}
    variables = {name for name, _ in set(before.environment) ^ set(after.environment)}
    altered |= {op.name for op in after.body.handlers if variables & _variables(op)}
    stale |= {op.name for op in after.body.ops if altered & _handlers(op) or variables & _variables(op)}
    while True:
        more = {edge.target for edge in after.body.edges if edge.source in stale and edge.kind == "data"} - stale
        if not more:
            break
        stale |= more
    if stale or not _same_end(before, after):
        stale.add("finally")
    return frozenset(stale)


def longer_or_shorter(before: Module, after: Module) -> frozenset[str]:
    """Of the steps that have changed, those of which only the end of their loop has: what iterations did holds."""
    stale = changed(before, after)
    known = {op.name: op for op in before.body.ops}
    later = {edge.target for edge in after.body.edges if edge.source in stale and edge.kind == "data"}
    variables = {name for name, _ in set(before.environment) ^ set(after.environment)}
    return frozenset(
        op.name
        for op in after.body.ops
        if op.name in stale - later
        and not variables & _variables(op)
        and (found := _without_end(op)) is not None
        and op.name in known
        and found == _without_end(known[op.name])
    )


def _without_end(op: Op) -> Op | None:
    """A loop, or a map of loops, without what decides when loops end; None for what else it may be.

    So it is where failures are handled or tolerated: what has come of them would be taken for a result.
    """
    found = essence(op)
    if isinstance(found, Loop) and not found.catches:
        return replace(found, until=None, max=1, on_max="stop")
    if isinstance(op, Map) and op.tolerance is None and isinstance(found, Map) and len(found.body.ops) == 1:
        inner = _without_end(found.body.ops[0])
        return replace(found, body=replace(found.body, ops=(inner,))) if isinstance(inner, Loop) else None
    return None


def reads_changed_variables(before: Module, after: Module, op: Op) -> bool:
    """Whether the step uses a variable of the environment that has changed, or is handled by a step that has."""
    variables = {name for name, _ in set(before.environment) ^ set(after.environment)}
    return bool(variables & _variables(op)) or bool(_handlers(op))


def _same_end(before: Module, after: Module) -> bool:
    """Whether the steps that run at the end are what they were."""
    return [essence(op) for op in before.finally_.ops] == [essence(op) for op in after.finally_.ops]


def _handlers(op: Op) -> set[str]:
    """The steps that handle the failures of an operation."""
    return {item.run for item in op.catches if item.run is not None} if isinstance(op, Recoverable) else set()


def _variables(op: Op) -> set[str]:
    """The variables of the environment that the expressions of a step use."""
    return {str(item.path[0]) for item in free_references(op) if item.root == "env" and item.path}


def essence(op: Op) -> Op:
    """An operation without what decides only how its results come about: limits, retries, where it runs."""
    found: Op = replace(op, after=(), result=ANY)
    if isinstance(found, Recoverable):
        found = replace(found, retry=None)
    if isinstance(found, CallTask):
        found = replace(found, timeout=None, compute=Compute(), cache=None, isolation=None, slots=())
    if isinstance(found, Approve):
        found = replace(found, timeout=None, on_timeout="reject")
    if isinstance(found, Map):
        found = replace(found, max_parallel=None, tolerance=None)
    body = body_of(found)
    if body is not None:
        ops, handlers = tuple(map(essence, body.ops)), tuple(map(essence, body.handlers))
        found = replace(found, body=replace(body, ops=ops, handlers=handlers, edges=()))  # type: ignore[call-arg]  # it has one
    return found
