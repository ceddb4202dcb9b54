"""Finds where everything stands in a YAML text, from the events of a second parse."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from specc.source.limits import MAX_DEPTH
from specc.source.side_table import Path, SideTable
from specc.source.yaml_events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    YAMLError,
    events,
    extent,
)
from specc.source.yaml_strings import characters


class _Frame:
    """A table or list that is being scanned."""

    __slots__ = ("end", "flow", "index", "key", "key_extent", "mapping", "path", "start")

    def __init__(self, path: Path, event: Any, *, mapping: bool) -> None:
        self.path = path
        self.mapping = mapping
        self.flow = bool(event.flow_style)
        self.start, self.end = extent(event)
        self.key: str | None = None
        self.key_extent = (0, 0)
        self.index = 0


def scan_yaml(text: str) -> SideTable:
    """The extents of a YAML text; of a wrong one, those up to where it is wrong."""
    scanner = _Scanner(text)
    with suppress(YAMLError):
        scanner.run()
    return scanner.table


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.table = SideTable(characters=lambda start, end, value: characters(text, start, end, value))
        self.frames: list[_Frame] = []
        self.anchors: dict[str, Path] = {}

    def run(self) -> None:
        """Read events until the first document ends."""
        documents = 0
        for event in events(self.text):
            kind = type(event)
            if kind is ScalarEvent or kind is AliasEvent:
                self._leaf(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if len(self.frames) > MAX_DEPTH:
                    return
                self._open(event, mapping=kind is MappingStartEvent)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close(event)
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    return

    def _place(self) -> tuple[Path, tuple[int, int] | None]:
        """The path of the next value, and the extent of its key (None for a list item)."""
        if not self.frames:
            return (), (0, 0)
        frame = self.frames[-1]
        if frame.mapping:
            return (*frame.path, frame.key or ""), frame.key_extent
        return (*frame.path, frame.index), None

    def _leaf(self, event: Any) -> None:
        start, end = extent(event)
        if type(event) is ScalarEvent and event.style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip(" \t\r\n"))
        if self.frames and self.frames[-1].mapping and self.frames[-1].key is None:
            frame = self.frames[-1]
            frame.key = str(event.value) if type(event) is ScalarEvent else f"*{event.anchor}"
            frame.key_extent = (start, end)
            return
        path, key = self._place()
        if type(event) is AliasEvent:
            target = self.anchors.get(str(event.anchor))
            if target is not None:
                self.table.links[path] = target
        elif event.anchor is not None:
            self.anchors[event.anchor] = path
        self._record(path, key, start, end)

    def _open(self, event: Any, *, mapping: bool) -> None:
        path, key = self._place()
        if event.anchor:
            self.anchors[event.anchor] = path
        start = event.start_mark.index
        self.table.extents.setdefault(path, (*(key or (start, start + 1)), start, start + 1))
        self.frames.append(_Frame(path, event, mapping=mapping))

    def _close(self, event: Any) -> None:
        frame = self.frames.pop()
        end = event.end_mark.index if frame.flow else frame.end
        _, key = self._place()
        if frame.path:
            self.table.extents.pop(frame.path, None)
        self._record(frame.path, key, frame.start, end)

    def _record(self, path: Path, key: tuple[int, int] | None, start: int, end: int) -> None:
        """Keep the extent of a finished value (the first, should a key be given twice) and go on in its parent."""
        if path:
            self.table.extents.setdefault(path, (*(key or (start, end)), start, end))
        if self.frames:
            frame = self.frames[-1]
            frame.end = max(frame.end, end)
            if frame.mapping:
                frame.key = None
            else:
                frame.index += 1
