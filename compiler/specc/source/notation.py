"""Advice is written with TOML in backticks; here it becomes what the author of a YAML or JSON spec would type."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from specc.source.formats import Format

_QUOTED = re.compile(r"`([^`]+)`")
_HEADER = re.compile(r"\[([\w<>-]+(?:\.[\w<>-]+)+)\]")
_ASSIGNMENT = re.compile(r"([\w<>-]+(?:\.[\w<>-]+)*) = (.+)")
_OPEN = "..."
"""What the author is to fill in."""


def in_format(text: str, format: Format) -> str:
    """The text with its TOML headers, assignments and inline tables as `format` writes them."""
    return text if format == "toml" else _QUOTED.sub(lambda found: f"`{_snippet(found[1], format)}`", text)


def _snippet(snippet: str, format: Format) -> str:
    try:
        if found := _HEADER.fullmatch(snippet):
            return _assigned(found[1], _OPEN, format)
        if found := _ASSIGNMENT.fullmatch(snippet):
            value = found[2] if found[2] == _OPEN else _flow(_value(found[2]), format)
            return _assigned(found[1], value, format)
        return _flow(_value(snippet), format) if snippet.startswith("{ ") else snippet
    except tomllib.TOMLDecodeError:
        return snippet


def _value(text: str) -> Any:
    return tomllib.loads(f"value = {text}")["value"]


def _assigned(path: str, value: str, format: Format) -> str:
    first, *rest = path.split(".")
    for key in reversed(rest):
        value = f"{{{_key(key, format)}: {value}}}"
    return f"{_key(first, format)}: {value}"


def _flow(value: Any, format: Format) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key, format)}: {_flow(item, format)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item, format) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)


def _key(key: str, format: Format) -> str:
    return f'"{key}"' if format == "json" or not re.fullmatch(r"[\w<>-]+", key) else key
