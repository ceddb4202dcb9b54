"""Where boxes and lines of a graph stand."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from specc_targets.graph.layered import Box, Layout, arrange


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[str, str]]]:
    count = draw(st.integers(1, 25))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1])
    links = draw(st.lists(pairs, max_size=50)) if count > 1 else []
    return count, [(str(a), str(b)) for a, b in links]


def overlap(one: Box, other: Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


@given(graphs())
def test_boxes_stand_apart_and_lines_lead_on(graph: tuple[int, list[tuple[str, str]]]) -> None:
    count, links = graph
    layout = arrange([Box(str(number)) for number in range(count)], links)
    assert not any(overlap(one, other) for one, other in combinations(layout.boxes, 2))
    assert all(box.x >= 0 and box.y >= 0 for box in layout.boxes)
    assert all(box.x + box.width <= layout.width and box.y + box.height <= layout.height for box in layout.boxes)
    places = {box.key: box for box in layout.boxes}
    assert {(line.source, line.target) for line in layout.lines} == set(links)
    for line in layout.lines:
        assert places[line.source].x + places[line.source].width < places[line.target].x
        assert [x for x, _ in line.points] == sorted(x for x, _ in line.points)


def test_a_group_holds_its_steps() -> None:
    inner = arrange([Box("g/a"), Box("g/b")], [("g/a", "g/b")])
    layout = arrange([Box("x"), Box("g", inner), Box("y")], [("x", "g"), ("g", "y")])
    group = next(box for box in layout.boxes if box.key == "g")
    assert group.width > inner.width
    assert group.height > inner.height


def test_a_thousand_steps_side_by_side_are_a_block_and_no_tower() -> None:
    layout = arrange([Box(str(number)) for number in range(1000)], [])
    assert 0.5 < layout.width / layout.height < 6


def test_a_long_chain_is_straight() -> None:
    links = [(str(number), str(number + 1)) for number in range(30)]
    layout = arrange([Box(str(number)) for number in range(31)], links)
    assert len({box.y for box in layout.boxes}) == 1


def test_nothing_is_no_picture() -> None:
    assert arrange([], []) == Layout([], [], 0.0, 0.0)
