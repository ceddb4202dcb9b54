"""A picture in Graphviz's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc_targets.graph.picture import EdgeKind, Node, NodeKind, Picture, endings, short

_SHAPES: dict[NodeKind, str] = {
    "call": "box",
    "wait": "oval",
    "group": "box",
    "map": "box3d",
    "loop": "hexagon",
    "handler": "parallelogram",
    "output": "note",
    "section": "box",
}
_STYLES: dict[EdgeKind, str] = {
    "data": "solid",
    "skip": "solid",
    "optional": "dashed",
    "order": "dotted",
    "catch": "bold",
}


def to_dot(picture: Picture) -> str:
    """The text of a `.dot` file. An edge of a box ends at one of its nodes and is clipped at the box."""
    nodes = {node.key: node for node in picture.walk()}
    ids = {key: f"n{number}" for number, key in enumerate(nodes)}
    lines = [
        f"digraph {_quote(short(picture.title, 200))} {{",
        '    graph [compound=true, fontname="sans-serif"];',
        '    node [shape=box, fontname="sans-serif"];',
        '    edge [fontname="sans-serif", fontsize=10];',
    ]
    for node in picture.nodes:
        lines += _node(node, ids, "    ")
    for link in picture.links:
        attributes = {"style": _STYLES[link.kind]}
        if link.label:
            attributes["label"] = short(link.label, 200)
        lines.append(_edge(nodes[link.source], nodes[link.target], attributes, ids))
    for source, section in endings(picture):
        lines.append(_edge(source, section, {"style": "dotted", "arrowhead": "empty"}, ids))
    return "\n".join([*lines, "}"]) + "\n"


def _edge(source: Node, target: Node, attributes: dict[str, str], ids: Mapping[str, str]) -> str:
    if source.children:
        attributes["ltail"] = f"cluster_{ids[source.key]}"
    if target.children:
        attributes["lhead"] = f"cluster_{ids[target.key]}"
    ends = f"{ids[_leaf(source, last=True).key]} -> {ids[_leaf(target, last=False).key]}"
    return f"    {ends} [{_attributes(attributes)}];"


def _node(node: Node, ids: Mapping[str, str], indent: str) -> Iterator[str]:
    label = "\n".join(short(line, 200) for line in (node.name, *node.notes))
    if not node.children:
        yield f"{indent}{ids[node.key]} [{_attributes({'label': label, 'shape': _SHAPES[node.kind]})}];"
        return
    yield f"{indent}subgraph cluster_{ids[node.key]} {{"
    yield f"{indent}    label={_quote(label)};"
    for child in node.children:
        yield from _node(child, ids, indent + "    ")
    yield f"{indent}}}"


def _leaf(node: Node, *, last: bool) -> Node:
    """A node without children that stands for `node`."""
    while node.children:
        node = node.children[-1 if last else 0]
    return node


def _attributes(attributes: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={_quote(value)}" for name, value in attributes.items())


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
