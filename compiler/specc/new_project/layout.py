"""What a spec's text shows beside its values: comments, blank lines, and what is written on one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from specc.source.document import Document, lookup
from specc.source.side_table import Path


@dataclass
class Layout:
    """How a document looks, by the paths of its values."""

    above: dict[Path, list[str]] = field(default_factory=dict)
    """Comments on lines of their own, with their `#`. Those of `()` end the file."""
    beside: dict[Path, str] = field(default_factory=dict)
    """The comment that ends the line on which a value begins."""
    spaced: set[Path] = field(default_factory=set)
    """Values with an empty line before them."""
    flow: set[Path] = field(default_factory=set)
    """Tables and lists that are written in brackets."""


def layout_of(document: Document) -> Layout:
    """Read the layout of a document. Comments inside of brackets come to stand above what follows the brackets."""
    return _Reader(document).read()


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.found = Layout()

    def read(self) -> Layout:
        extents = self.document.table.extents
        texts = [extent for places in self.document.table.repeated.values() for extent in places]
        starts: dict[int, list[Path]] = {}
        for path, (key_start, key_end, start, end) in sorted(extents.items(), key=lambda item: len(item[0])):
            value = lookup(self.document.value, path)[1]
            if path and isinstance(path[-1], str):
                texts.append((key_start, key_end))
            if isinstance(value, str):
                texts.append((start, end))
            if path and isinstance(value, dict | list) and self._bracketed(path, value, start):
                self.found.flow.add(path)
            if path and not any(path[:length] in self.found.flow for length in range(1, len(path))):
                starts.setdefault(self.text.count("\n", 0, key_start), []).append(path)
        self._lines(starts, sorted(texts))
        return self.found

    def _bracketed(self, path: Path, value: Any, start: int) -> bool:
        if self.document.format == "toml":
            return path not in self.document.table.headers
        return not value or self.text.startswith(("{", "["), start)

    def _lines(self, starts: dict[int, list[Path]], texts: list[tuple[int, int]]) -> None:
        """Give every comment and every empty line to the value that begins on its line, or to the next that does."""
        offset, spaced, waiting = 0, False, list[str]()
        for number, line in enumerate(self.text.split("\n")):
            here = starts.get(number, [])
            if here:
                if spaced:
                    self.found.spaced.add(here[0])
                if waiting:
                    self.found.above[here[0]] = waiting
                spaced, waiting = False, []
            comment = _comment(line, offset, texts)
            if comment and here:
                self.found.beside[here[-1]] = comment
            elif comment:
                waiting.append(comment)
            elif not line.strip():
                spaced = True
            offset += len(line) + 1
        if waiting:
            self.found.above[()] = waiting


def _comment(line: str, offset: int, texts: list[tuple[int, int]]) -> str:
    """The comment that a line ends with, or an empty text."""
    at = line.find("#")
    while at >= 0:
        begins = at == 0 or line[at - 1] in " \t,]}\"'"
        if begins and not any(start <= offset + at < end for start, end in texts):
            return line[at:].rstrip()
        at = line.find("#", at + 1)
    return ""
