"""A spec as it stands after `extends`: one value, and the files it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specc.diagnostics import Place, Span
from specc.source.document import Document, lookup


@dataclass
class Spec:
    """The merged values of a spec file and everything it extends."""

    value: dict[str, Any] = field(repr=False)
    """Plain values, without marks. Treat it as read-only: parts of it may be shared."""
    documents: tuple[Document, ...]
    """The spec's own file, then its bases, those first whose values win."""
    root: Path
    """The folder of the spec file."""
    overlay: tuple[str, dict[str, Any]] | None = field(default=None, repr=False)
    """The stack whose overrides `value` has taken in, and those overrides."""

    others: list[Document] = field(default_factory=list, repr=False)
    """Files of other specs, which this one runs as steps."""

    @property
    def sources(self) -> tuple[Document, ...]:
        """Every file that was read."""
        return (*self.documents, *self.others)

    @property
    def texts(self) -> dict[str, str]:
        """The text of every file by name, as renderers need them."""
        return {document.name: document.text for document in self.documents}

    def document_of(self, place: Place) -> Document:
        """The file that gives the value at `place`, or at its nearest parent that has one."""
        for length in range(len(place.path), -1, -1):
            path = place.path[:length]
            if lookup(self.value, path)[0]:
                for document in self.documents:
                    if document.has(path):
                        return document
        return self.documents[0]

    def locate(self, place: Place) -> Span:
        """Where to point for `place`, in whichever file provides it."""
        if self.overlay is not None and place.path and lookup(self.overlay[1], place.path)[0]:
            place = place._replace(path=("stacks", self.overlay[0], *place.path))
        return self.document_of(place).locate(place)


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """A new table with `over` on top of `base`: tables merge key by key, anything else replaces."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
