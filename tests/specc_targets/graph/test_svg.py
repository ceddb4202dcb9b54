"""Pictures as SVG: sound files whatever the names are, the same bytes each time, and all that a picture has."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictures import chain, drawn_by_chance, fan, nest, thousand
from specc_targets.graph.built_in import built_in
from specc_targets.graph.figure import Box, figure
from specc_targets.graph.metrics import text_width, wrapped
from specc_targets.graph.picture import EdgeKind, Link, Node, Picture
from specc_targets.graph.svg import WORDS, to_svg

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: Picture) -> ElementTree.Element:
    return ElementTree.fromstring(to_svg(picture))


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [found for found in root.iter() if name in found.get("class", "").split()]


def boxes(box: Box) -> Iterator[Box]:
    for child in box.children:
        yield child
        yield from boxes(child)


@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=20))
def test_no_text_is_anything_but_text(name: str, note: str, label: str) -> None:
    inner = Node(key="g/x", name=name, kind="map", notes=(note, note))
    nodes = (
        Node(key="g", name=name, kind="group", notes=(note,), children=(inner,)),
        Node(key="h", name=name, kind="handler"),
    )
    picture = Picture(title=name, nodes=nodes, links=(Link(source="g", target="h", kind="catch", label=label),))
    root = parsed(picture)
    assert {found.tag for found in root.iter()} == {
        f"{SVG}{tag}" for tag in ("svg", "title", "style", "rect", "text", "g", "path")
    }
    assert len(of_class(root, "step")) == 3
    assert to_svg(picture) == to_svg(picture)


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "]]>", "&amp;", "--><!--", '" onload="x', "</style>", "\x00", "\ud800", "\u202e"],
)
def test_hostile_names_are_shown_as_they_are(hostile: str) -> None:
    text = to_svg(Picture(title=hostile, nodes=(Node(key="a", name=hostile, kind="call"),), links=()))
    root = ElementTree.fromstring(text)
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in hostile)
    assert of_class(root, "name")[0].text == shown
    assert "<script" not in text
    assert "\u202e" not in text


def test_nothing_is_loaded_and_nothing_runs() -> None:
    text = to_svg(drawn_by_chance(3))
    for word in ("<script", "href", "url(", "@import", "<image", "<foreignObject", "onload", " style="):
        assert word not in text
    assert text.count("http://") == 1, "the namespace"


def test_what_is_cut_is_whole_in_the_title() -> None:
    name = "a_name_of_many_words_" * 8
    note = "a note that goes on and on " * 12
    root = parsed(Picture(title="t", nodes=(Node(key="a", name=name, kind="call", notes=(note,)),), links=()))
    step = of_class(root, "step")[0]
    title = step.find(f"{SVG}title")
    assert title is not None
    assert title.text is not None
    assert name in title.text
    assert note.strip() in title.text
    assert len(of_class(root, "name")) == 2
    assert len(of_class(root, "note")) == 3
    assert (of_class(root, "note")[-1].text or "").endswith("…")


def test_the_legend_has_what_there_is() -> None:
    nodes = tuple(Node(key=name, name=name, kind="call") for name in "abc")

    def legend(*kinds: EdgeKind) -> list[str | None]:
        links = tuple(Link(source="ab"[at], target="bc"[at], kind=kind) for at, kind in enumerate(kinds))
        root = parsed(Picture(title="t", nodes=nodes, links=links))
        return [found.text for entry in of_class(root, "legend") for found in of_class(entry, "note")]

    assert legend("data", "data") == []
    assert legend("data", "skip") == [WORDS["data"], WORDS["skip"]]
    assert legend("catch", "order") == [WORDS["order"], WORDS["catch"]]
    assert legend("optional") == [WORDS["optional"]]


def test_a_handler_says_what_it_is_for() -> None:
    nodes = (Node(key="a", name="fetch", kind="call"), Node(key="h", name="clean", kind="handler"))
    root = parsed(
        Picture(title="t", nodes=nodes, links=(Link(source="a", target="h", kind="catch", label="on OSError"),))
    )
    assert "on OSError of fetch" in [found.text for found in of_class(root, "note")]


def test_links_between_levels_end_at_boxes_beside_each_other() -> None:
    inner = Node(key="g/x", name="x", kind="call")
    nodes = (Node(key="a", name="a", kind="call"), Node(key="g", name="g", kind="group", children=(inner,)))
    links = (Link(source="a", target="g/x", kind="data"), Link(source="g", target="g/x", kind="data"))
    root = parsed(Picture(title="t", nodes=nodes, links=links))
    assert [(found.get("data-from"), found.get("data-to")) for found in of_class(root, "edge")] == [("0", "1")]


@pytest.mark.parametrize("seed", range(20))
def test_texts_fit_into_their_boxes(seed: int) -> None:
    drawn = figure(drawn_by_chance(seed), built_in)
    for box in boxes(drawn.root):
        for line in box.lines:
            assert text_width(line.text, 13.0 if line.is_name else 11.5, bold=line.is_name) <= box.width
            assert 0 < line.y < box.height
        for child in box.children:
            assert child.x >= box.x
            assert child.y > box.y + box.lines[-1].y
            assert child.x + child.width <= box.x + box.width
            assert child.y + child.height <= box.y + box.height


@given(st.text(min_size=1, max_size=100), st.integers(40, 300), st.integers(1, 4), st.booleans())
def test_wrapped_text_is_the_text(text: str, room: int, lines: int, bold: bool) -> None:
    found = wrapped(text, 12.0, room, lines, bold=bold)
    assert len(found) <= lines
    assert all(text_width(line, 12.0, bold=bold) <= room for line in found)
    whole = "".join("".join(found).removesuffix("…").split())
    assert "".join(text.split()).startswith(whole)


@pytest.mark.parametrize(
    ("picture", "wide", "tall"), [(fan(300), 5_000, 5_000), (chain(300), 400, 40_000), (nest(60), 6_000, 6_000)]
)
def test_strange_shapes_stay_within_bounds(picture: Picture, wide: int, tall: int) -> None:
    root = parsed(picture)
    assert float(root.get("width", "0")) < wide
    assert float(root.get("height", "0")) < tall
    assert len(of_class(root, "step")) == len(list(picture.walk()))


def test_a_thousand_steps_are_all_there() -> None:
    root = parsed(thousand())
    assert len(of_class(root, "step")) == 1000


def test_dashes_of_lines_that_come_together_agree() -> None:
    nodes = tuple(Node(key=name, name=name, kind="call") for name in ("a", "b", "c", "d"))
    links = tuple(Link(source=name, target="d", kind="order") for name in ("a", "b", "c"))
    between = (Link(source="a", target="b", kind="data"), Link(source="b", target="c", kind="data"))
    root = parsed(Picture(title="t", nodes=nodes, links=(*links, *between)))
    lines = {(edge.get("data-from"), edge.get("data-to")): edge.find(f"{SVG}path") for edge in of_class(root, "edge")}
    offsets = {
        ends: float(line.get("stroke-dashoffset", "nan"))
        for ends, line in lines.items()
        if line is not None and ends[1] == "3"
    }
    assert len(offsets) == 3
    assert all(0 <= offset <= 6.5 for offset in offsets.values())
    assert lines["0", "1"] is not None
    assert lines["0", "1"].get("stroke-dashoffset") is None
    assert lines["0", "3"] is not None
    assert lines["1", "3"] is not None
    ends = [(line.get("d") or "").rpartition("L")[2].rpartition("C")[0] for line in (lines["0", "3"], lines["1", "3"])]
    assert ends[0] == ends[1], "the last straight part is the same"


def test_lines_of_different_kinds_have_ways_of_their_own() -> None:
    nodes = tuple(Node(key=name, name=name, kind="call") for name in ("a", "b", "c", "d"))
    links = (
        Link(source="a", target="b", kind="data"),
        Link(source="b", target="c", kind="data"),
        Link(source="c", target="d", kind="data"),
        Link(source="a", target="c", kind="data"),
        Link(source="a", target="d", kind="catch"),
    )
    apart = parsed(Picture(title="t", nodes=nodes, links=links))
    same = parsed(Picture(title="t", nodes=nodes, links=(*links[:4], Link(source="a", target="d", kind="data"))))
    begins = [
        {(edge[1].get("d") or "").partition("C")[0] for edge in of_class(root, "edge") if edge.get("data-from") == "0"}
        for root in (apart, same)
    ]
    assert [len(found) for found in begins] == [3, 2]
