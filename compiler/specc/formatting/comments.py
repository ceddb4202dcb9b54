"""The comments of a text, found without the readers whose work they are to prove."""

from __future__ import annotations

import re

from specc.source.toml_spans import STRING

_TOML = re.compile(rf"{STRING.pattern}|(#[^\n]*+)", re.DOTALL)
_ANY = re.compile(r"#[^\n]*+")
_PROPERTIES = re.compile(r"(?:\s++|#[^\n]*+\n|[&!]\S*+)*+")


def toml_comments(text: str) -> list[str]:
    """The comments of a valid TOML text in order, without blanks at their ends."""
    return [found[1].rstrip() for found in _TOML.finditer(text) if found[1]]


def yaml_comments(text: str) -> list[str]:
    """The comments of a valid YAML text in order, without blanks at their ends."""
    from specc.source.yaml_events import ScalarEvent, events, extent

    found: list[str] = []
    position = 0
    for event in events(text):
        if type(event) is not ScalarEvent:
            continue
        start, end = extent(event)
        start = _PROPERTIES.match(text, start, end).end()  # type: ignore[union-attr]  # it matches nothing, too
        found += _ANY.findall(text, position, start)
        if event.style in ("|", ">"):
            line_end = text.find("\n", start)
            found += _ANY.findall(text, start, line_end if 0 <= line_end < end else end)
        position = end
    return [comment.rstrip() for comment in [*found, *_ANY.findall(text, position)]]
