"""Checks that a module is well formed. A fault here is a bug of the compiler, never of the user."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir.module import Module
from specc.ir.ops import Op, Recoverable
from specc.ir.region import Region
from specc.ir.scopes import Scope
from specc.ir.settled import Settled, presence
from specc.ir.walk import Use, body_of, uses
from specc.memory import Memory

_ROOTS = frozenset({"params", "env", "run", "stack", "steps"})


def verify(module: Module, memory: Memory | None = None) -> list[str]:
    """The faults of `module`; empty when it is well formed.

    Names are unique in a region; edges, `after` and handlers name operations of it; the graph has no cycle; every
    reference means something where it stands; a region's data edges cover the references inside it.
    """
    settled = Settled(memory, "verified")
    faults = list(_region(module.body, Scope.of_body(module), "body", settled))
    faults += _region(module.finally_, Scope.of_finally(module), "finally", settled)
    scope = Scope.of_body(module)
    for output in module.outputs:
        faults += _references(Use(output.value, "yields", output.origin), scope, f"output {output.name}")
    return faults


def _region(region: Region, scope: Scope, path: str, settled: Settled) -> Iterator[str]:
    names = [op.name for op in (*region.ops, *region.handlers)]
    if len(set(names)) != len(names):
        yield f"{path}: two operations of one name"
    for edge in region.edges:
        if edge.source not in region.by_name or edge.target not in region.by_name:
            yield f"{path}: edge {edge.source} -> {edge.target} to nowhere"
            return
    if tuple(sorted(region.edges)) != region.edges:
        yield f"{path}: edges are not sorted"
    try:
        region.order()
    except ValueError as error:
        yield f"{path}: {error}"
    handlers = {op.name for op in region.handlers}
    meaning = presence(scope)
    for op in region.ops:
        if settled.find(op, meaning) is None:
            faults = list(_op(op, scope, f"{path}/{op.name}", region, handlers, settled))
            yield from faults
            if not faults:
                settled.keep(op, meaning, True)
    for op in region.handlers:
        yield from _op(op, scope.with_error(), f"{path}/{op.name}", region, handlers, settled)


def _op(op: Op, scope: Scope, path: str, region: Region, handlers: set[str], settled: Settled) -> Iterator[str]:
    for name in op.after:
        if name not in region.by_name:
            yield f"{path}: after unknown operation {name}"
    if isinstance(op, Recoverable):
        for catch in op.catches:
            if catch.run is not None and catch.run not in handlers:
                yield f"{path}: no handler {catch.run}"
            if (catch.run is None) == (catch.use is None):
                yield f"{path}: a catch needs exactly one of `use` and `run`"
    body = body_of(op)
    inner = scope.enter(op, body) if body is not None else scope
    for use in uses(op):
        within = inner if use.inside else scope
        yield from _references(use, within.with_error() if use.role == "use" else within, f"{path}.{use.role}")
    if body is not None:
        yield from _region(body, inner, path, settled)


def _references(use: Use, scope: Scope, path: str) -> Iterator[str]:
    for reference in use.template.references:
        if reference.root == "steps":
            if not reference.path or scope.step(str(reference.path[0])) is None:
                yield f"{path}: unknown step in {reference}"
        elif reference.root not in _ROOTS and reference.root not in scope.bound:
            yield f"{path}: unknown name {reference.root}"
