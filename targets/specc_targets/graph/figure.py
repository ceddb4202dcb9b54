"""What is drawn and where: boxes with their lines of text, and edges as curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from specc_targets.graph.metrics import text_width, wrapped
from specc_targets.graph.picture import EdgeKind, Link, Node, Picture, endings, short

Point = tuple[float, float]
Wanted = tuple[list["Box"], dict[tuple[str, str], EdgeKind]]
"""The boxes of one region, and the kinds of the links between them by their ends' keys."""

NAME, NOTE = 13.0, 11.5
"""Sizes of the letters of names and of notes."""
NAME_LINE, NOTE_LINE = 18.0, 16.0
SIDE, EDGE = 14.0, 10.0
"""Room left and right of a box's text, and above and below it."""
PAD = 20.0
"""Room around what is in a box."""
ICON = 20.0
_LEAST, _ROOM = 104.0, 250.0
"""Of a box's width, and of a line's."""


@dataclass(slots=True)
class TextLine:
    """A line of a box's text; `y` is that of its letters' feet, relative to the box."""

    text: str
    y: float
    is_name: bool


@dataclass(slots=True)
class Box:
    """A node with its place. `regions` of a box lie below its text."""

    node: Node
    index: int
    """Its place among all nodes of the picture, outer ones first."""
    lines: list[TextLine]
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    children: list[Box] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    """Those between its children."""


@dataclass(slots=True)
class Edge:
    """An edge between two siblings as one curve: a point, then three for each piece (cubic Bézier)."""

    source: int
    target: int
    kind: EdgeKind
    label: str
    points: list[Point]


@dataclass(slots=True)
class Curve:
    """How an arranger leads an edge, relative to its region's corner."""

    source: str
    target: str
    points: list[Point]


@dataclass(slots=True)
class Arranged:
    """A region whose boxes have places relative to its corner."""

    width: float
    height: float
    curves: list[Curve]


Arranger = Callable[[Sequence[Wanted]], list[Arranged]]
"""Places the boxes of several regions, which have nothing to do with each other."""


@dataclass(slots=True)
class Figure:
    """A whole picture, ready to be written."""

    title: str
    root: Box
    """Stands for the picture itself; its children are the outermost nodes."""
    width: float
    height: float
    kinds: list[EdgeKind]
    """Of the edges that there are, in the order of `EdgeKind`."""


_KINDS: tuple[EdgeKind, ...] = ("data", "skip", "optional", "order", "catch")


def figure(picture: Picture, arranger: Arranger) -> Figure:
    """Lay a picture out: inner regions first, since boxes must know what they hold."""
    numbers = {node.key: number for number, node in enumerate(picture.walk())}
    failing = _failing(picture)
    whole = Node(key="", name=picture.title, kind="section", children=picture.nodes)
    levels: list[list[Box]] = []

    def grow(node: Node, depth: int) -> Box:
        box = Box(node, numbers.get(node.key, -1), [], 0.0, 0.0)
        if len(levels) == depth:
            levels.append([])
        levels[depth].append(box)
        box.children = [grow(child, depth + 1) for child in node.children]
        return box

    root = grow(whole, 0)
    links = _between_siblings(picture)
    for level in reversed(levels):
        holders = [box for box in level if box.children]
        wanted = [(box.children, _kinds(links.get(box.node.key, {}))) for box in holders]
        for box in level:
            if not box.children:
                _measure(box, failing, _ROOM)
        for box, arranged in zip(holders, arranger(wanted) if wanted else [], strict=True):
            _fill(box, arranged, links.get(box.node.key, {}), numbers, failing)
    inner = [*root.children]
    root.height = max((box.y + box.height for box in inner), default=0.0)
    for child in root.children:
        _settle(child)
    occurring = {edge.kind for level in levels for box in level for edge in box.edges}
    return Figure(picture.title, root, root.width, root.height, [kind for kind in _KINDS if kind in occurring])


def _kinds(links: dict[tuple[str, str], Link]) -> dict[tuple[str, str], EdgeKind]:
    return {pair: link.kind for pair, link in links.items()}


def _between_siblings(picture: Picture) -> dict[str, dict[tuple[str, str], Link]]:
    """By the box around: the strongest link of each pair. What leads into a box or out of it ends at the box."""
    around: dict[str, tuple[str, ...]] = {}

    def note(nodes: Sequence[Node], above: tuple[str, ...]) -> None:
        for node in nodes:
            around[node.key] = (*above, node.key)
            note(node.children, around[node.key])

    note(picture.nodes, ())
    after_all = [Link(source=a.key, target=b.key, kind="order") for a, b in endings(picture)]
    found: dict[str, dict[tuple[str, str], Link]] = {}
    for link in sorted([*picture.links, *after_all], key=lambda link: (_KINDS.index(link.kind), link)):
        source, target = around[link.source], around[link.target]
        common = next((at for at, (a, b) in enumerate(zip(source, target, strict=False)) if a != b), None)
        if common is not None:  # else one is in the other, or it is the same
            pair = (source[common], target[common])
            found.setdefault(source[common - 1] if common else "", {}).setdefault(pair, link)
    return found


def _failing(picture: Picture) -> dict[str, list[str]]:
    """What each handler is for, as its box says."""
    names = {node.key: node.name for node in picture.walk()}
    found: dict[str, list[str]] = {}
    for link in picture.links:
        if link.kind == "catch":
            found.setdefault(link.target, []).append(f"{link.label or 'on an error'} of {names[link.source]}")
    return found


def _measure(box: Box, failing: dict[str, list[str]], room: float) -> None:
    """Break the text into lines; a box is as large as they are."""
    y = EDGE
    widest = 0.0
    for text in wrapped(short(box.node.name, 400), NAME, room - ICON, 2, bold=True):
        y += NAME_LINE
        box.lines.append(TextLine(text, y - 4.5, is_name=True))
        widest = max(widest, ICON + text_width(text, NAME, bold=True))
    for note in (*failing.get(box.node.key, ()), *box.node.notes):
        for text in wrapped(short(note, 400), NOTE, room, 3):
            y += NOTE_LINE
            box.lines.append(TextLine(text, y - 4.0, is_name=False))
            widest = max(widest, text_width(text, NOTE))
    box.width = max(_LEAST, widest + 2 * SIDE)
    box.height = y + EDGE


def _fill(
    box: Box,
    arranged: Arranged,
    links: dict[tuple[str, str], Link],
    numbers: dict[str, int],
    failing: dict[str, list[str]],
) -> None:
    """Put what has been arranged below the box's own text."""
    left = top = 0.0
    if box.index >= 0:
        _measure(box, failing, max(_ROOM, arranged.width))
        box.width = max(box.width, arranged.width + 2 * PAD)
        left, top = (box.width - arranged.width) / 2, box.height + 4.0
        box.height = top + arranged.height + PAD
    else:
        box.width, box.height = arranged.width, arranged.height
    for child in box.children:
        child.x, child.y = child.x + left, child.y + top
    for curve in arranged.curves:
        link = links[curve.source, curve.target]
        points = [(x + left, y + top) for x, y in curve.points]
        box.edges.append(Edge(numbers[curve.source], numbers[curve.target], link.kind, link.label, points))


def _settle(box: Box) -> None:
    """From places relative to the box around to places on the picture."""
    for child in box.children:
        child.x, child.y = child.x + box.x, child.y + box.y
        _settle(child)
    for edge in box.edges:
        edge.points = [(x + box.x, y + box.y) for x, y in edge.points]


def distance(one: Point, other: Point) -> float:
    """How far two points are apart; `math.dist` may differ in the last digit from machine to machine."""
    x, y = one[0] - other[0], one[1] - other[1]
    return math.sqrt(x * x + y * y)


def sampled(points: list[Point]) -> Iterator[Point]:
    """Points on a curve, close to each other."""
    for first in range(0, len(points) - 1, 3):
        piece = points[first : first + 4]
        count = max(8, int(distance(piece[0], piece[3]) / 3))
        for number in range(count + 1):
            t, u = number / count, 1 - number / count
            weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
            x, y = (sum(weight * point[side] for weight, point in zip(weights, piece, strict=True)) for side in (0, 1))
            yield x, y
