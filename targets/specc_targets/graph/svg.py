"""A figure as SVG: one file without scripts, which loads nothing and looks right on light and dark pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib import resources
from itertools import pairwise

from specc_targets.graph.built_in import built_in
from specc_targets.graph.figure import ICON, SIDE, Arranger, Box, Edge, Figure, Point, distance, figure, sampled
from specc_targets.graph.metrics import text_width
from specc_targets.graph.picture import EdgeKind, NodeKind, Picture, short

MARGIN = 20.0
_TITLE, _LEGEND = 16.0, 11.5
_HEAD = 34.0
"""Room for the title."""
_ENTRY = 38.0
"""Room of an entry of the legend beside its text."""
WORDS: dict[EdgeKind, str] = {
    "data": "uses the result",
    "skip": "uses the result, and is skipped with it",
    "optional": "uses the result unless it was skipped",
    "order": "only comes after",
    "catch": "runs when it fails",
}
_ICONS: dict[NodeKind, str] = {
    "call": "M4 3 10 7 4 11Z",
    "wait": "M7 2a5 5 0 1 0 .01 0ZM7 4.2V7l2 1.4",
    "group": "M2 2h10v10H2ZM2 5.5h10",
    "map": "M5 2h7v7M2 5h7v7H2Z",
    "loop": "M11.5 5A5 5 0 1 0 12 7.5M12 2v3.4H8.6",
    "handler": "M8 1.5 3.5 8H7l-1 4.5L10.5 6H7Z",
    "output": "M2 7h8M7 3.5 10.5 7 7 10.5M12.5 2v10",
    "section": "M3 12.5v-11M3 2h8.5L9.5 5l2 3H3",
}
"""Drawn in a square of 14: what kind a step has is never told by color alone."""
_PERIODS: dict[EdgeKind, float] = {"skip": 13.0, "optional": 8.0, "order": 6.5}
"""How long a dash and the gap behind it are, in `graph.svg.css`."""
NOUNS: dict[NodeKind, str] = {
    "call": "step",
    "wait": "step that waits",
    "group": "group",
    "map": "step for each item",
    "loop": "loop",
    "handler": "handler of errors",
    "output": "output",
    "section": "section",
}


def to_svg(picture: Picture, arranger: Arranger = built_in) -> str:
    """The text of an `.svg` file."""
    return write(figure(picture, arranger))


def write(drawn: Figure) -> str:
    """The figure with its title above and, where edges are of different kinds, a legend below."""
    title = short(drawn.title, 80)
    legend = drawn.kinds if drawn.kinds != ["data"] else []
    entries = [(kind, _ENTRY + text_width(WORDS[kind], _LEGEND)) for kind in legend]
    inner = max(drawn.width, text_width(title, _TITLE, bold=True), *(width for _, width in entries), 60.0)
    rows = _rows(entries, inner)
    foot = 24.0 + 22.0 * len(rows) if rows else 0.0
    width, height = inner + 2 * MARGIN, _HEAD + drawn.height + foot + 2 * MARGIN
    count = sum(1 for _ in _walk(drawn.root)) - 1
    top = MARGIN + _HEAD
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="specc-graph" role="graphics-document" width="{_n(width)}" '
        f'height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}" lang="en">',
        f"<title>{_text(title)}: {count} {'box' if count == 1 else 'boxes'}</title>",
        f"<style>{style()}</style>",
        f'<rect class="page" width="{_n(width)}" height="{_n(height)}"/>',
        f'<text class="title" x="{_n(MARGIN)}" y="{_n(MARGIN + 14)}">{_text(title)}</text>',
        f'<g class="steps" transform="translate({_n(MARGIN + (inner - drawn.width) / 2)} {_n(top)})">',
        *_inside(drawn.root),
        "</g>",
        *_legend(rows, top + drawn.height + 24.0),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


@cache
def style() -> str:
    """The style sheet that every picture carries."""
    text = (resources.files("specc_targets.graph") / "static" / "graph.svg.css").read_text(encoding="utf-8")
    return "\n" + text.strip() + "\n"


def _walk(box: Box) -> Iterator[Box]:
    yield box
    for child in box.children:
        yield from _walk(child)


def _inside(box: Box) -> Iterator[str]:
    names = {child.index: child.node.name for child in box.children}
    leaving = Counter(edge.source for edge in box.edges)
    coming = Counter(edge.target for edge in box.edges)
    for edge in box.edges:
        yield from _edge(edge, names, together=coming[edge.target] > leaving[edge.source])
    for child in box.children:
        yield from _box(child)


def _box(box: Box) -> Iterator[str]:
    node = box.node
    full = "\n".join([f"{short(node.name, 400)} ({NOUNS[node.kind]})", *(short(note, 400) for note in node.notes)])
    classes = f"step {node.kind}{' holds' if box.children else ''}"
    yield f'<g class="{classes}" data-step="{box.index}" role="graphics-object">'
    yield f"<title>{_text(full)}</title>"
    place = f'width="{_n(box.width)}" height="{_n(box.height)}"'
    radius = min(box.height / 2, 22.0) if node.kind == "wait" and not box.children else 8
    if node.kind == "map":  # a stack of them
        yield f'<rect class="behind" x="{_n(box.x + 5)}" y="{_n(box.y + 5)}" {place} rx="{_n(radius)}"/>'
    yield f'<rect class="body" x="{_n(box.x)}" y="{_n(box.y)}" {place} rx="{_n(radius)}"/>'
    first = next((line.y for line in box.lines if line.is_name), 18.0)
    yield (
        f'<path class="icon" transform="translate({_n(box.x + SIDE - 1)} {_n(box.y + first - 11.5)})" '
        f'd="{_ICONS[node.kind]}"/>'
    )
    for line in box.lines:
        x = box.x + SIDE + (ICON if line.is_name else 0.0)
        kind = "name" if line.is_name else "note"
        yield f'<text class="{kind}" x="{_n(x)}" y="{_n(box.y + line.y)}">{_text(line.text)}</text>'
    yield from _inside(box)
    yield "</g>"


def _edge(edge: Edge, names: dict[int, str], *, together: bool) -> Iterator[str]:
    """A line and its tip. Dashes of lines that come `together` are counted from the end, so that they agree there."""
    words = f"{short(names[edge.target], 200)} {WORDS[edge.kind]}: {short(names[edge.source], 200)}"
    tip, back = edge.points[-1], _before(edge.points)
    period = _PERIODS.get(edge.kind, 0.0)
    offset = f' stroke-dashoffset="{_n(-_length(edge.points) % period)}"' if period and together else ""
    yield (
        f'<g class="edge {edge.kind}" data-from="{edge.source}" data-to="{edge.target}">'
        f'<title>{_text(words)}</title><path class="line" d="{_path(edge.points)}"{offset}/>'
        f'<path class="tip" d="{_arrow(back, tip)}"/></g>'
    )


def _before(points: list[Point]) -> Point:
    """The last point that is apart from the end of the curve: where it comes from."""
    end = points[-1]
    return next((point for point in reversed(points) if distance(point, end) > 0.5), (end[0], end[1] - 1))


def _length(points: list[Point]) -> float:
    """About how long a curve is."""
    return sum(distance(one, other) for one, other in pairwise(sampled(points)))


def _path(points: list[Point]) -> str:
    found = [f"M{_p(points[0])}"]
    for one, other in pairwise(range(0, len(points), 3)):
        start, first, second, end = points[one : other + 1]
        straight = start[0] == first[0] == second[0] == end[0]
        found.append(f"L{_p(end)}" if straight else f"C{_p(first)} {_p(second)} {_p(end)}")
    return "".join(found)


def _arrow(back: Point, tip: Point) -> str:
    length = distance(back, tip)
    x, y = (tip[0] - back[0]) / length, (tip[1] - back[1]) / length
    left = (tip[0] - 8 * x - 4 * y, tip[1] - 8 * y + 4 * x)
    right = (tip[0] - 8 * x + 4 * y, tip[1] - 8 * y - 4 * x)
    return f"M{_p(left)}L{_p(tip)}L{_p(right)}Z"


def _rows(entries: list[tuple[EdgeKind, float]], room: float) -> list[list[tuple[EdgeKind, float]]]:
    """The entries of the legend, as many in a row as there is room for."""
    rows: list[list[tuple[EdgeKind, float]]] = []
    used = 0.0
    for kind, width in entries:
        if not rows or used + width > room:
            rows.append([])
            used = 0.0
        rows[-1].append((kind, used))
        used += width + 20.0
    return rows


def _legend(rows: list[list[tuple[EdgeKind, float]]], top: float) -> Iterator[str]:
    for number, row in enumerate(rows):
        y = top + 22.0 * number + 8.0
        for kind, left in row:
            x = MARGIN + left
            yield (
                f'<g class="legend edge {kind}"><path class="line" d="M{_n(x)} {_n(y)}h26"/>'
                f'<path class="tip" d="{_arrow((x, y), (x + 30, y))}"/>'
                f'<text class="note" x="{_n(x + _ENTRY)}" y="{_n(y + 4)}">{_text(WORDS[kind])}</text></g>'
            )


def _text(text: str) -> str:
    return escape(text, quote=False)


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    """A number with one decimal at most, the same text on any machine."""
    text = f"{number:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"
