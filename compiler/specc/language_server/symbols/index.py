"""Every name of a spec: where it is declared and where it is used, in all files that the spec is made of."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from specc.language_server.symbols.scopes import Values
from specc.language_server.symbols.symbol import Occurrence, Symbol

if TYPE_CHECKING:
    from specc.source.document import Document


class Index:
    """The names of one spec."""

    def __init__(self, documents: Sequence[Document], value: dict[str, Any]) -> None:
        """`documents` are the spec's own file and those it extends; `value` is what they are merged to."""
        from specc.language_server.symbols.walker import Walker

        self.documents = tuple(documents)
        self.spec = os.path.realpath(documents[0].name)
        """The real path of the spec's own file."""
        self.values = Values(value)
        walker = Walker(self.spec, self.documents, self.values)
        walker.run()
        self.occurrences: tuple[Occurrence, ...] = tuple(sorted(walker.found.values(), key=lambda item: item.spot))
        """Sorted by file and place. No two stand at the same place."""
        self.run_as_steps: frozenset[str] = frozenset(walker.run_as_steps)
        """The real paths of the specs that this one runs."""
        self.unplaced: frozenset[Symbol] = frozenset(walker.unplaced)
        """What is named somewhere in a way that cannot be pointed at, such as by a YAML alias."""

    @cached_property
    def by_symbol(self) -> dict[Symbol, list[Occurrence]]:
        """The places of each name."""
        found: dict[Symbol, list[Occurrence]] = {}
        for occurrence in self.occurrences:
            for symbol in occurrence.symbols:
                found.setdefault(symbol, []).append(occurrence)
        return found

    @cached_property
    def by_spot(self) -> dict[tuple[str, int, int], Occurrence]:
        """The places by where they are, with the real paths of files."""
        return {(self.real(item.file), item.start, item.end): item for item in self.occurrences}

    @cached_property
    def files(self) -> dict[str, Document]:
        """The documents by the real path of their files."""
        return {os.path.realpath(document.name): document for document in self.documents}

    @cached_property
    def _real(self) -> dict[str, str]:
        return {document.name: os.path.realpath(document.name) for document in self.documents}

    def real(self, file: str) -> str:
        """The real path of a document that is called so."""
        return self._real[file]

    def at(self, file: str, offset: int) -> Occurrence | None:
        """The name that the offset is in, or at the edge of."""
        at = bisect_right(self.occurrences, (file, offset), key=lambda item: (item.file, item.start)) - 1
        if at < 0:
            return None
        found = self.occurrences[at]
        return found if found.file == file and found.start <= offset <= found.end else None
