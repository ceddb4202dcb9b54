"""Pictures: seconds to lay out and write the SVG of graphs of many steps, by both layouts; the least of 3 runs."""

from __future__ import annotations

import shutil
import sys
import time

from specc.targets import TargetError
from specc_targets.graph.built_in import built_in
from specc_targets.graph.figure import Arranger
from specc_targets.graph.graphviz import graphviz
from specc_targets.graph.picture import Link, Node, Picture
from specc_targets.graph.svg import to_svg
from workloads import graph

GOAL = 5.0
"""Seconds for a thousand steps with the built-in layout."""
RUNS = 3


def shapes(size: int) -> dict[str, list[tuple[int, int]]]:
    """Links between steps, by the name of the shape."""
    return {
        "chain": [(step, step + 1) for step in range(size - 1)],
        "fan out and in": [pair for step in range(1, size - 1) for pair in ((0, step), (step, size - 1))],
        "W3": [(need, step) for step, needs in enumerate(graph(size)) for need in needs],
        "no links": [],
    }


def picture(size: int, links: list[tuple[int, int]]) -> Picture:
    """Steps that call a function each."""
    nodes = tuple(Node(key=f"s{at}", name=f"step_{at}", kind="call", notes=("call work:node",)) for at in range(size))
    ends = (Link(source=f"s{source}", target=f"s{target}", kind="data") for source, target in links)
    return Picture(title="bench", nodes=nodes, links=tuple(ends))


def seconds(drawn: Picture, arranger: Arranger) -> float | None:
    """The least time of several; None when the layout gave up."""
    best = float("inf")
    for _ in range(RUNS):
        begin = time.perf_counter()
        try:
            to_svg(drawn, arranger)
        except TargetError:
            return None
        best = min(best, time.perf_counter() - begin)
    return best


def main() -> int:
    """Print the table; fail when the built-in layout takes too long."""
    slow = False
    print(f"{'steps':>6}  {'shape':<16}{'built-in':>10}{'graphviz':>10}")
    for size in (100, 300, 1000):
        for name, links in shapes(size).items():
            drawn = picture(size, links)
            own = seconds(drawn, built_in) or 0.0
            other = seconds(drawn, graphviz()) if shutil.which("dot") else None
            slow = slow or own > GOAL
            print(f"{size:>6}  {name:<16}{own:>10.3f}{f'{other:.3f}' if other is not None else '-':>10}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
