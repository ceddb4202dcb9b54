"""References that stand in a text without `${...}` around them, as other tools or a slip of the pen have them."""

from __future__ import annotations

import re
from collections.abc import Callable

from specc_runtime.expressions import ExpressionSyntaxError, parse_expression

_REFERENCE = r"(?P<text>(?P<root>[A-Za-z_]\w*)(?:\.(?P<name>\w[\w-]*)(?:\.\w+|\[[^\[\]]*\])*)?)"
_WHOLE = re.compile(rf"(?:(?P<mark>\$\(?|\{{)\s*)?{_REFERENCE}\s*[}})]?", re.ASCII)
_BRACES = re.compile(rf"(?<!\$)\{{\{{\s*\$?{_REFERENCE}\s*\}}\}}", re.ASCII)
_DOUBLE = re.compile(r"\$\{\{([^{}]+)\}\}")

Known = Callable[[str, "str | None"], bool]
"""Whether `root.name` (or `root` alone) means something at a place."""


def mended(text: str, known: Known) -> str | None:
    """The text with `${...}` around the references it was meant to have; None when it has none without."""
    whole = _WHOLE.fullmatch(text.strip())
    if whole is not None and _says_so(whole) and known(whole["root"], whole["name"]):
        return _parsed(f"${{{whole['text']}}}", whole["text"])
    if "{{" not in text:
        return None
    better = _BRACES.sub(
        lambda found: f"${{{found['text']}}}" if known(found["root"], found["name"]) else found[0], text
    )
    return better if better != text else None


def _says_so(whole: re.Match[str]) -> bool:
    """Whether a text can only be a reference: `bird.csv` is a file even where there is an item called `bird`."""
    if not whole["name"]:
        return whole["mark"] == "$"
    return bool(whole["mark"]) or whole["root"] in ("steps", "params", "env", "error")


def looks_like_reference(text: str) -> str | None:
    """The same as `mended`, for any step, parameter or variable, where a text cannot be meant."""
    return mended(text, lambda root, name: root in ("steps", "params", "env") and name is not None)


def double_braces(text: str, position: int) -> tuple[int, int, str] | None:
    """Start and end of the `${{ ... }}` around `position`, and what to write instead."""
    for found in _DOUBLE.finditer(text):
        if found.start() <= position < found.end() and _parsed("ok", found[1].strip()):
            return found.start(), found.end(), f"${{{found[1].strip()}}}"
    return None


def _parsed(text: str, expression: str) -> str | None:
    try:
        parse_expression(expression)
    except ExpressionSyntaxError:
        return None
    return text
