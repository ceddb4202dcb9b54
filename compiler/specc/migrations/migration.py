"""What a migration is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from specc.source.document import Document
from specc.source.edits import TextEdit


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from a version to the next."""

    title: str
    """What changes, in the user's words."""
    edits: Callable[[Document], Iterable[TextEdit]]
    """All edits but that of the version's number, in any order; none may overlap another."""
