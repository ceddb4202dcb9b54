"""The layout that Graphviz makes, where it is installed. It gives places only: how things look is `svg`'s."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence

from specc.targets import TargetError
from specc_targets.graph.figure import Arranged, Arranger, Box, Curve, Wanted

TIMEOUT = 30.0
"""Seconds for one level of boxes."""
_INCH = 72.0


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
    return [_read(part, boxes) for part, (boxes, _) in zip(parts, regions, strict=True)]


def _dot(boxes: list[Box], links: list[tuple[str, str]]) -> str:
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
