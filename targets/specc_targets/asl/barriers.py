"""Where to cut a graph that is neither serial nor parallel, so that the fewest steps wait without need.

A cut is a down-set `P` of the nodes, with `Q` the rest. It orders `|P| * |Q|` pairs, of which the graph already orders
`sum(descendants(v) - ancestors(v) for v in P)`: pairs inside `P` count once on each side and vanish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specc_targets.asl.poset import Poset, mask

_CLOSURES_UP_TO = 300
"""With more nodes only the chains of cuts are tried: a closure for every node costs time quadratic in their number."""


def cheapest_cut(poset: Poset, nodes: Sequence[int]) -> list[int]:
    """The down-set (sorted) among the candidates whose barrier adds the fewest pairs; the smallest of equal ones."""
    within = mask(nodes)
    gain = {}
    above, below = {}, {}
    for node in nodes:
        above[node] = (poset.ancestors[node] & within).bit_count()
        below[node] = (poset.descendants[node] & within).bit_count()
        gain[node] = below[node] - above[node]
    depth = _depths(poset, nodes)
    chains = (
        sorted(nodes, key=lambda node: (depth[node], node)),
        sorted(nodes, key=lambda node: (above[node], node)),
        sorted(nodes, key=lambda node: (-below[node], node)),
    )
    total = len(nodes)
    best: tuple[int, int, tuple[int, ...]] | None = None
    for chain in chains:
        ordered = 0
        for size, node in enumerate(chain[:-1], 1):
            ordered += gain[node]
            added = size * (total - size) - ordered
            if best is None or (added, size) < best[:2]:
                best = (added, size, tuple(sorted(chain[:size])))
    for candidate in _closures(poset, nodes, within) if total <= _CLOSURES_UP_TO else ():
        size = len(candidate)
        added = size * (total - size) - sum(gain[node] for node in candidate)
        if best is None or (added, size, candidate) < best:
            best = (added, size, candidate)
    assert best is not None, "there are at least two nodes"
    return list(best[2])


def level_cuts(poset: Poset, nodes: Sequence[int]) -> list[list[int]]:
    """The nodes by the length of the longest chain before them."""
    levels: dict[int, list[int]] = {}
    for node, depth in _depths(poset, nodes).items():
        levels.setdefault(depth, []).append(node)
    return [levels[depth] for depth in sorted(levels)]


def _depths(poset: Poset, nodes: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for node in nodes:
        found[node] = max((found[source] + 1 for source in poset.reduced[node] if source in found), default=0)
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
