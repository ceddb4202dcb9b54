"""Lists and tables of YAML in brackets, as collections that can be laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specc.formatting.gaps import Gaps, share
from specc.formatting.layout import Collection, Item, Literal
from specc.formatting.yaml_tree import Node, Unusual
from specc.formatting.yaml_words import in_one_line
from specc.source.yaml_events import AliasEvent

_PROPERTY = re.compile(r"!<[^>\s]*>|[&!][^\s,\[\]{}]*")


def read_flow(gaps: Gaps, node: Node) -> Collection:
    """The collection that begins at the next word."""
    collection = Collection("{", "}", "", breakable=True) if node.mapping else Collection("[", "]", "", breakable=True)
    _sign(gaps, collection.opening)
    above: list[str] = []
    for key, value in node.entries if node.mapping else ((None, child) for child in node.children):
        above += _between(gaps, collection)
        item = _pair(gaps, key, value) if key is not None else _item(gaps, value)
        item.above, above = above, []
        collection.items.append(item)
    collection.spread = False
    collection.below = _between(gaps, collection)
    _sign(gaps, collection.closing)
    return collection


def read_properties(gaps: Gaps, node: Node) -> Iterator[str]:
    """The anchor and the tag that stand before a node's text, each before what follows it is passed."""
    for _ in range(node.properties):
        written = _PROPERTY.match(gaps.text, gaps.position)
        if written is None:
            raise Unusual
        yield gaps.read(written.end())
        if gaps.position < node.end:
            gaps.skip()
    if not node.block and gaps.at("!"):  # it says "no tag" and is none
        raise Unusual


def _between(gaps: Gaps, collection: Collection) -> list[str]:
    """Pass over a comma and what is around it; the comments that stand above what comes next."""
    above: list[str] = []
    while True:
        gaps.skip()
        share(gaps, collection, above)
        if not gaps.at(","):
            return above
        gaps.read(gaps.position + 1)
        collection.spread = True


def _item(gaps: Gaps, node: Node) -> Item:
    if node.mapping and not node.properties and not gaps.at("{"):
        return _pair(gaps, *node.entries[0])  # a table of one key, without brackets
    prefix, value = _value(gaps, node)
    return Item(prefix, value)


def _pair(gaps: Gaps, key: Node, value: Node) -> Item:
    name = read_key(gaps, key)
    if value.absent and not _colon_follows(gaps):
        return Item(name, Literal(""))
    gaps.skip()
    _sign(gaps, ":")
    if value.absent:
        return Item(f"{name}: ", Literal("null"))  # `:` before a bracket is not read everywhere
    gaps.skip()
    prefix, written = _value(gaps, value)
    return Item(f"{name}: {prefix}", written)


def _colon_follows(gaps: Gaps) -> bool:
    return re.compile(r"\s*:").match(gaps.text, gaps.position) is not None


def read_key(gaps: Gaps, node: Node) -> str:
    """The text of a simple key with what stands before it."""
    if node.collection or node.empty:
        raise Unusual
    words = [*read_properties(gaps, node)]
    written = gaps.read(node.end)
    if "\n" in written or written[:1] in ("", "?", "|", ">"):
        raise Unusual
    # What follows the name of an alias directly would belong to it.
    words.append(f"{written} " if type(node.event) is AliasEvent else in_one_line(written))
    return " ".join(words)


def _value(gaps: Gaps, node: Node) -> tuple[str, Literal | Collection]:
    prefix = "".join(f"{word} " for word in read_properties(gaps, node))
    if node.collection:
        return prefix, read_flow(gaps, node)
    if node.empty:
        return prefix, Literal("")
    return prefix, Literal(in_one_line(gaps.read(node.end)))


def _sign(gaps: Gaps, sign: str) -> None:
    if not gaps.at(sign):
        raise Unusual
    gaps.read(gaps.position + len(sign))
