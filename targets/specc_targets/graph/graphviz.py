"""The layout that Graphviz makes, where it is installed. It gives places only: how things look is `svg`'s."""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence

from specc.targets import TargetError
from specc_targets.graph.built_in import built_in
from specc_targets.graph.figure import Arranged, Arranger, Box, Curve, Point, Wanted

TIMEOUT = 30.0
"""Seconds for one run of the program, which lays out all regions of one level of boxes."""
_INCH = 72.0
_NEAR = 1.0
"""What a line must stay away from boxes that it has nothing to do with."""


class GraphvizError(TargetError):
    """Graphviz is not there, or did not do its work."""

    code = 3


def graphviz() -> Arranger:
    """The arranger. Raises `GraphvizError` when there is no program `dot`."""
    program = shutil.which("dot")
    if program is None:
        raise GraphvizError("Graphviz is not installed (no program `dot` is found); `--layout built-in` needs nothing")

    def arrange(regions: Sequence[Wanted]) -> list[Arranged]:
        return _arranged(program, regions)

    return arrange


def _arranged(program: str, regions: Sequence[Wanted]) -> list[Arranged]:
    """All regions in one run of the program, which reads as many graphs as it is given."""
    question = "".join(_dot(boxes, links) for boxes, links in regions)
    try:
        done = subprocess.run(
            [program, "-Tplain"],
            input=question.encode(),
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GraphvizError(f"Graphviz took longer than {TIMEOUT:g} seconds; `--layout built-in` is quicker") from None
    except OSError as error:
        raise GraphvizError(f"Graphviz could not be run: {error.strerror or error}") from None
    parts = done.stdout.decode("utf-8", "replace").split("stop\n")[:-1]
    if done.returncode or len(parts) != len(regions):
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GraphvizError(f"Graphviz failed: {said[0] if said else f'it ended with {done.returncode}'}")
    try:
        return [_sound(_read(part, wanted[0]), wanted) for part, wanted in zip(parts, regions, strict=True)]
    except (ValueError, IndexError):
        raise GraphvizError("Graphviz gave what cannot be read") from None


def _sound(arranged: Arranged, wanted: Wanted) -> Arranged:
    """What the program made; in the rare case that a line of it cuts a corner of a box, the built-in layout instead."""
    for curve in arranged.curves:
        others = [box for box in wanted[0] if box.node.key not in (curve.source, curve.target)]
        pieces = [curve.points[first : first + 4] for first in range(0, len(curve.points) - 1, 3)]
        if any(_cuts(piece, box) for piece in pieces for box in others):
            return built_in([wanted])[0]
    return arranged


def _cuts(piece: list[Point], box: Box) -> bool:
    """Whether a piece of a curve, which is never outside of its four points, comes near a box: by halving it."""
    left, right = min(x for x, _ in piece), max(x for x, _ in piece)
    if right < box.x - _NEAR or box.x + box.width + _NEAR < left:
        return False
    top, bottom = min(y for _, y in piece), max(y for _, y in piece)
    if bottom < box.y - _NEAR or box.y + box.height + _NEAR < top:
        return False
    if right - left < _NEAR and bottom - top < _NEAR:
        return True
    halves = _halves(piece)
    return _cuts(halves[0], box) or _cuts(halves[1], box)


def _halves(piece: list[Point]) -> tuple[list[Point], list[Point]]:
    """De Casteljau's way."""
    a, b, c, d = piece
    ab, bc, cd = _middle(a, b), _middle(b, c), _middle(c, d)
    abc, bcd = _middle(ab, bc), _middle(bc, cd)
    middle = _middle(abc, bcd)
    return [a, ab, abc, middle], [middle, bcd, cd, d]


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _dot(boxes: list[Box], links: Iterable[tuple[str, str]]) -> str:
    """Boxes are numbered, so no name of a step ever gets there."""
    ids = {box.node.key: f"n{number}" for number, box in enumerate(boxes)}

    def lines() -> Iterator[str]:
        yield "digraph { graph [nodesep=0.3, ranksep=0.55];"
        yield 'node [shape=box, fixedsize=true, label=""]; edge [dir=none];'
        for box in boxes:
            yield f"{ids[box.node.key]} [width={box.width / _INCH:.4f}, height={box.height / _INCH:.4f}];"
        for source, target in sorted(links):
            yield f"{ids[source]} -> {ids[target]};"
        yield "}\n"

    return "\n".join(lines())


def _read(text: str, boxes: list[Box]) -> Arranged:
    """Put the boxes where the program says. It measures in inches from the lower left corner.

    Raises `ValueError` or `IndexError` for what is no such answer.
    """
    width = height = 0.0
    curves: list[Curve] = []

    def number(word: str) -> float:
        found = float(word) * _INCH
        if not math.isfinite(found):
            raise ValueError(f"`{word}` is no place")
        return found

    for line in text.splitlines():
        kind, *words = line.split()
        if kind == "graph":
            width, height = number(words[1]), number(words[2])
        elif kind == "node":
            box = boxes[int(words[0][1:])]
            box.x, box.y = number(words[1]) - box.width / 2, height - number(words[2]) - box.height / 2
        elif kind == "edge":
            source, target = (boxes[int(word[1:])].node.key for word in words[:2])
            places = words[3 : 3 + 2 * int(words[2])]
            points = [(number(x), height - number(y)) for x, y in zip(places[::2], places[1::2], strict=True)]
            curves.append(Curve(source, target, points))
    return Arranged(width, height, curves)
