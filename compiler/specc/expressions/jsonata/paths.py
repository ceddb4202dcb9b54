"""Reading a value along a path, in JSONata."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specc.expressions.jsonata.literals import literal

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WORDS = {"and", "or", "in", "true", "false", "null", "function"}
_INHERITED = {
    "constructor",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "toLocaleString",
    "propertyIsEnumerable",
}


def path(base: str, parts: Sequence[str | int]) -> str:
    """JSONata text of `base` followed along `parts`, whose value is undefined where there is nothing.

    `base` must be a variable or path. JSONata takes `x[0]` of what is no list for `x` itself; this does not.
    Field names that JavaScript objects inherit are looked up among their own keys.
    """
    text = base
    for part in parts:
        if isinstance(part, int):
            letter = f"$length({text}) > {part} ? $substring({text}, {part}, 1)"
            text = f'($type({text}) = "array" ? {text}[{part}] : $type({text}) = "string" ? ({letter}))'
        elif part in _INHERITED or part.startswith("__"):
            text = f"({literal(part)} in $keys({text}) ? $lookup({text}, {literal(part)}))"
        elif _NAME.fullmatch(part) and part not in _WORDS:
            text = f"{text}.{part}"
        else:
            text = f"{text}.`{part}`" if "`" not in part and "\\" not in part else f"$lookup({text}, {literal(part)})"
    return text
