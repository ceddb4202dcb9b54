"""No step may wait for itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from specc.diagnostics import Label, Place
from specc.ir.module import Module
from specc.ir.ops import Op
from specc.ir.region import Region
from specc.ir.walk import body_of, uses, walk
from specc.passes.base import Context, Pass


class CheckCycles(Pass):
    """Rejects graphs with a cycle. Reports SPC210, once for each knot of steps."""

    name: ClassVar[str] = "check-cycles"
    final_on_error: ClassVar[bool] = True

    def apply(self, context: Context, module: Module) -> Module:
        """The same module."""
        regions = [module.body, module.finally_]
        regions += [body for region in list(regions) for op in walk(region) if (body := body_of(op)) is not None]
        for region in regions:
            for cycle in _cycles(region):
                labels = [Label(*_reason(region.by_name[target], source)) for source, target in _steps(cycle)]
                way = " -> ".join(f"`{name}`" for name in [*cycle, cycle[0]])
                context.sink.report(
                    "SPC210",
                    f"steps wait for each other in a circle: {way}",
                    *labels[:8],
                    help="take one of these references away; to feed a result back into a step, use `repeat`",
                )
        return module


def _steps(cycle: list[str]) -> Iterator[tuple[str, str]]:
    yield from zip([cycle[-1], *cycle[:-1]], cycle, strict=True)


def _cycles(region: Region) -> Iterator[list[str]]:
    """One cycle of each strongly connected knot, in spec order from its first step."""
    try:
        region.order()
    except ValueError:
        import networkx

        order = {op.name: number for number, op in enumerate(region.ops)}
        for knot in sorted(
            networkx.strongly_connected_components(region.graph), key=lambda names: min(map(order.__getitem__, names))
        ):
            if len(knot) > 1:
                first = min(knot, key=order.__getitem__)
                inside = region.graph.subgraph(knot)
                back = min(inside.predecessors(first), key=order.__getitem__)
                yield list(networkx.shortest_path(inside, first, back))


def _reason(op: Op, source: str) -> tuple[Place, str]:
    """Where `op` says that it comes after `source`."""
    if source in op.after:
        return op.origin.child("after", op.after.index(source)), f"`{op.name}` comes after `{source}`"
    for inner in _all(op):
        for use in uses(inner):
            for path, start, _end, expression in use.template.expressions:
                for reference in expression.references:
                    if reference.root == "steps" and reference.path[:1] == (source,):
                        place = use.place.child(*path).slice(start + reference.start, start + reference.end)
                        return place, f"`{op.name}` uses `{source}`"
    return op.origin.key(), f"`{op.name}` waits for `{source}`"


def _all(op: Op) -> Iterator[Op]:
    yield op
    body = body_of(op)
    if body is not None:
        yield from walk(body)
