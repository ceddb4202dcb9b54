"""The comments of a text, found without the readers whose work they are to prove."""

from __future__ import annotations

import re

from specc.source.toml_spans import STRING

_TOML = re.compile(rf"{STRING.pattern}|(#[^\n]*+)", re.DOTALL)


def toml_comments(text: str) -> list[str]:
    """The comments of a valid TOML text in order, without blanks at their ends."""
    return [found[1].rstrip() for found in _TOML.finditer(text) if found[1]]
