"""A region: operations in a graph that the region owns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from specc_runtime.expressions import Template

if TYPE_CHECKING:
    import networkx

    from specc.ir.ops import Op


class Edge(NamedTuple):
    """`target` comes after `source`: because it reads its result (`data`) or only in order (`order`).

    An `optional` data edge stands in `coalesce(...)`: a skipped source does not skip the target.
    """

    source: str
    target: str
    kind: Literal["data", "order"] = "data"
    optional: bool = False


@dataclass(frozen=True)
class Region:
    """Operations by name (in spec order), the edges between them, and what the region yields.

    `handlers` are operations outside the graph that run only when a `Catch` of this region names them.
    Names in expressions resolve to the innermost region that has an operation of that name.
    """

    ops: tuple[Op, ...] = ()
    edges: tuple[Edge, ...] = ()
    """Sorted; filled by the pass `infer-edges`."""
    yields: Template | None = None
    """The value of the region, for the operation that owns it."""
    handlers: tuple[Op, ...] = ()
    binds: tuple[str, ...] = field(default=())
    """Names the owner binds inside: the names of `each`, or `last`, or `error`."""

    @cached_property
    def by_name(self) -> Mapping[str, Op]:
        """The operations (not the handlers) by name."""
        return {op.name: op for op in self.ops}

    def __iter__(self) -> Iterator[Op]:
        return iter(self.ops)

    @cached_property
    def predecessors(self) -> Mapping[str, frozenset[str]]:
        """For every operation the names of those that must end before it."""
        found: dict[str, set[str]] = {op.name: set() for op in self.ops}
        for edge in self.edges:
            found[edge.target].add(edge.source)
        return {name: frozenset(sources) for name, sources in found.items()}

    @cached_property
    def graph(self) -> networkx.MultiDiGraph[str]:
        """The graph, built on first use (importing networkx costs more than checking a small spec) and frozen."""
        import networkx

        graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        graph.add_nodes_from(op.name for op in self.ops)
        graph.add_edges_from((edge.source, edge.target) for edge in self.edges)
        networkx.freeze(graph)
        return graph

    def order(self) -> tuple[Op, ...]:
        """The operations in topological order, spec order where the graph leaves a choice.

        Raises `ValueError` on a cycle (the pass `check-cycles` has ruled that out).
        """
        if len(self._ordered) != len(self.ops):
            raise ValueError("region has a cycle")
        return self._ordered

    @cached_property
    def _ordered(self) -> tuple[Op, ...]:
        """The operations that wait for no cycle, in order."""
        if not self.edges:
            return self.ops
        import heapq

        index = {op.name: number for number, op in enumerate(self.ops)}
        waiting = {name: len(sources) for name, sources in self.predecessors.items()}
        successors: dict[str, list[str]] = {name: [] for name in waiting}
        for name, sources in self.predecessors.items():
            for source in sources:
                successors[source].append(name)
        ready = [index[name] for name, count in waiting.items() if not count]
        heapq.heapify(ready)
        ordered: list[Op] = []
        while ready:
            op = self.ops[heapq.heappop(ready)]
            ordered.append(op)
            for name in successors[op.name]:
                waiting[name] -= 1
                if not waiting[name]:
                    heapq.heappush(ready, index[name])
        return tuple(ordered)


EMPTY = Region()
"""A region without operations."""
