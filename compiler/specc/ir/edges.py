"""The edges that a region needs: what reads a result comes after what gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from specc.ir.ops import Op, Recoverable
from specc.ir.region import Edge, Region
from specc.ir.walk import free_references
from specc_runtime.expressions import Reference

References = Callable[[Op], Iterable[Reference]]
"""What an operation reads."""


def edges_of(region: Region, references: References = free_references) -> tuple[Edge, ...]:
    """A data edge for every reference between operations of a region, an order edge for every `after`; sorted.

    What a handler reads, the operations that it serves wait for. `references` may know what `free_references` gives.
    """
    handlers = {op.name: op for op in region.handlers}
    edges = {edge for op in region.ops for edge in _edges(op, region, handlers, references)}
    required = {(edge.source, edge.target) for edge in edges if edge.kind == "data" and not edge.optional}
    return tuple(sorted(edge for edge in edges if not (edge.optional and (edge.source, edge.target) in required)))


def own_readers(region: Region) -> Iterator[Op]:
    """Operations that read their own result, themselves or by a handler; `resolve-names` rules that out."""
    handlers = {op.name: op for op in region.handlers}
    for op in region.ops:
        for reader in (op, *_serving(op, handlers)):
            if any(item.root == "steps" and item.path[:1] == (op.name,) for item in free_references(reader)):
                yield op


def _edges(op: Op, region: Region, handlers: Mapping[str, Op], references: References) -> Iterator[Edge]:
    for name in op.after:
        if name not in region.by_name or name == op.name:
            continue  # reported by `resolve-names`
        yield Edge(name, op.name, "order")
    yield from _data(references(op), op.name, region, optional=False)
    for handler in _serving(op, handlers):
        yield from _data(references(handler), op.name, region, optional=True)


def _serving(op: Op, handlers: Mapping[str, Op]) -> Iterator[Op]:
    """The handlers that may run for `op`: its own, and those that serve these."""
    seen: set[str] = set()
    waiting = [op]
    while waiting:
        found = waiting.pop()
        for catch in found.catches if isinstance(found, Recoverable) else ():
            if catch.run is not None and catch.run in handlers and catch.run not in seen:
                seen.add(catch.run)
                waiting.append(handlers[catch.run])
                yield handlers[catch.run]


def _data(references: Iterable[Reference], target: str, region: Region, *, optional: bool) -> Iterator[Edge]:
    for reference in references:
        if reference.root == "steps" and reference.path:
            source = str(reference.path[0])
            if source in region.by_name and source != target:
                yield Edge(source, target, "data", optional or reference.optional)
