"""Single values, as TOML and YAML write them."""

from __future__ import annotations

import math
import re
from typing import Any, Literal

from specc.source.writing import YAML_WORDS, quoted

Notation = Literal["toml", "yaml"]

_QUANTITY = re.compile(r"\d+(ms|[smhd%]|[KMGT]i?B)")
_PLAIN = re.compile(r"[A-Za-z$](?:[^:#]|:(?=[^\s])|(?<=\S)#)*")
_PLAIN_IN_BRACKETS = re.compile(r"[A-Za-z][\w ./*()+-]*")


def scalar(value: Any, notation: Notation, *, brackets: bool = False) -> str:
    """A value that is neither table nor list. `brackets`: it stands between some, where YAML needs more quotes."""
    if isinstance(value, str):
        return value if notation == "yaml" and _is_plain(value, brackets) else quoted(value)
    if value is None:
        if notation == "toml":
            raise ValueError("TOML has no null")
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        word = "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
        return word if notation == "toml" else f"-.{word[1:]}" if word[0] == "-" else f".{word}"
    return repr(value)


def _is_plain(text: str, brackets: bool) -> bool:
    if _QUANTITY.fullmatch(text):
        return True
    pattern = _PLAIN_IN_BRACKETS if brackets else _PLAIN
    plain = pattern.fullmatch(text) and text.isprintable() and text == text.strip()
    return bool(plain) and text.lower() not in YAML_WORDS and not text.endswith(":")
