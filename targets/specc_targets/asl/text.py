"""How values and JSONata expressions stand in a definition: strings `{% ... %}` are evaluated, all else is literal."""

from __future__ import annotations

import json
import re

from specc.expressions.jsonata import literal
from specc.expressions.jsonata.literals import MAX_EXACT
from specc_runtime.expressions import JsonValue

Json = JsonValue
RESULT = "$r := $states.result"
"""How the text begins of what an SDK integration leaves in a variable; it is small."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def expression(text: str) -> str:
    """A string of the definition that is the value of a JSONata expression, on one line."""
    return "{% " + text.replace("\r", " ").replace("\n", " ") + " %}"


def verbatim(value: Json) -> Json:
    """A JSON constant as it stands in a definition, safe from being taken for an expression."""
    if isinstance(value, str):
        return expression(literal(value)) if value.lstrip().startswith("{%") else value
    if isinstance(value, list):
        return [verbatim(item) for item in value]
    if isinstance(value, dict):
        return {key: verbatim(item) for key, item in value.items()}
    return value if _is_safe(value) else expression(literal(value))


def template(raw: Json) -> Json:
    """A template as it stands in a request, where the handler evaluates it.

    Numbers that interpreters may round or print otherwise (negative ones, floats, long integers) become expressions.
    """
    if isinstance(raw, list):
        return [template(item) for item in raw]
    if isinstance(raw, dict):
        return {key: template(item) for key, item in raw.items()}
    return verbatim(raw) if _is_safe(raw) else f"${{{raw!r}}}"


def is_exact(value: Json) -> bool:
    """Whether a JSON constant keeps its value and type in the machine: whole floats and long integers do not."""
    if isinstance(value, list):
        return all(map(is_exact, value))
    if isinstance(value, dict):
        return all(map(is_exact, value.values()))
    if isinstance(value, float):
        return not value.is_integer()
    return isinstance(value, bool) or not isinstance(value, int) or abs(value) <= MAX_EXACT


def _is_safe(value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return isinstance(value, int) and 0 <= value <= MAX_EXACT


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
