"""Which steps are drawn: what goes on, and of what has ended as much as there is room for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from specc_targets.local.watching.tree import KEPT, Node, Tree


class Row(NamedTuple):
    """A line of the drawing: a step, or a text in the place of several."""

    depth: int
    node: Node | None
    text: str = ""


def rows(tree: Tree, room: int) -> list[Row]:
    """The lines, at most `room` of them."""
    found: list[Row] = []
    for ended, running in ((KEPT, KEPT), (8, KEPT), (3, 12), (1, 6), (0, 3), (0, 1)):
        found = list(_below(tree.root, 0, ended, running))
        if len(found) <= room:
            return found
    return [*found[: max(0, room - 1)], Row(0, None, f"… {len(found) - room + 1} more")][:room]


def _below(group: Node, depth: int, ended: int, running: int) -> Iterator[Row]:
    last = list(group.ended)[len(group.ended) - ended :] if 0 < ended < len(group.ended) else list(group.ended)
    shown = last if ended else []
    if folded := _folded(group, shown):
        yield Row(depth, None, folded)
    for node in shown:
        yield Row(depth, node)
    active = [node for node in group.active.values() if not node.depth or node.running or node.calls or node.retried]
    for node in active[:running]:
        yield Row(depth, node)
        yield from _below(node, depth + 1, min(ended, 8), running)
    if len(active) > running:
        yield Row(depth, None, f"… {len(active) - running:,} more under way")


def _folded(group: Node, shown: list[Node]) -> str:
    """What is said of ended steps that are not shown."""
    rest = group.counts.copy()
    for node in shown:
        rest[node.state] -= 1
    words = (("done", "done"), ("failed", "failed"), ("skipped", "skipped"), ("stopped", "stopped"))
    told = ", ".join(f"{rest[state]:,} {word}" for state, word in words if rest[state] > 0)  # type: ignore[index]  # the keys of a Counter
    return f"{'…' if shown else '✓'} {told}" if told else ""
