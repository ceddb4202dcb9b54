"""What is known of one open spec: its text, and what the compiler makes of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from specc.diagnostics import Diagnostic, Place, Position, Sink, Span
from specc.language_server.addresses import path_of
from specc.language_server.positions import Positions
from specc.language_server.recovery import Recovered, recover
from specc.memory import Memory
from specc.source.document import Document
from specc.source.fault import Fault
from specc.source.formats import FORMATS, Format
from specc.source.lines import Lines
from specc.source.reading import NOTHING_OPEN

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.module import Module
    from specc.language_server.symbols.index import Index
    from specc.passes.base import Context
    from specc.source import Spec
    from specc_schemas import PipelineSpec

_LACKING = frozenset(
    {"SPC101", "SPC102", "SPC105", "SPC110", "SPC112", "SPC120", "SPC122", "SPC123", "SPC124", "SPC339"}
)
"""What the compiler says of a table from which a statement was left out, although the user has written one."""
_UNKNOWN = frozenset({"SPC201", "SPC202", "SPC203", "SPC204", "SPC205", "SPC206", "SPC207", "SPC208"})
"""What it says of names whose table was left out."""
_HAS_A_VALUE = re.compile(r"""\s*["']?[\w.-]+["']?\s*:\s*[^\s{&]""")
_OPENS_A_TABLE = re.compile(r"[^=]*=\s*\{")


@dataclass
class Analysis:
    """One version of an open spec. Everything in it is about the text as it stands in the editor."""

    uri: str
    path: Path
    version: int | None
    text: str
    format: Format
    encoding: types.PositionEncodingKind | str | None
    compilation: Compilation
    """Of the text, or of what could be read of it."""
    recovered: Recovered | None = None
    """What was left out, when the text does not parse; also None when too little of it can be read."""
    open_texts: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """The files that the editor has open, by real path: they count in place of what is on the disk."""
    open_uris: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The addresses by which the editor knows its open files, by real path."""
    is_base: bool = False
    """Whether another spec extends this one, which may say what this one does not."""

    @property
    def spec(self) -> Spec | None:
        """The merged values, with where they stand; None when the file cannot be read."""
        return self.compilation.spec

    @property
    def document(self) -> Document | None:
        """The parsed file itself, without what it extends."""
        return self.spec.documents[0] if self.spec is not None else None

    @property
    def model(self) -> PipelineSpec | None:
        """The model of what is sound in the spec."""
        return self.compilation.model

    @property
    def module(self) -> Module | None:
        """The operations that the spec's sound part is lowered to."""
        return self.compilation.module

    @property
    def context(self) -> Context | None:
        """Where the project's Python modules are read from."""
        return self.compilation.context

    @cached_property
    def index(self) -> Index | None:
        """The names in the spec and in what it extends; None when too little of its file can be read."""
        from specc.language_server.symbols.index import Index

        if self.spec is not None:
            return Index(self.spec.documents, self.spec.value)
        alone = self.recovered or _recover(str(self.path), self.format, self.text)
        return Index((alone.document,), alone.document.value) if alone is not None else None

    @cached_property
    def positions(self) -> Positions:
        """The positions of the text."""
        return Positions(self.text, self.encoding)

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the text; nothing that is only wrong because a statement is still being typed."""
        found = self.compilation.diagnostics
        if self.is_base:
            found = tuple(item for item in found if not _lacks_at_the_top(item))
        if self.recovered is None:
            return found
        sink = Sink()
        for fault in self.recovered.faults:
            fault.report(self.name, self.text, sink)
        return (*sink.diagnostics, *(item for item in found if not self._is_of_what_was_left_out(item)))

    @property
    def name(self) -> str:
        """What spans call this file."""
        return str(self.path)

    def span(self, place: Place) -> Span | None:
        """Where `place` stands."""
        return self.spec.locate(place) if self.spec is not None else None

    def location(self, span: Span) -> types.Location:
        """A span in this or another file as the editor's location."""
        return types.Location(self.uri_of(span.file), self.range(span))

    def uri_of(self, file: str) -> str:
        """The address of a file that spans name."""
        if file == self.name:
            return self.uri
        return self.open_uris.get(os.path.realpath(file)) or Path(file).absolute().as_uri()

    def range(self, span: Span) -> types.Range:
        """A span as a range, counted as the client counts."""
        if span.file == self.name:
            lines, positions = self._lines, self.positions
        else:
            lines, positions = self._other(span.file)
        return positions.range(lines.offset(span.start), lines.offset(span.end))

    def offsets(self, span: Span) -> tuple[int, int]:
        """A span of this file as character offsets."""
        return self._lines.offset(span.start), self._lines.offset(span.end)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _others(self) -> dict[str, tuple[Lines, Positions]]:
        return {}

    def _other(self, file: str) -> tuple[Lines, Positions]:
        if file not in self._others:
            text = self.compilation.texts.get(file, "")
            self._others[file] = (Lines(text), Positions(text, self.encoding))
        return self._others[file]

    def _is_of_what_was_left_out(self, diagnostic: Diagnostic) -> bool:
        """Whether the compiler misses only what is there, but still being typed."""
        assert self.recovered is not None
        at = diagnostic.labels[0].at if diagnostic.labels else None
        if not isinstance(at, Span) or at.file != self.name:
            return False
        if diagnostic.code in _UNKNOWN:
            return any(self._may_name(self.text[start:end]) for start, end in self._left_out)
        if diagnostic.code not in _LACKING:
            return False
        offset = self._lines.offset(at.start)
        return any(self._same_table(offset, start) for start, _ in self._left_out)

    @property
    def _left_out(self) -> tuple[tuple[int, int], ...]:
        return self.recovered.blanked if self.recovered is not None else ()

    def _may_name(self, left_out: str) -> bool:
        """Whether a statement that was left out may be what gives a step or a parameter its name."""
        if self.format == "toml" and not left_out.lstrip().startswith("["):
            return _OPENS_A_TABLE.match(left_out) is not None
        return _HAS_A_VALUE.match(left_out) is None

    def _same_table(self, offset: int, blanked: int) -> bool:
        """Whether what is reported at `offset` may be about the table in which `blanked` stands."""
        first, last = sorted((offset, blanked))
        between = self.text[first:last]
        if self.format == "toml":
            return "\n[" not in between
        return between.count("\n") <= 40


def _lacks_at_the_top(diagnostic: Diagnostic) -> bool:
    at = diagnostic.labels[0].at if diagnostic.labels else None
    top = isinstance(at, Span) and at.start == at.end == Position(1, 1)
    return top and diagnostic.code in ("SPC102", "SPC110", "SPC112")


def analyse(
    uri: str,
    text: str,
    version: int | None,
    encoding: types.PositionEncodingKind | str | None,
    check: Callable[[Path, bytes, Format], Compilation],
    memory: Memory | None = None,
    open_texts: Mapping[str, bytes] = NOTHING_OPEN,
    format: Format | None = None,
) -> Analysis:
    """Analyse the text of an open spec. Never raises for anything that is wrong with it."""
    path = path_of(uri)
    format = format or format_of(path, text)
    compilation = check(path, text.encode("utf-8", "surrogatepass"), format)
    recovered = None
    if compilation.spec is None:
        recovered = _recover(str(path), format, text, memory)
        if recovered is not None and recovered.faults:
            compilation = check(path, recovered.document.text.encode("utf-8", "surrogatepass"), format)
        else:
            recovered = None
    return Analysis(uri, path, version, text, format, encoding, compilation, recovered, open_texts)


def _recover(name: str, format: Format, text: str, memory: Memory | None = None) -> Recovered | None:
    try:
        text.encode()  # half of a surrogate pair is no text to any parser
        return recover(name, format, text, memory)
    except (Fault, UnicodeEncodeError):
        return None


def format_of(path: Path, text: str = "") -> Format:
    """The format of a file by its suffix, or by its first letter."""
    found = FORMATS.get(path.suffix.lower())
    return found or ("json" if text.lstrip().startswith("{") else "toml")
