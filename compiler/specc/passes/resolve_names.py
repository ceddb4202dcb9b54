"""Every name in an expression must mean something where it stands."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from specc.diagnostics import Place
from specc.ir.module import Module
from specc.ir.ops import Map, Op, Recoverable
from specc.ir.region import Region
from specc.ir.scopes import Scope
from specc.ir.settled import Settled, presence
from specc.ir.walk import Use, body_of, uses
from specc.passes.base import Context, Pass
from specc.passes.name_faults import NameFaults


class ResolveNames(Pass):
    """Finds what each reference means. Reports SPC201-SPC209 and SPC213."""

    name: ClassVar[str] = "resolve-names"

    def apply(self, context: Context, module: Module) -> Module:
        """The same module: a name means the innermost operation called so, which `infer-edges` turns into an edge."""
        faults = NameFaults(context.sink, module)
        settled = Settled(context.memory, "names")
        _region(module.body, Scope.of_body(module), faults, settled)
        _region(module.finally_, Scope.of_finally(module), faults, settled)
        scope = Scope.of_body(module)
        for output in module.outputs:
            _use(Use(output.value, "yields", output.origin), scope, None, faults)
        return module


def _region(region: Region, scope: Scope, faults: NameFaults, settled: Settled) -> None:
    meaning = presence(scope)
    for op in region.ops:
        settled.look(op, meaning, faults.sink, partial(_op, op, scope, region, faults, settled))
    for op in region.handlers:
        handling = scope.with_error()._replace(inside=(*scope.inside, *_handled(op, region)))
        _op(op, handling, region, faults, settled)


def _handled(handler: Op, region: Region) -> tuple[Op, ...]:
    """The operations during whose failure a handler runs: it cannot use their results."""
    found = {handler.name: handler}
    waiting = [handler.name]
    while waiting:
        name = waiting.pop()
        for op in (*region.ops, *region.handlers):
            runs = isinstance(op, Recoverable) and any(catch.run == name for catch in op.catches)
            if runs and op.name not in found:
                found[op.name] = op
                waiting.append(op.name)
    return tuple(found.values())


def _op(op: Op, scope: Scope, region: Region, faults: NameFaults, settled: Settled) -> bool:
    """Check an operation and what is in it; always true."""
    for number, name in enumerate(op.after):
        if name not in region.by_name or name == op.name:
            faults.after(op, number, name, region)
    body = body_of(op)
    inner = scope.enter(op, body) if body is not None else scope
    for use in uses(op):
        within = inner if use.inside else scope
        if use.role == "when" and isinstance(op, Map):
            faults.item_names_in_when(use, op, scope)
        _use(use, within.with_error() if use.role == "use" else within, op, faults)
    if body is not None:
        _region(body, inner, faults, settled)
    return True


def _use(use: Use, scope: Scope, op: Op | None, faults: NameFaults) -> None:
    for path, start, _, expression in use.template.expressions:
        string = use.place.child(*path)
        for reference in expression.references:
            place: Place = string.slice(start + reference.start, start + reference.end)
            faults.check(reference, place, scope, op, use.role)
