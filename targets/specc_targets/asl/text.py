"""How values and JSONata expressions stand in a definition: strings `{% ... %}` are evaluated, all else is literal."""

from __future__ import annotations

import json
import re

from specc.expressions.jsonata import literal

from specc_runtime.expressions import JsonValue

Json = JsonValue
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def expression(text: str) -> str:
    """A string of the definition that is the value of a JSONata expression, on one line."""
    return "{% " + text.replace("\r", " ").replace("\n", " ") + " %}"


def verbatim(value: Json) -> Json:
    """A JSON constant as it stands in a definition, safe from being taken for an expression."""
    if isinstance(value, str):
        return expression(literal(value)) if value.startswith("{%") else value
    if isinstance(value, list):
        return [verbatim(item) for item in value]
    if isinstance(value, dict):
        return {key: verbatim(item) for key, item in value.items()}
    return value


def variable(name: str) -> str:
    """JSONata text of a workflow variable."""
    return f"${name}"


def field(of: str, *keys: str) -> str:
    """JSONata text of a field below the value `of`."""
    text = of
    for key in keys:
        if _NAME.fullmatch(key):
            text += f".{key}"
        elif not key or "`" in key or "\\" in key or not key.isprintable():
            text = f"$lookup({text}, {json.dumps(key)})"
        else:
            text += f".`{key}`"
    return text


def pointer(path: tuple[str | int, ...]) -> str:
    """The JSON Pointer (RFC 6901) of a static path; the whole value is the empty pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
