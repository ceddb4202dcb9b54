"""Where names stand as the editor counts: files by their addresses, lines and columns."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from specc.language_server.positions import Positions
from specc.source.lines import Lines

if TYPE_CHECKING:
    from specc.diagnostics import Span


class Places:
    """Makes locations of offsets, for one request."""

    def __init__(self, open_uris: Mapping[str, str], encoding: types.PositionEncodingKind | str | None) -> None:
        """`open_uris` are the addresses by which the editor knows its open files, by real path."""
        self._open_uris = open_uris
        self._encoding = encoding
        self._positions: dict[str, Positions] = {}

    def uri(self, file: str) -> str:
        """The address of a file."""
        return self._open_uris.get(os.path.realpath(file)) or Path(file).absolute().as_uri()

    def range(self, file: str, text: str, start: int, end: int) -> types.Range:
        """Characters of a file as a range."""
        if file not in self._positions:
            self._positions[file] = Positions(text, self._encoding)
        return self._positions[file].range(start, end)

    def location(self, file: str, text: str, start: int, end: int) -> types.Location:
        """Characters of a file as a location."""
        return types.Location(self.uri(file), self.range(file, text, start, end))

    def of_span(self, span: Span, text: str) -> types.Location:
        """A span of a file as a location."""
        lines = Lines(text)
        return self.location(span.file, text, lines.offset(span.start), lines.offset(span.end))
