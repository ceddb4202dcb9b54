"""Where the boxes and lines of a graph stand: layers from left to right, boxes of groups around their steps.

Lines leave a box level, go through channels between the boxes of a layer, and bend only between two layers: so they
never run through a box. Whoever wants layers from top to bottom exchanges the sides.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

WIDTH, HEIGHT = 144.0, 46.0
"""Of a step's box, unless it says otherwise."""
ACROSS, DOWN = 40.0, 20.0
"""Room between layers, and between the boxes of a layer."""
HEAD, PAD = 30.0, 16.0
"""Room for a group's name, and around what is in it."""
_TALL = 1300.0
"""What a layer may measure however small the picture is."""
_SWEEPS = 8
_STRAIGHT = 4.0
"""How much more the two bends of a long line should be level than a line's other parts."""
_LOOSE = 0.001
"""The same of a box without lines."""
_PORTS = 12.0
"""Room between the ends of lines at a box."""
_STEEP, _STEEPEST = 0.08, 90.0
"""How much farther layers are apart for lines that go far aside, and at most."""


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
    layer: int
    box: Box | None = None
    at: float = 0.0
    before: dict[_Spot, float] = field(default_factory=dict)
    """What lines come from, and how much each should be level."""
    after: dict[_Spot, float] = field(default_factory=dict)


_Chain = tuple[str, str, list[_Spot]]


def arrange(
    boxes: Sequence[Box], links: Iterable[tuple[str, str]], kinds: Mapping[tuple[str, str], str] | None = None
) -> Layout:
    """Place boxes, whose groups are arranged already, and the lines between them. Lines of different `kinds` part."""
    for box in boxes:
        if box.inner is not None:
            box.width = max(box.width, box.inner.width + 2 * PAD)
            box.height = box.inner.height + HEAD + PAD
    known = {box.key for box in boxes}
    edges = sorted({(a, b) for a, b in links if a in known and b in known and a != b})
    layers, folded = _folded(boxes, _layers([box.key for box in boxes], edges))
    rows, chains = _spots({box.key: box for box in boxes}, layers, edges, kinds or {})
    _order(rows)
    for number in folded:
        _bends_within(rows[number])
    _place(rows)
    return _finish(list(boxes), rows, chains)


def _layers(keys: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """The layer of each box: as early as can be, but sources next to what they are for."""
    after: dict[str, list[str]] = {key: [] for key in keys}
    waiting = dict.fromkeys(keys, 0)
    for source, target in edges:
        after[source].append(target)
        waiting[target] += 1
    sources = [key for key in keys if not waiting[key]]
    ready, layer = list(sources), dict.fromkeys(keys, 0)
    while ready:
        key = ready.pop()
        for target in after[key]:
            layer[target] = max(layer[target], layer[key] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for key in sources:
        if after[key]:
            layer[key] = min(layer[target] for target in after[key]) - 1
    return layer


def _folded(boxes: Sequence[Box], layer: dict[str, int]) -> tuple[dict[str, int], set[int]]:
    """Layers with very many boxes become several side by side, so that the picture stays about as wide as tall.

    Gives the layer of each box, and which layers are parts of a larger one.
    """
    area = sum((box.width + ACROSS) * (box.height + DOWN) for box in boxes)
    most = max(_TALL, 1.2 * math.sqrt(area))
    members: dict[int, list[Box]] = {}
    for box in boxes:
        members.setdefault(layer[box.key], []).append(box)
    found: dict[str, int] = {}
    parts: set[int] = set()
    first = 0
    for number in sorted(members):
        total = sum(box.height + DOWN for box in members[number])
        each = total / math.ceil(total / most)
        passed = 0.0
        for box in members[number]:
            found[box.key] = first + int(passed / each)
            passed += box.height + DOWN
        last = found[members[number][-1].key]
        if last > first:
            parts.update(range(first, last + 1))
        first = last + 1
    return found, parts


def _spots(
    boxes: dict[str, Box],
    layers: dict[str, int],
    edges: list[tuple[str, str]],
    kinds: Mapping[tuple[str, str], str],
) -> tuple[list[list[_Spot]], list[_Chain]]:
    """The spots of each layer, and for each line those that it goes through.

    Long lines of one box and kind share their bends: of its source or its target, whichever has more lines.
    """
    rows: list[list[_Spot]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    spots: dict[str, _Spot] = {}
    for key, box in boxes.items():
        spots[key] = _Spot(box.height + DOWN, layers[key], box)
        rows[layers[key]].append(spots[key])
    leaving = Counter(source for source, _ in edges)
    coming = Counter(target for _, target in edges)
    bends: dict[tuple[bool, str, str, int], _Spot] = {}
    chains: list[_Chain] = []
    for source, target in edges:
        chain = [spots[source]]
        forth = leaving[source] >= coming[target]
        for number in range(layers[source] + 1, layers[target]):
            name = (forth, source if forth else target, kinds.get((source, target), ""), number)
            if name not in bends:
                bends[name] = _Spot(DOWN, number)
                rows[number].append(bends[name])
            chain.append(bends[name])
        chain.append(spots[target])
        for one, other in pairwise(chain):
            one.after[other] = other.before[one] = _STRAIGHT if one.box is None and other.box is None else 1.0
        chains.append((source, target, chain))
    return rows, chains


def _order(rows: list[list[_Spot]]) -> None:
    """Order each layer by the middle of its neighbours, forth and back, so that few lines cross."""
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            weights = {}
            for number, spot in enumerate(row):
                near = spot.before if down else spot.after
                own = spot.at if sweep else float(number)
                weights[spot] = sum(other.at for other in near) / len(near) if near else own
            row.sort(key=weights.__getitem__)
            for number, spot in enumerate(row):
                spot.at = number - (len(row) - 1) / 2


def _bends_within(row: list[_Spot]) -> None:
    """Lead long lines through the middle of a layer that was folded: else they would push each part farther aside."""
    boxes = [spot for spot in row if spot.box is not None]
    bends = [spot for spot in row if spot.box is None]
    half = len(boxes) // 2
    row[:] = [*boxes[:half], *bends, *boxes[half:]]


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
            wished = [_wished(spot, down) for spot in row]
            lone = [not spot.before and not spot.after for spot in row]
            for number in (
                *range(1, len(row)),
                *range(len(row) - 2, -1, -1),
            ):  # beside the next that is tied to something
                beside = number - 1 if lone[number] and number and not lone[number - 1] else number + 1
                if lone[number] and beside < len(row) and not lone[beside]:
                    room = (row[beside].size + row[number].size) / 2
                    wished[number] = (wished[beside][0] + (room if beside < number else -room), _LOOSE)
                    lone[number] = False
            for spot, at in zip(row, _apart(wished, [spot.size for spot in row]), strict=True):
                spot.at = at


def _wished(spot: _Spot, down: bool) -> tuple[float, float]:
    """Where a spot would best be, and how much that matters."""
    near = (spot.before if down else spot.after) or spot.before or spot.after
    total = sum(near.values())
    return (sum(other.at * weight for other, weight in near.items()) / total, total) if near else (spot.at, 1.0)


def _apart(wished: list[tuple[float, float]], sizes: list[float]) -> list[float]:
    """The places nearest to those wished for (weighted least squares) that keep order and distance."""
    offsets: list[float] = []
    total = 0.0
    for number, size in enumerate(sizes):
        total += size / 2 + (sizes[number - 1] / 2 if number else -size / 2)
        offsets.append(total)
    blocks: list[tuple[float, float, int]] = []
    for (wish, weight), offset in zip(wished, offsets, strict=True):
        mean, count = wish - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, heavy, more = blocks.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, count = weight + heavy, count + more
        blocks.append((mean, weight, count))
    free = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(free, offsets, strict=True)]


def _ports(spot: _Spot, others: dict[_Spot, float]) -> dict[_Spot, float]:
    """Where at a spot the lines end that lead to others: side by side, in the order of those, so that none cross."""
    if spot.box is None or len(others) == 1:
        return dict.fromkeys(others, spot.at)
    each = min(_PORTS, max(0.0, spot.box.height - 2 * _PORTS) / (len(others) - 1)) if others else 0.0
    first = spot.at - each * (len(others) - 1) / 2
    return {other: first + each * number for number, other in enumerate(sorted(others, key=lambda other: other.at))}


def _finish(boxes: list[Box], rows: list[list[_Spot]], chains: list[_Chain]) -> Layout:
    leave = {spot: _ports(spot, spot.after) for row in rows for spot in row}
    arrive = {spot: _ports(spot, spot.before) for row in rows for spot in row}
    top = min((spot.at - spot.size / 2 for row in rows for spot in row), default=0.0)
    at = 0.0
    begins, ends = [], []
    for row in rows:
        begins.append(at)
        ends.append(at + max((spot.box.width for spot in row if spot.box), default=0.0))
        aside = max((abs(leave[a][b] - arrive[b][a]) for a in row for b in a.after), default=0.0)
        at = ends[-1] + ACROSS + min(_STEEPEST, _STEEP * aside)
        for spot in row:
            if spot.box is not None:
                spot.box.x, spot.box.y = begins[-1], spot.at - top - spot.box.height / 2
    lines = []
    for source, target, chain in chains:
        points = []
        for number, spot in enumerate(chain):
            if number:
                points.append((begins[spot.layer], arrive[spot][chain[number - 1]] - top))
            if number < len(chain) - 1:
                level = leave[spot][chain[number + 1]] - top
                if spot.box is not None:
                    points.append((spot.box.x + spot.box.width, level))
                points.append((ends[spot.layer], level))
        lines.append(Line(source, target, [point for point, _ in groupby(points)]))
    height = max((box.y + box.height for box in boxes), default=0.0)
    return Layout(
        boxes, lines, ends[-1] if ends else 0.0, max([height, *(y for line in lines for _, y in line.points)])
    )
