"""A graph of steps as sequences and parallels, which is all that a state machine can express.

A partial order without an induced `N` decomposes exactly: into parallel parts where it falls apart, into consecutive
parts where everything before a cut precedes everything after it. Where neither applies a barrier is added.
"""

from __future__ import annotations

from dataclasses import dataclass

from specc.ir.region import Region
from specc_targets.asl.barriers import cheapest_cut, level_cuts
from specc_targets.asl.poset import Poset, mask

MAX_DEPTH = 64
"""Levels of the tree; two are one nested Parallel. Below, barriers keep the machine's text from nesting without end."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One operation."""

    name: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts that run one after the other."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """Parts that run side by side."""

    branches: tuple[Tree, ...]


Tree = Leaf | Sequence | Parallel


@dataclass(frozen=True, slots=True)
class Barrier:
    """Order that the graph does not ask for."""

    added: tuple[tuple[str, str], ...]
    """Examples of pairs that only the barrier orders (the second waits for the first), at most three."""
    cost: int
    """How many such pairs there are."""


@dataclass(frozen=True, slots=True)
class Formation:
    """A region's tree, None when it has no operations, and the barriers that it took."""

    tree: Tree | None
    barriers: tuple[Barrier, ...] = ()


def form_region(region: Region) -> Formation:
    """Decompose the graph of `region`."""
    return form(Poset.of_region(region))


def form(poset: Poset) -> Formation:
    """Decompose a partial order. Every pair it orders is in sequence in the tree; only barriers order others."""
    barriers: list[Barrier] = []
    if not poset.names:
        return Formation(None)
    tree = _tree(poset, list(range(len(poset.names))), barriers, 0, connected=False)
    return Formation(tree, tuple(barriers))


def _tree(poset: Poset, nodes: list[int], barriers: list[Barrier], depth: int, *, connected: bool) -> Tree:
    """The tree of `nodes` (sorted, convex). Recursion ends at `MAX_DEPTH`."""
    if len(nodes) == 1:
        return Leaf(poset.names[nodes[0]])
    if not connected:
        components = poset.components(nodes)
        if len(components) > 1:
            branches = (_tree(poset, part, barriers, depth + 1, connected=True) for part in components)
            return Parallel(tuple(branches))
    if depth >= MAX_DEPTH:
        return _levels(poset, nodes, barriers)
    parts = _series(poset, nodes)
    if len(parts) == 1:
        parts = _split(poset, nodes, barriers)
    found: list[Tree] = []
    for part in parts:
        tree = _tree(poset, part, barriers, depth + 1, connected=False)
        found.extend(tree.parts if isinstance(tree, Sequence) else (tree,))
    return Sequence(tuple(found))


def _series(poset: Poset, nodes: list[int]) -> list[list[int]]:
    """The parts between all series cuts of `nodes`.

    Sorted by number of ancestors, a cut is at `k` iff the node there has `k`: then the `k` before it are exactly those
    ancestors, and every later node has them too.
    """
    within = mask(nodes)
    count = {node: (poset.ancestors[node] & within).bit_count() for node in nodes}
    ordered = sorted(nodes, key=lambda node: (count[node], node))
    parts: list[list[int]] = []
    start = 0
    for position in range(1, len(ordered)):
        if count[ordered[position]] == position:
            parts.append(sorted(ordered[start:position]))
            start = position
    parts.append(sorted(ordered[start:]))
    return parts


def _split(poset: Poset, nodes: list[int], barriers: list[Barrier]) -> list[list[int]]:
    before = cheapest_cut(poset, nodes)
    after = sorted(set(nodes) - set(before))
    barriers.append(_barrier(poset, mask(before), after))
    return [before, after]


def _levels(poset: Poset, nodes: list[int], barriers: list[Barrier]) -> Tree:
    levels = level_cuts(poset, nodes)
    parts: list[Tree] = []
    done = 0
    for level in levels:
        barrier = _barrier(poset, done, level)
        if barrier.cost:
            barriers.append(barrier)
        done |= mask(level)
        leaves = tuple(Leaf(poset.names[node]) for node in level)
        parts.append(leaves[0] if len(leaves) == 1 else Parallel(leaves))
    return Sequence(tuple(parts)) if len(parts) > 1 else parts[0]


def _barrier(poset: Poset, before: int, after: list[int]) -> Barrier:
    cost = 0
    added: list[tuple[str, str]] = []
    for node in after:
        missing = before & ~poset.ancestors[node]
        cost += missing.bit_count()
        while missing and len(added) < 3:
            low = missing & -missing
            added.append((poset.names[low.bit_length() - 1], poset.names[node]))
            missing ^= low
    return Barrier(tuple(added), cost)
