"""Labels that the diagnostics about calls share."""

from __future__ import annotations

from specc.diagnostics import Label, Span


def at(span: Span | None, text: str) -> tuple[Label, ...]:
    """A label in the user's Python file, where the source tells the line."""
    return (Label(span, text),) if span is not None else ()
