"""The order of a region's operations as bit sets: node `i` stands for bit `1 << i`, nodes in topological order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specc.ir.region import Region


@dataclass(frozen=True)
class Poset:
    """A partial order over `names`, closed and transitively reduced."""

    names: tuple[str, ...]
    """Topologically sorted, spec order where the graph leaves a choice."""
    ancestors: tuple[int, ...]
    """For every node the set of all nodes before it."""
    descendants: tuple[int, ...]
    reduced: tuple[tuple[int, ...], ...]
    """For every node its direct predecessors in the transitive reduction."""

    @classmethod
    def of_region(cls, region: Region) -> Poset:
        """The order that the edges of `region` ask for."""
        names = tuple(op.name for op in region.order())
        index = {name: number for number, name in enumerate(names)}
        return cls.of_predecessors(names, [[index[source] for source in region.predecessors[name]] for name in names])

    @classmethod
    def of_predecessors(cls, names: Sequence[str], predecessors: Sequence[Iterable[int]]) -> Poset:
        """The order in which each node follows its `predecessors`, which all have smaller numbers."""
        ancestors: list[int] = []
        reduced: list[tuple[int, ...]] = []
        for sources in predecessors:
            covered, kept = 0, list[int]()
            for source in sorted(set(sources), reverse=True):
                if not covered >> source & 1:
                    kept.append(source)
                    covered |= ancestors[source] | 1 << source
            ancestors.append(covered)
            reduced.append(tuple(reversed(kept)))
        descendants = [0] * len(names)
        for node in range(len(names) - 1, -1, -1):
            for source in reduced[node]:
                descendants[source] |= descendants[node] | 1 << node
        return cls(tuple(names), tuple(ancestors), tuple(descendants), tuple(reduced))

    def components(self, nodes: Sequence[int]) -> list[list[int]]:
        """The weakly connected components of `nodes` (sorted), each sorted, in order of their first node."""
        inside = set(nodes)
        root = {node: node for node in nodes}

        def find(node: int) -> int:
            while root[node] != node:
                root[node] = root[root[node]]
                node = root[node]
            return node

        for node in nodes:
            for source in self.reduced[node]:
                if source in inside:
                    one, other = find(source), find(node)
                    root[max(one, other)] = min(one, other)
        groups: dict[int, list[int]] = {}
        for node in nodes:
            groups.setdefault(find(node), []).append(node)
        return list(groups.values())


def mask(nodes: Iterable[int]) -> int:
    """The set of `nodes` as bits."""
    found = 0
    for node in nodes:
        found |= 1 << node
    return found
