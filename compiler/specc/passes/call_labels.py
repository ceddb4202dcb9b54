"""Labels and fixes that the diagnostics about calls share."""

from __future__ import annotations

from specc.diagnostics import Edit, Fix, Label, Place, Span


def at(span: Span | None, text: str) -> tuple[Label, ...]:
    """A label in the user's Python file, where the source tells the line."""
    return (Label(span, text),) if span is not None else ()


def rename(place: Place, replacement: str) -> Fix:
    """A fix that guesses a name: offered, never applied unasked."""
    return Fix(f"write `{replacement}`", (Edit(place, replacement),), safe=False)
