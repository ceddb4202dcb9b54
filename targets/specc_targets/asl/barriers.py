"""Where to cut a graph that is neither serial nor parallel, so that the run grows longer by as little as can be.

A cut is a down-set `P` of the nodes, with `Q` the rest. Its longest chain is that of `P` (ancestors of its nodes are in
it) and that of `Q` (so are descendants) together. It orders `|P| * |Q|` pairs, of which the graph already orders
`sum(descendants(v) - ancestors(v) for v in P)`: pairs inside `P` count once on each side and vanish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specc_targets.asl.poset import Poset, mask

_CLOSURES_UP_TO = 300
"""With more nodes only the chains of cuts are tried: a closure for every node costs time quadratic in their number."""
_Cost = tuple[int, int, int]
"""Steps one after the other, pairs that the barrier adds, the larger side."""


def cheapest_cut(poset: Poset, nodes: Sequence[int]) -> list[int]:
    """The down-set (sorted) among the candidates with the shortest longest chain, then the fewest added pairs."""
    within = mask(nodes)
    above = {node: (poset.ancestors[node] & within).bit_count() for node in nodes}
    below = {node: (poset.descendants[node] & within).bit_count() for node in nodes}
    depth, height = _depths(poset, nodes), _heights(poset, nodes)
    total = len(nodes)
    best: tuple[_Cost, tuple[int, ...]] | None = None
    for chain in (
        sorted(nodes, key=lambda node: (depth[node], node)),
        sorted(nodes, key=lambda node: (above[node], node)),
        sorted(nodes, key=lambda node: (-below[node], node)),
    ):
        left = list(chain)
        after = [0] * (total + 1)
        for position in range(total - 1, -1, -1):
            after[position] = max(after[position + 1], height[left[position]])
        ordered = longest = 0
        for size, node in enumerate(left[:-1], 1):
            ordered += below[node] - above[node]
            longest = max(longest, depth[node])
            cost = (longest + after[size], size * (total - size) - ordered, max(size, total - size))
            if best is None or cost < best[0]:
                best = (cost, tuple(sorted(left[:size])))
    for candidate in _closures(poset, nodes, within) if total <= _CLOSURES_UP_TO else ():
        inside = set(candidate)
        size = len(candidate)
        chains = max(depth[node] for node in candidate) + max(height[node] for node in nodes if node not in inside)
        added = size * (total - size) - sum(below[node] - above[node] for node in candidate)
        found = ((chains, added, max(size, total - size)), candidate)
        if best is None or found < best:
            best = found
    assert best is not None, "there are at least two nodes"
    return list(best[1])


def level_cuts(poset: Poset, nodes: Sequence[int]) -> list[list[int]]:
    """The nodes by the length of the longest chain that ends in them."""
    levels: dict[int, list[int]] = {}
    for node, depth in _depths(poset, nodes).items():
        levels.setdefault(depth, []).append(node)
    return [levels[depth] for depth in sorted(levels)]


def _depths(poset: Poset, nodes: Sequence[int]) -> dict[int, int]:
    """The length of the longest chain that ends in each node."""
    found: dict[int, int] = {}
    for node in nodes:
        found[node] = 1 + max((found[source] for source in poset.reduced[node] if source in found), default=0)
    return found


def _heights(poset: Poset, nodes: Sequence[int]) -> dict[int, int]:
    """The length of the longest chain that begins in each node."""
    found = dict.fromkeys(nodes, 1)
    for node in reversed(nodes):
        for source in poset.reduced[node]:
            if source in found:
                found[source] = max(found[source], found[node] + 1)
    return found


def _closures(poset: Poset, nodes: Sequence[int], within: int) -> Iterator[tuple[int, ...]]:
    """What one node needs, with and without it, and all but what needs one node."""
    for node in nodes:
        needs = poset.ancestors[node] & within
        needed = poset.descendants[node] & within
        own = 1 << node
        for chosen in (needs, needs | own, within & ~needed, within & ~needed & ~own):
            if chosen and chosen != within:
                yield tuple(item for item in nodes if chosen >> item & 1)
