"""What a change of a spec means for a run that goes on with it."""

from __future__ import annotations

from dataclasses import replace

from specc.expressions.types import ANY
from specc.ir.module import Module
from specc.ir.ops import Approve, CallTask, Map, Op, Recoverable
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
