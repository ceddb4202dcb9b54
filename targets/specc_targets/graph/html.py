"""A picture as a page: it can be moved, steps are found, and each tells where it stands and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from specc_targets.graph.picture import Picture, endings, short
from specc_targets.graph.svg import NOUNS, WORDS, style
from specc_targets.pages import Parts, page

_PACKAGE = "specc_targets.graph"


def to_html(
    picture: Picture,
    sources: Mapping[str, str],
    svg: str,
    live: Mapping[str, Any] | None = None,
) -> bytes:
    """The page around the picture's SVG.

    `sources` says where each step stands, by key; `live` is what a server that sends news begins with.
    """
    parts = Parts(_PACKAGE, ["page.css"], ["page.js"], [style()], connects=live is not None)
    drawing = {"@NAME@": escape(short(picture.title, 200)), "@SVG@": svg}
    return page(parts, short(picture.title, 200), {"steps": steps(picture, sources), **(live or {})}, drawing)


def steps(picture: Picture, sources: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the page tells of each step, in the order of the numbers in the SVG."""
    index = {node.key: number for number, node in enumerate(picture.walk())}
    parents = {child.key: index[node.key] for node in picture.walk() for child in node.children}
    after: dict[str, list[tuple[int, str]]] = {key: [] for key in index}
    before: dict[str, list[tuple[int, str]]] = {key: [] for key in index}
    for link in picture.links:
        words = link.label or ("" if link.kind == "data" else WORDS[link.kind])
        after[link.target].append((index[link.source], words))
        before[link.source].append((index[link.target], words))
    for node, section in endings(picture):
        after[section.key].append((index[node.key], WORDS["order"]))
        before[node.key].append((index[section.key], WORDS["order"]))
    return [
        {
            "key": short(node.key, 1000),
            "name": short(node.name, 400),
            "what": NOUNS[node.kind],
            "notes": [short(note, 1000) for note in node.notes],
            "source": sources.get(node.key, ""),
            "after": after[node.key],
            "before": before[node.key],
            "parent": parents.get(node.key),
            "children": [index[child.key] for child in node.children],
        }
        for node in picture.walk()
    ]
