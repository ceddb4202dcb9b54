"""All places of a name: in every file of its spec, and in the specs that share those files or run it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from specc.language_server.symbols.index import Index
    from specc.language_server.symbols.symbol import Occurrence, Symbol
    from specc.source.document import Document


class Found(NamedTuple):
    """A place of a name, and the document that it is in."""

    document: Document
    occurrence: Occurrence


@dataclass
class Family:
    """What must have the same name, because it is written at the same places."""

    symbols: set[Symbol] = field(default_factory=set)
    found: dict[tuple[str, int, int], Found] = field(default_factory=dict)
    """By the real path of the file, and where in it."""

    @property
    def places(self) -> list[Found]:
        """The places, sorted by file and where in it."""
        return [self.found[spot] for spot in sorted(self.found)]

    @property
    def declared(self) -> list[Found]:
        """The places at which it is said what has the name."""
        roles = [found for found in self.places if found.occurrence.role == "declaration"]
        return roles or [found for found in self.places if found.occurrence.role == "override"]


def family(indexes: Sequence[Index], symbols: Iterable[Symbol]) -> Family:
    """Everything that is renamed together with `symbols`.

    A file that two specs extend may speak of a step that each of them has for itself: these are one family.
    """
    result = Family()
    waiting = list(symbols)
    while waiting:
        symbol = waiting.pop()
        if symbol in result.symbols:
            continue
        result.symbols.add(symbol)
        for index in indexes:
            for occurrence in index.by_symbol.get(symbol, ()):
                spot = (index.real(occurrence.file), occurrence.start, occurrence.end)
                if spot in result.found:
                    continue
                result.found[spot] = Found(index.files[spot[0]], occurrence)
                for other in indexes:
                    same = other.by_spot.get(spot)
                    if same is not None:
                        waiting += same.symbols
    return result
