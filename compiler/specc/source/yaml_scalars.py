"""What a plain YAML scalar means: the core schema of YAML 1.2, in which `no`, `on` and `12:30` are text."""

from __future__ import annotations

import re
from typing import Final

_CONSTANTS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_START = frozenset("-+.0123456789")


class NotFinite(ValueError):  # noqa: N818 - a finding
    """The number is infinite, not a number, or has too many digits."""


def resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar. Raises `NotFinite` for a number that JSON cannot say."""
    if text and text[0] in _NUMBER_START:
        return _number(text)
    return _CONSTANTS.get(text, text)


def _number(text: str) -> str | int | float:
    if _INTEGER.fullmatch(text):
        try:
            return int(text)
        except ValueError:
            raise NotFinite from None
    if _OTHER_BASE.fullmatch(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.fullmatch(text):
        value = float(text)
        if value - value != 0.0:
            raise NotFinite
        return value
    if _NOT_FINITE.fullmatch(text):
        raise NotFinite
    return text
