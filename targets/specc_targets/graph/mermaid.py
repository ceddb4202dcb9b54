"""A picture as a Mermaid flowchart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specc_targets.graph.picture import EdgeKind, Node, NodeKind, Picture, endings, short

_SHAPES: dict[NodeKind, tuple[str, str]] = {
    "call": ("[", "]"),
    "wait": ("([", "])"),
    "group": ("[", "]"),
    "map": ("[[", "]]"),
    "loop": ("{{", "}}"),
    "handler": ("[/", "/]"),
    "output": (">", "]"),
    "section": ("[", "]"),
}
_ARROWS: dict[EdgeKind, str] = {"data": "-->", "skip": "-->", "optional": "-.->", "order": "-.->", "catch": "==>"}


def to_mermaid(picture: Picture) -> str:
    """The text of a `.mmd` file. Nodes are numbered, so that no name can break the syntax."""
    ids = {node.key: f"n{number}" for number, node in enumerate(picture.walk())}
    lines = ["---", f"title: {_yaml(picture.title)}", "---", "flowchart TD"]
    for node in picture.nodes:
        lines += _node(node, ids, "    ")
    for link in picture.links:
        arrow = _ARROWS[link.kind]
        label = f'|"{_escape(link.label)}"|' if link.label else ""
        lines.append(f"    {ids[link.source]} {arrow}{label} {ids[link.target]}")
    lines += [f"    {ids[source.key]} -.-> {ids[section.key]}" for source, section in endings(picture)]
    return "\n".join(lines) + "\n"


def _node(node: Node, ids: dict[str, str], indent: str) -> Iterator[str]:
    label = "<br>".join([f"<b>{_escape(node.name)}</b>", *(_escape(note) for note in node.notes)])
    if not node.children:
        opening, closing = _SHAPES[node.kind]
        yield f'{indent}{ids[node.key]}{opening}"{label}"{closing}'
        return
    yield f'{indent}subgraph {ids[node.key]}["{label}"]'
    for child in node.children:
        yield from _node(child, ids, indent + "    ")
    yield f"{indent}end"


_ENTITIES = {
    letter: f"#{ord(letter)};"
    for letter in '#"<>&`\\*_~|[]{}()'  # Markdown and HTML are both read in labels
}
_LINES = re.compile(r"s(?=tyle)|c(?=lassDef)")
"""Beginnings of what Mermaid looks for in lines before it parses them."""
_MAGIC = re.compile(r"(?<=\$)(?=\$)|(?<=:)(?=fa-)")
"""Where formulas and names of icons are torn apart, which are looked for after entities have been read."""


def _escape(text: str) -> str:
    """The text as it is to be read; never nothing, which is no label."""
    escaped = "".join(_ENTITIES.get(letter, letter) for letter in short(text, 200))
    escaped = _LINES.sub(lambda found: f"#{ord(found[0])};", escaped)
    return _MAGIC.sub("#8203;", escaped) or "#160;"


def _yaml(text: str) -> str:
    return "'" + short(text, 200).replace("'", "''") + "'"
