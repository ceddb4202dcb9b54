"""How the steps of a run stand, in figures: the same for runs here and for those of deployed machines."""

from __future__ import annotations

from typing import Any

from specc_targets.local.watching.tree import Node, Tree

Figures = dict[str, Any]


def counts(tree: Tree) -> Figures:
    """Steps and items by how they stand."""
    maps = [node for node in tree.walk() if node.total is not None]
    states = tree.root.counts
    return {
        "steps": {
            "total": max(tree.total, len(tree.root.children)),
            **{state: states[state] for state in ("done", "failed", "skipped", "stopped")},
            "running": len(tree.root.active),
        },
        "items": {
            "total": sum(node.total or 0 for node in maps),
            "done": sum(node.done for node in maps),
            "failed": sum(node.failed for node in maps),
        },
    }


def step_figures(node: Node, now: float) -> Figures:
    """A step in figures; `items` only of a map, `calls` only of what is inside of one."""
    found: Figures = {
        "step": node.path,
        "state": _state(node),
        "seconds": round(node.elapsed(now), 6),
        "cached": node.cached,
        "retried": node.retried,
        "recovered": node.recovered,
    }
    if node.total is not None:
        found["items"] = {"total": node.total, "done": node.done, "failed": node.failed}
    return found


def _state(node: Node) -> str:
    """Of a step inside a map the map's: its own changes with every item."""
    while node.depth and node.parent is not None and node.parent.path:
        node = node.parent
    return node.state
