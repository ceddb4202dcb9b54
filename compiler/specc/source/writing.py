"""How keys and texts are written in each format."""

from __future__ import annotations

import re

from specc.source.formats import Format

YAML_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
"""What some reader of YAML takes for something else than a text."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_BARE = {
    "toml": re.compile(r"[A-Za-z0-9_-]+"),
    "yaml": re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*"),
    "json": re.compile(r"(?!)"),
}


def written_key(name: str, format: Format) -> str:
    """A key, quoted where it has to be."""
    bare = _BARE[format].fullmatch(name) and not (format == "yaml" and name.lower() in YAML_WORDS)
    if format == "json" and not name.isprintable():
        from json import dumps  # late: few specs are JSON

        return dumps(name)
    return name if bare else quoted(name)


def quoted(text: str) -> str:
    """The text in double quotes, with escapes that TOML and YAML both know, JSON those of what can be printed."""
    return '"' + "".join(_ESCAPES.get(letter) or _visible(letter) for letter in text) + '"'


def _visible(letter: str) -> str:
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"
