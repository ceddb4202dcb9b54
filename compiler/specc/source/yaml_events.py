"""PyYAML's parser as a stream of events.

Events, not nodes: composing nodes recurses in C (deep input ends the process) and holds a mark for every value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

__all__ = [
    "AliasEvent",
    "DocumentStartEvent",
    "MappingEndEvent",
    "MappingStartEvent",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "YAMLError",
    "events",
    "extent",
]

YAMLError = yaml.YAMLError


def events(text: str) -> Iterator[Any]:
    """The events of a text, by libyaml where PyYAML has it. Raises `YAMLError` where the text is wrong."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        while True:
            event = loader.get_event()
            if event is None or isinstance(event, yaml.StreamEndEvent):
                return
            yield event
    finally:
        loader.dispose()


def extent(event: Any) -> tuple[int, int]:
    """The character offsets of an event."""
    return event.start_mark.index, event.end_mark.index
