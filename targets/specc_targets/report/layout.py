"""Where the boxes and lines of a graph stand: layers from left to right, boxes of groups around their steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

WIDTH, HEIGHT = 144.0, 46.0
"""Of a step's box, unless it says otherwise."""
ACROSS, DOWN = 40.0, 18.0
"""Room between layers, and between the boxes of a layer."""
HEAD, PAD = 30.0, 16.0
"""Room for a group's name, and around what is in it."""
_DUMMIES = 3000
"""Bends of long lines; a graph with more has them straight."""
_SWEEPS = 8


@dataclass(slots=True)
class Box:
    """A step on the picture. A group holds others."""

    key: str
    inner: Layout | None = None
    width: float = WIDTH
    height: float = HEIGHT
    x: float = 0.0
    y: float = 0.0


@dataclass(slots=True)
class Line:
    """A line between two boxes of one layout, as the points it goes through."""

    source: str
    target: str
    points: list[tuple[float, float]] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """Boxes and lines; places are relative to the layout's own corner."""

    boxes: list[Box]
    lines: list[Line]
    width: float = 0.0
    height: float = 0.0


@dataclass(slots=True, eq=False)
class _Spot:
    """A place in a layer: a box, or a bend of a long line."""

    size: float
    box: Box | None = None
    at: float = 0.0
    before: list[_Spot] = field(default_factory=list)
    after: list[_Spot] = field(default_factory=list)


def arrange(boxes: Sequence[Box], links: Sequence[tuple[str, str]]) -> Layout:
    """Place boxes, whose groups are arranged already, and the lines between them."""
    for box in boxes:
        if box.inner is not None:
            box.width = max(box.width, box.inner.width + 2 * PAD)
            box.height = box.inner.height + HEAD + PAD
    known = {box.key for box in boxes}
    edges = sorted({(a, b) for a, b in links if a in known and b in known and a != b})
    layers = _layers([box.key for box in boxes], edges)
    by_key = {box.key: box for box in boxes}
    rows, chains = _spots(by_key, layers, edges)
    _order(rows)
    _place(rows)
    return _finish(list(boxes), rows, chains)


def _layers(keys: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """The layer of each box: as early as can be, but sources next to what they are for, and no layer too tall."""
    after: dict[str, list[str]] = {key: [] for key in keys}
    waiting = dict.fromkeys(keys, 0)
    for source, target in edges:
        after[source].append(target)
        waiting[target] += 1
    sources = [key for key in keys if not waiting[key]]
    ready, order, layer = list(sources), [], dict.fromkeys(keys, 0)
    while ready:
        key = ready.pop()
        order.append(key)
        for target in after[key]:
            layer[target] = max(layer[target], layer[key] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for key in sources:
        if after[key]:
            layer[key] = min(layer[target] for target in after[key]) - 1
    return _folded(keys, layer)


def _folded(keys: list[str], layer: dict[str, int]) -> dict[str, int]:
    """Layers with very many boxes become several side by side, so that the picture stays about as wide as tall."""
    most = max(14, math.ceil(1.5 * math.sqrt(len(keys))))
    found: dict[str, int] = {}
    first = 0
    for number in range(max(layer.values(), default=-1) + 1):
        members = [key for key in keys if layer[key] == number]
        columns = max(1, math.ceil(len(members) / most))
        tall = math.ceil(len(members) / columns) if members else 1
        for place, key in enumerate(members):
            found[key] = first + place // tall
        first += columns
    return found


def _spots(
    boxes: dict[str, Box], layers: dict[str, int], edges: list[tuple[str, str]]
) -> tuple[list[list[_Spot]], list[tuple[str, str, list[_Spot]]]]:
    rows: list[list[_Spot]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    spots: dict[str, _Spot] = {}
    for key, box in boxes.items():
        spots[key] = _Spot(box.height + DOWN, box)
        rows[layers[key]].append(spots[key])
    bends = sum(max(0, layers[b] - layers[a] - 1) for a, b in edges)
    chains: list[tuple[str, str, list[_Spot]]] = []
    for source, target in edges:
        chain = [spots[source]]
        if bends <= _DUMMIES:
            for number in range(layers[source] + 1, layers[target]):
                bend = _Spot(DOWN)
                rows[number].append(bend)
                chain.append(bend)
        chain.append(spots[target])
        for one, other in pairwise(chain):
            one.after.append(other)
            other.before.append(one)
        chains.append((source, target, chain))
    return rows, chains


def _order(rows: list[list[_Spot]]) -> None:
    """Order each layer by the middle of its neighbours, forth and back, so that few lines cross."""
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            for number, spot in enumerate(row):
                spot.at = spot.at if sweep else float(number)
            weights = {}
            for number, spot in enumerate(row):
                near = spot.before if down else spot.after
                weights[id(spot)] = sum(other.at for other in near) / len(near) if near else float(number)
            row.sort(key=lambda spot: weights[id(spot)])
            for number, spot in enumerate(row):
                spot.at = number - (len(row) - 1) / 2


def _place(rows: list[list[_Spot]]) -> None:
    """Move each layer as near to its neighbours as its order allows."""
    for row in rows:
        at = -sum(spot.size for spot in row) / 2
        for spot in row:
            spot.at = at + spot.size / 2
            at += spot.size
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            wished = []
            for spot in row:
                near = (spot.before if down else spot.after) or spot.before or spot.after
                wished.append(sum(other.at for other in near) / len(near) if near else spot.at)
            for spot, at in zip(row, _apart(wished, [spot.size for spot in row]), strict=True):
                spot.at = at


def _apart(wished: list[float], sizes: list[float]) -> list[float]:
    """The places nearest to those wished for (least squares) that keep order and distance."""
    offsets: list[float] = []
    total = 0.0
    for number, size in enumerate(sizes):
        total += size / 2 + (sizes[number - 1] / 2 if number else -size / 2)
        offsets.append(total)
    blocks: list[tuple[float, int]] = []
    for wish, offset in zip(wished, offsets, strict=True):
        mean, count = wish - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, more = blocks.pop()
            mean, count = (mean * count + other * more) / (count + more), count + more
        blocks.append((mean, count))
    free = [mean for mean, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(free, offsets, strict=True)]


def _finish(boxes: list[Box], rows: list[list[_Spot]], chains: list[tuple[str, str, list[_Spot]]]) -> Layout:
    top = min((spot.at - spot.size / 2 for row in rows for spot in row), default=0.0)
    at, column = 0.0, {}
    for row in rows:
        width = max((spot.box.width for spot in row if spot.box), default=0.0)
        for spot in row:
            column[id(spot)] = (at, width)
            if spot.box is not None:
                spot.box.x = at + (width - spot.box.width) / 2
                spot.box.y = spot.at - top - spot.box.height / 2
        at += width + ACROSS
    by_key = {box.key: box for box in boxes}
    lines = []
    for source, target, chain in chains:
        one, other = by_key[source], by_key[target]
        points = [(one.x + one.width, one.y + one.height / 2)]
        for spot in chain[1:-1]:
            left, width = column[id(spot)]
            points += [(left, spot.at - top), (left + width, spot.at - top)]
        points.append((other.x, other.y + other.height / 2))
        lines.append(Line(source, target, points))
    height = max((box.y + box.height for box in boxes), default=0.0)
    bends = [y for line in lines for _, y in line.points]
    return Layout(boxes, lines, max(0.0, at - ACROSS), max([height, *bends]))
