"""Numbers and times as people read them."""

from __future__ import annotations

from specc_targets.local.watching.tree import Node, Tree, descendants

WORTH_TELLING = 2.0
"""Seconds that a run must take for its slowest steps to be of interest."""
_SLOWEST = 5


def duration(seconds: float) -> str:
    """``2h2m5s``, ``1m1s``, ``12.3s``, ``12ms``."""
    if seconds >= 60:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes // 60}h{minutes % 60}m{rest}s" if minutes >= 60 else f"{minutes}m{rest}s"
    if seconds >= 0.1:
        return f"{seconds:.3g}s"
    return f"{seconds * 1000:.0f}ms" if seconds >= 0.001 else "less than 1ms"


def clock(seconds: float) -> str:
    """The same for a time that runs: whole seconds, so that it does not flicker."""
    return duration(float(int(seconds))) if seconds >= 1 else f"{int(seconds * 10) / 10:.1f}s"


def rate(per_second: float) -> str:
    """``8,312/s``, ``83.1/s``, ``5.2/min``, ``1.5/h``."""
    if per_second >= 100:
        return f"{per_second:,.0f}/s"
    if per_second >= 1:
        return f"{per_second:.1f}/s"
    return f"{per_second * 60:.1f}/min" if per_second * 60 >= 1 else f"{per_second * 3600:.1f}/h"


def first_line(text: str) -> str:
    """The first line of a text, cut where it is long."""
    first = text.split("\n", 1)[0]
    return first if len(first) <= 200 else f"{first[:197]}..."


def troubles(node: Node) -> str:
    """``3 failed, 12 retried``, or an empty text. Those of a map are all that happened in its items."""
    inside = [node, *(child for child in descendants(node) if child.depth)] if node.total is not None else [node]
    retried, recovered = sum(each.retried for each in inside), sum(each.recovered for each in inside)
    counted = ((node.failed, "failed"), (retried, "retried"), (recovered, "handled"))
    return ", ".join(f"{number:,} {word}" for number, word in counted if number)


def slowest(tree: Tree) -> list[tuple[str, str, str]]:
    """The steps that took longest: path, time, and what else there is to say. Empty where that is of no interest."""
    if tree.seconds < WORTH_TELLING:
        return []
    leaves = [node for node in tree.walk() if not node.depth and node.seconds and not _holds_steps(node)]
    if len(leaves) < 2:
        return []
    found = sorted(leaves, key=lambda node: -node.seconds)[:_SLOWEST]
    return [(node.path, duration(node.seconds), items(node)) for node in found if node.seconds >= tree.seconds / 100]


def items(node: Node) -> str:
    """``1,000 items, 243/s, 3 failed``: what a map that has ended did."""
    if node.total is None or node.depth:
        return troubles(node)
    parts = [f"{node.total:,} items" if node.done == node.total else f"{node.done:,} of {node.total:,} items"]
    if node.done and node.seconds >= 0.1:
        parts.append(rate(node.done / node.seconds))
    return ", ".join([*parts, *([trouble] if (trouble := troubles(node)) else [])])


def _holds_steps(node: Node) -> bool:
    return any(not child.depth for child in node.children.values())
