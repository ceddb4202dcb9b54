"""A picture as JSON, for whoever draws it in another way."""

from __future__ import annotations

from specc_targets.graph.picture import Node, Picture
from specc_targets.json_text import indented


def to_json(picture: Picture) -> str:
    """`name`, `nodes` (nested by `children`) and `edges` (by the nodes' keys)."""
    edges = [
        {
            "source": link.source,
            "target": link.target,
            "kind": link.kind,
            **({"label": link.label} if link.label else {}),
        }
        for link in picture.links
    ]
    content = {"name": picture.title, "nodes": [_node(node) for node in picture.nodes], "edges": edges}
    return indented(content, 2) + "\n"


def _node(node: Node) -> dict[str, object]:
    found: dict[str, object] = {"key": node.key, "name": node.name, "kind": node.kind}
    if node.notes:
        found["notes"] = list(node.notes)
    if node.children:
        found["children"] = [_node(child) for child in node.children]
    return found
