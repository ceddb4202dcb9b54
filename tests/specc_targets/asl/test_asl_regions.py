"""Graphs become sequences and parallels: all their order is kept, and only barriers add any."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from specc_targets.asl.poset import Poset
from specc_targets.asl.regions import MAX_DEPTH, Formation, Leaf, Parallel, Sequence, Tree, form


def formed(edges: dict[str, str]) -> Formation:
    """Node -> its predecessors, each of one letter; nodes in topological order."""
    names = list(edges)
    return form(Poset.of_predecessors(names, [[names.index(source) for source in edges[name]] for name in names]))


def shown(tree: Tree | None) -> str:
    if tree is None:
        return ""
    if isinstance(tree, Leaf):
        return tree.name
    if isinstance(tree, Sequence):
        return "(" + " ".join(shown(part) for part in tree.parts) + ")"
    return "[" + "|".join(shown(branch) for branch in tree.branches) + "]"


def test_shapes() -> None:
    assert shown(formed({}).tree) == ""
    assert shown(formed({"a": ""}).tree) == "a"
    assert shown(formed({"a": "", "b": "a", "c": "b"}).tree) == "(a b c)"
    assert shown(formed({"a": "", "b": ""}).tree) == "[a|b]"
    assert shown(formed({"a": "", "b": "a", "c": "a", "d": "bc"}).tree) == "(a [b|c] d)"
    assert shown(formed({"a": "", "b": "", "c": "ab", "d": "ab"}).tree) == "([a|b] [c|d])"
    assert shown(formed({"a": "", "b": "a", "c": "a", "d": "c", "e": "bd"}).tree) == "(a [b|(c d)] e)"


def test_edges_that_others_imply_change_nothing() -> None:
    found = formed({"a": "", "b": "a", "c": "ab", "d": "abc"})
    assert shown(found.tree) == "(a b c d)"
    assert not found.barriers


def test_an_n_gets_one_barrier_of_one_pair() -> None:
    found = formed({"a": "", "b": "", "c": "a", "d": "ab"})
    assert len(found.barriers) == 1
    assert found.barriers[0].cost == 1
    assert found.barriers[0].added == (("b", "c"),)
    assert shown(found.tree) == "([a|b] [c|d])"


def test_the_cheapest_barrier_is_taken() -> None:
    # cutting after `a` or before `z` would make three pairs wait, letting `y` wait for `z` makes one
    found = formed({"a": "", "b": "", "c": "b", "d": "c", "y": "ad", "z": "a"})
    assert [barrier.added for barrier in found.barriers] == [(("z", "y"),)]
    assert shown(found.tree) == "([(a z)|(b c d)] y)"


def test_deep_nesting_becomes_levels() -> None:
    edges: dict[int, list[int]] = {}
    for number in range(400):  # a chain with a side step at each link: nested parallels without end
        edges[2 * number] = [2 * number - 2] if number else []
        edges[2 * number + 1] = [2 * number]
    found = form(Poset.of_predecessors([f"s{node}" for node in edges], list(edges.values())))
    assert found.barriers
    assert _depth(found.tree) <= MAX_DEPTH + 3


def test_ten_thousand_steps_in_a_chain_and_side_by_side() -> None:
    chain = form(Poset.of_predecessors([str(n) for n in range(10_000)], [[n - 1] if n else [] for n in range(10_000)]))
    assert isinstance(chain.tree, Sequence)
    assert len(chain.tree.parts) == 10_000
    wide = form(Poset.of_predecessors([str(n) for n in range(10_000)], [[] for _ in range(10_000)]))
    assert isinstance(wide.tree, Parallel)
    assert not chain.barriers
    assert not wide.barriers


def _depth(tree: Tree | None) -> int:
    if isinstance(tree, Sequence):
        return 1 + max(_depth(part) for part in tree.parts)
    return 1 + max(_depth(branch) for branch in tree.branches) if isinstance(tree, Parallel) else 1


def _order(tree: Tree | None) -> tuple[list[str], set[tuple[str, str]]]:
    """The names in a tree and all pairs that it runs one after the other."""
    if tree is None:
        return [], set()
    if isinstance(tree, Leaf):
        return [tree.name], set()
    names: list[str] = []
    pairs: set[tuple[str, str]] = set()
    for child in tree.parts if isinstance(tree, Sequence) else tree.branches:
        inner, found = _order(child)
        if isinstance(tree, Sequence):
            pairs |= {(one, other) for one in names for other in inner}
        names += inner
        pairs |= found
    return names, pairs


graphs = st.integers(1, 9).flatmap(
    lambda size: st.lists(st.integers(0, 2**size - 1), min_size=size, max_size=size).map(
        lambda masks: [[source for source in range(node) if masks[node] >> source & 1] for node in range(size)]
    )
)


@given(graphs)
@settings(max_examples=400, deadline=None)
def test_order_is_kept_and_only_barriers_add_any(graph: list[list[int]]) -> None:
    names = [f"n{node}" for node in range(len(graph))]
    poset = Poset.of_predecessors(names, graph)
    found = form(poset)
    inside, ordered = _order(found.tree)
    assert sorted(inside) == sorted(names)
    wanted = {
        (names[one], names[other])
        for other in range(len(names))
        for one in range(len(names))
        if poset.ancestors[other] >> one & 1
    }
    assert wanted <= ordered
    assert len(ordered - wanted) == sum(barrier.cost for barrier in found.barriers)
    for barrier in found.barriers:
        assert set(barrier.added) <= ordered - wanted
    assert bool(found.barriers) == _has_n(poset)


def _has_n(poset: Poset) -> bool:
    """Whether four nodes form an `N`: a < c, b < c, b < d and nothing else. Such posets alone do not decompose."""
    size = len(poset.names)

    def before(one: int, other: int) -> bool:
        return bool(poset.ancestors[other] >> one & 1)

    def unrelated(one: int, other: int) -> bool:
        return not before(one, other) and not before(other, one)

    def is_n(a: int, b: int, c: int, d: int) -> bool:
        related = before(a, c) and before(b, c) and before(b, d)
        return related and unrelated(a, b) and unrelated(c, d) and unrelated(a, d)

    return any(is_n(*nodes) for nodes in permutations(range(size), 4))
