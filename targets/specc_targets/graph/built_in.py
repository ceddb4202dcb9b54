"""The layout that every machine has: layers from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from specc_targets.graph import layered
from specc_targets.graph.figure import Arranged, Box, Curve, Point, Wanted
from specc_targets.graph.picture import EdgeKind


def built_in(regions: Sequence[Wanted]) -> list[Arranged]:
    """Place each region's boxes by `layered`, whose layers go from left to right: the sides are exchanged."""
    return [_arranged(boxes, links) for boxes, links in regions]


def _arranged(boxes: list[Box], links: dict[tuple[str, str], EdgeKind]) -> Arranged:
    by_key = {box.node.key: box for box in boxes}
    sizes = [layered.Box(key, width=box.height, height=box.width) for key, box in by_key.items()]
    layout = layered.arrange(sizes, links, links)
    for placed in layout.boxes:
        by_key[placed.key].x, by_key[placed.key].y = placed.y, placed.x
    curves = [Curve(line.source, line.target, _smooth([(y, x) for x, y in line.points])) for line in layout.lines]
    return Arranged(layout.height, layout.width, curves)


def _smooth(corners: list[Point]) -> list[Point]:
    """A curve through the corners that leaves and reaches each of them upright."""
    found = [corners[0]]
    for (x, y), (to_x, to_y) in pairwise(corners):
        middle = (y + to_y) / 2
        found += [(x, middle), (to_x, middle), (to_x, to_y)]
    return found
