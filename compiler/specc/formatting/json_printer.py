"""JSON in its common layout: each item on a line of its own, indented by two blanks, empty brackets closed at once."""

from __future__ import annotations

import re

from specc.formatting.layout import STEP
from specc.source.json_spans import STRING

_TOKEN = re.compile(rf"{STRING.pattern}|[\[\]{{}}:,]|[^\s\[\]{{}}:,\"]+", re.DOTALL)


def print_json(text: str) -> str:
    """The text, which is known to be valid, laid out anew. Strings and numbers stay as they are written."""
    parts: list[str] = []
    indent = "\n"
    before = ""
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in "]}":
            indent = indent[: -len(STEP)]
            parts.append(token if before in "[{" else indent + token)
        else:
            if before and before in "[{,":
                parts.append(indent)
            parts.append(": " if token == ":" else token)
            if token in "[{":
                indent += STEP
        before = token
    return "".join(parts) + "\n"
