"""What a drawing shows, before anybody decides how lines look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from specc.diagnostics import Place
from specc.diagnostics.place import ROOT

EdgeKind = Literal["data", "skip", "optional", "order", "catch"]
"""`data`: reads the result. `skip`: the same, and is skipped when the source is. `optional`: reads it if it was not
skipped. `order`: only comes after. `catch`: runs when the source fails."""

NodeKind = Literal["call", "wait", "group", "map", "loop", "handler", "output", "section"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A step, an output, or a section; with children it is a box around them."""

    key: str
    """Unique in the picture and stable: the way to the step, such as `process/fetch`."""
    name: str
    kind: NodeKind
    notes: tuple[str, ...] = ()
    """What it does, how often and if, one phrase each."""
    children: tuple[Node, ...] = ()
    origin: Place = field(default=ROOT, compare=False, repr=False)
    """Where it stands in the spec; what is in another spec stands where that is run."""

    def walk(self) -> Iterator[Node]:
        """This node and all below it, outer ones first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Link:
    """A line from one node to another, by their keys."""

    source: str
    target: str
    kind: EdgeKind
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A whole spec."""

    title: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    def walk(self) -> Iterator[Node]:
        """All nodes, outer ones first."""
        for node in self.nodes:
            yield from node.walk()


def endings(picture: Picture) -> Iterator[tuple[Node, Node]]:
    """Each section with the nodes that nothing of the body comes after: what a drawing puts the section behind."""
    outer = {node.key: node for node in picture.nodes}
    drawn = [node for node in picture.nodes if node.kind not in ("output", "section")]
    passed = {
        link.source
        for link in picture.links
        if link.kind != "catch" and link.target in outer and outer[link.target].kind not in ("output", "section")
    }
    for section in picture.nodes:
        if section.kind == "section":
            yield from ((node, section) for node in drawn if node.key not in passed)


def short(text: str, limit: int = 60) -> str:
    """The text on one line of printable letters, with an ellipsis when it is longer than `limit`."""
    line = " ".join(text.split())
    if not line.isprintable():
        line = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)
    return line if len(line) <= limit else line[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"
