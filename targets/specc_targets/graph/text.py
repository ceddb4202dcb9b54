"""A picture as a tree of plain text, in the order in which steps can run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specc_targets.graph.picture import EdgeKind, Link, Node, Picture, short

_WORDS: dict[EdgeKind, str] = {
    "data": "{}",
    "skip": "{} (or skipped)",
    "optional": "{} (if not skipped)",
    "order": "after {}",
    "catch": "when {} fails",
}


def to_text(picture: Picture) -> str:
    """The tree; behind each arrow stands what the step waits for."""
    sources: dict[str, list[Link]] = {}
    for link in picture.links:
        sources.setdefault(link.target, []).append(link)
    lines = [short(picture.title, 200), *_children(picture.nodes, sources, "")]
    return "\n".join(lines) + "\n"


def _children(nodes: Sequence[Node], sources: dict[str, list[Link]], indent: str) -> Iterator[str]:
    for node in nodes:
        last = node is nodes[-1]
        waits = ", ".join(_WORDS[link.kind].format(_name(link)) for link in sources.get(node.key, ()))
        parts = [short(node.name, 200), *(["; ".join(short(note, 200) for note in node.notes)] if node.notes else [])]
        line = "  ".join(parts) + (f"  <- {waits}" if waits else "")
        yield f"{indent}{'└── ' if last else '├── '}{line}"
        yield from _children(node.children, sources, indent + ("    " if last else "│   "))


def _name(link: Link) -> str:
    name = short(link.source.rpartition("/")[2], 200)
    return f"{name} ({short(link.label, 200)})" if link.kind == "catch" and link.label else name
