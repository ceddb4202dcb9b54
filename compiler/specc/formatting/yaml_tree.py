"""The nodes of a YAML text: what its parser tells, as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from specc.source.yaml_events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    events,
)


class Unusual(Exception):  # noqa: N818 - a finding: the text is valid, but written in a way that is left alone
    """Something that few people write, such as `? ` before a key: such a text is best left as it is."""


@dataclass(slots=True)
class Node:
    """A scalar, an alias, a table or a list."""

    event: Any
    """The event that begins it."""
    end: int = 0
    """The offset behind it; of a scalar also behind its tag and anchor, if it has no text."""
    children: list[Node] = field(default_factory=list)
    """The items of a list; of a table each key and its value in turn."""

    @property
    def mapping(self) -> bool:
        """Whether it is a table."""
        return type(self.event) is MappingStartEvent

    @property
    def collection(self) -> bool:
        """Whether it is a table or a list."""
        return type(self.event) in (MappingStartEvent, SequenceStartEvent)

    @property
    def block(self) -> bool:
        """Whether it is a table or a list without brackets."""
        return self.collection and not self.event.flow_style

    @property
    def empty(self) -> bool:
        """Whether nothing is written: `null` by leaving it out."""
        return type(self.event) is ScalarEvent and not self.event.style and not self.event.value

    @property
    def properties(self) -> int:
        """How many of anchor and tag stand before it."""
        if type(self.event) is AliasEvent:
            return 0
        return (self.event.anchor is not None) + (self.event.tag is not None)

    @property
    def absent(self) -> bool:
        """Whether not even an anchor or a tag is written."""
        return self.empty and not self.properties

    @property
    def entries(self) -> list[tuple[Node, Node]]:
        """The keys of a table with their values."""
        return list(zip(self.children[::2], self.children[1::2], strict=True))


def read_tree(text: str) -> Node | None:
    """The root of the only document in a valid text; None when there is none."""
    root: Node | None = None
    open_nodes: list[Node] = []
    for event in events(text):
        kind = type(event)
        if kind in (MappingEndEvent, SequenceEndEvent):
            open_nodes.pop().end = event.end_mark.index
            continue
        if kind not in (ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent):
            continue
        node = Node(event, event.end_mark.index)
        if open_nodes:
            open_nodes[-1].children.append(node)
        else:
            root = node
        if node.collection:
            open_nodes.append(node)
    return root
