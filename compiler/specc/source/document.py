"""One parsed file: its plain values, and on demand where each of them stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Place, Span
from specc.source.formats import Format
from specc.source.lines import Lines

if TYPE_CHECKING:
    from specc.memory import Memory
    from specc.source.side_table import Extent, Path, SideTable


@dataclass
class Document:
    """A file as the user named it, its text without a byte order mark, and the plain values in it."""

    name: str
    format: Format
    text: str = field(repr=False)
    value: dict[str, Any] = field(repr=False)

    @cached_property
    def lines(self) -> Lines:
        """The line starts of the text."""
        return Lines(self.text)

    @cached_property
    def table(self) -> SideTable:
        """The extents of everything in the text; scanning happens here, only when something must be located."""
        return scanner(self.format)(self.text)

    def has(self, path: Path) -> bool:
        """Whether this document gives a value at `path`."""
        found, _ = lookup(self.value, path)
        return found

    def locate(self, place: Place) -> Span:
        """Where to point for `place`: what is missing is looked for in its parents.

        A table or list of several lines is pointed at by its key or header, so that the same fault is shown alike in
        all formats.
        """
        covered, extent = self.table.nearest(place.path)
        key_start, key_end, start, end = extent
        there = covered == len(place.path)
        if there and place.part == "key" and covered:
            return self._span(key_start, key_end)
        if there and place.within is not None:
            inner = self._characters(place, extent)
            if inner is not None:
                return inner
        container = not there or isinstance(lookup(self.value, place.path)[1], dict | list)
        if container and "\n" in self.text[start:end]:
            if key_end > key_start and (key_start, key_end) != (start, end):
                return self._span(key_start, key_end)
            return self._span(start, self._line_end(start))
        return self._span(start, end)

    def exact(self, place: Place) -> Span | None:
        """All the text of `place` and nothing else, or None where no single stretch is (such as a TOML table)."""
        covered, extent = self.table.nearest(place.path)
        if covered != len(place.path) or not covered:
            return None
        if place.part == "key":
            return self._span(extent[0], extent[1])
        if place.within is not None:
            return self._characters(place, extent)
        return None if place.path in self.table.headers else self._span(extent[2], extent[3])

    def exact_keys(self, place: Place) -> tuple[Span, ...]:
        """Every spot where the key of `place` is written; TOML headers and dotted keys repeat it."""
        first = self.exact(place.key())
        more = self.table.repeated.get(place.path, ())
        return (() if first is None else (first,)) + tuple(self._span(start, end) for start, end in more)

    def _span(self, start: int, end: int) -> Span:
        return self.lines.span(self.name, start, end)

    def _line_end(self, start: int) -> int:
        end = self.text.find("\n", start)
        return len(self.text[start : end if end >= 0 else None].rstrip()) + start

    def _characters(self, place: Place, extent: Extent) -> Span | None:
        """The span of some characters of a string value, or None when there are no such characters."""
        found, value = lookup(self.value, place.path)
        if not found or not isinstance(value, str) or place.within is None:
            return None
        first, last = place.within
        mapping = self.table.characters
        characters = mapping(extent[2], extent[3], value) if mapping is not None else []
        if not 0 <= first <= last <= len(characters):
            return None
        if first == last:
            edges = [start for start, _ in characters] + [characters[-1][1] if characters else extent[2] + 1]
            at = edges[first]
            return self._span(at, at)
        return self._span(characters[first][0], characters[last - 1][1])


def lookup(value: Any, path: Path) -> tuple[bool, Any]:
    """Whether there is a value at `path` below `value`, and that value."""
    for step in path:
        if isinstance(value, dict):
            inside = step in value
        else:
            inside = isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value)
        if not inside:
            return False, None
        value = value[step]
    return True, value


def parse(name: str, format: Format, text: str, memory: Memory | None = None) -> Document:
    """Parse `text`; raise `Fault` when it is not a document of that format. Only this format's parser is imported."""
    if format == "toml":
        from specc.source.toml_values import parse_toml

        return Document(name, format, text, parse_toml(text, memory))
    if format == "yaml":
        from specc.source.yaml_values import parse_yaml as parser
    else:
        from specc.source.json_values import parse_json as parser
    return Document(name, format, text, parser(text))


def scanner(format: Format) -> Callable[[str], SideTable]:
    """The function that finds the extents in a text of this format."""
    if format == "toml":
        from specc.source.toml_spans import scan_toml

        return scan_toml
    if format == "yaml":
        from specc.source.yaml_spans import scan_yaml

        return scan_yaml
    from specc.source.json_spans import scan_json

    return scan_json
