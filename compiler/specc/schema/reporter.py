"""A sink that does not drown: after a number of mistakes it only counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specc.diagnostics import ROOT, Fix, Label, Place, Severity, Sink
from specc_schemas.checked import shown

if TYPE_CHECKING:
    from specc.source import Spec

__all__ = ["MAX_REPORTED", "Reporter", "shown"]

MAX_REPORTED = 100
"""Mistakes of one spec that are shown; nobody reads more, and a hostile file may have a million."""


class Reporter:
    """Passes the first mistakes on to `sink`. Reports SPC199."""

    def __init__(self, sink: Sink, spec: Spec | None = None) -> None:
        self._sink = sink
        self._spec = spec
        self.count = 0

    def report(
        self,
        code: str,
        message: str,
        *labels: Label,
        help: str | Sequence[str] = (),
        notes: Sequence[str] = (),
        fix: Fix | None = None,
    ) -> None:
        """Report an error, unless there have been too many."""
        self.count += 1
        if self.count <= MAX_REPORTED:
            self._sink.report(code, message, *labels, help=help, notes=notes, fix=fix)

    def assigned(self, key: str, value: str) -> str:
        """A key and its value as the spec's format writes them."""
        format = self._spec.documents[0].format if self._spec is not None else "toml"
        return {"yaml": f"{key}: {value}", "json": f'"{key}": {value}'}.get(format, f"{key} = {value}")

    def adding(self, key: str, value: str, after: str = "") -> Fix | None:
        """A fix that writes a key at the top of the spec, behind another one if that is named."""
        if self._spec is None:
            return None
        from specc.schema.entry_edits import at_the_top, below  # late: only where something is missing

        document = self._spec.documents[0]
        edit = below(document, after, key, value) if after else at_the_top(document, key, value)
        return Fix(f"add `{self.assigned(key, value)}`", (edit,)) if edit is not None else None

    def removing(self, place: Place) -> Fix | None:
        """A fix that takes out a key that is null."""
        if self._spec is None:
            return None
        from specc.schema.entry_edits import without  # late: few write null

        edit = without(self._spec.document_of(place), place.path)
        return Fix("leave the key out", (edit,)) if edit is not None else None

    def nested(self, keys: tuple[str, ...], value: str) -> str:
        """A value under several keys, one in the other, as the spec's format writes them on one line."""
        format = self._spec.documents[0].format if self._spec is not None else "toml"
        if format == "toml":
            return f"{'.'.join(keys)} = {value}"
        for key in reversed(keys[1:]):
            value = "{" + self.assigned(key.strip('"') if format == "json" else key, value) + "}"
        return self.assigned(keys[0].strip('"') if format == "json" else keys[0], value)

    @property
    def full(self) -> bool:
        """Whether further mistakes are no longer shown."""
        return self.count >= MAX_REPORTED

    def more(self, count: int) -> None:
        """Count mistakes that are not worth describing any more."""
        self.count += count

    def close(self) -> None:
        """Say how many mistakes were not shown."""
        hidden = self.count - MAX_REPORTED
        if hidden > 0:
            self._sink.report(
                "SPC199",
                f"{hidden} more mistake{'s' if hidden > 1 else ''} not shown",
                Label(ROOT, "in this spec"),
                severity=Severity.HINT,
                help="mend those above first",
            )
