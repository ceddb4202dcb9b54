"""The layout that Graphviz makes, where it is installed. It gives places only: how things look is `svg`'s."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence

from specc.targets import TargetError
from specc_targets.graph.built_in import built_in
from specc_targets.graph.figure import Arranged, Arranger, Box, Curve, Point, Wanted, sampled

TIMEOUT = 30.0
"""Seconds for one level of boxes."""
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
    boxes = {box.node.key: box for box in wanted[0]}
    for curve in arranged.curves:
        left, right = min(x for x, _ in curve.points), max(x for x, _ in curve.points)
        top, bottom = min(y for _, y in curve.points), max(y for _, y in curve.points)
        near = [
            box
            for key, box in boxes.items()
            if key not in (curve.source, curve.target)
            and (box.x - _NEAR < right and left < box.x + box.width + _NEAR)
            and (box.y - _NEAR < bottom and top < box.y + box.height + _NEAR)
        ]
        if near and any(_inside(point, box) for point in sampled(curve.points) for box in near):
            return built_in([wanted])[0]
    return arranged


def _inside(point: Point, box: Box) -> bool:
    across = box.x - _NEAR < point[0] < box.x + box.width + _NEAR
    return across and box.y - _NEAR < point[1] < box.y + box.height + _NEAR


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
    """Put the boxes where the program says. It measures in inches from the lower left corner."""
    width = height = 0.0
    curves: list[Curve] = []

    def number(word: str) -> float:
        return float(word) * _INCH

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
