"""Values for people: short, and without what is secret."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from specc_targets.pulumi.preview.compare import Maybe, Missing
from specc_targets.pulumi.preview.values import UNKNOWN, Asset, Secret, Unknown, Value

WIDTH = 100
WIDE = 1000
"""Characters of a value where all is to be seen."""
SECRET_TEXT = "[secret]"
UNKNOWN_TEXT = f"<{UNKNOWN.value}>"
SHORTEST_SECRET = 4
"""Characters."""
_PLAIN = re.compile(r"[\x20-\x7e]*")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that drive a terminal, or that nobody sees."""
_JOINERS = "\u200c\u200d"
"""Invisible, but part of how words and emoji are written."""
_DIGITS = 12
_BEFORE = 40
"""Characters that two long texts may share before the rest of what they share is left out."""


def shown(value: Maybe, width: int = WIDTH) -> str:
    """A value on one line."""
    if isinstance(value, Missing):
        return "nothing"
    if isinstance(value, str) and value[:1] in ("{", "[") and "\n" not in value:
        return value if len(value) <= width else f"{value[: width - 1]}…"  # a document, without quotes in quotes
    text = json.dumps(as_data(value), ensure_ascii=False)
    if isinstance(value, (Asset, Secret, Unknown)) or (isinstance(value, str) and text == f'"{value}"'):
        text = text[1:-1]  # quotes say nothing
    return text if len(text) <= width else f"{text[: width - 1]}…"


def pair(old: Maybe, new: Maybe) -> tuple[str, str]:
    """Two values that differ, each on one line, so that it can be seen in what."""
    before, after = shown(old, WIDTH), shown(new, WIDTH)
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > WIDTH:
        same = next((at for at, two in enumerate(zip(old, new, strict=False)) if two[0] != two[1]), 0)
        if same > _BEFORE:
            start = same - _BEFORE // 2
            return f"…{shown(old[start:], WIDTH)}", f"…{shown(new[start:], WIDTH)}"
    return before, after


def hidden(text: str, secrets: Iterable[str]) -> str:
    """A text without secrets. What is as short as a word of the text could be anything, and stays."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            for form in dict.fromkeys((secret, repr(secret)[1:-1], json.dumps(secret)[1:-1])):
                text = text.replace(form, SECRET_TEXT)
    return text


def safe(text: str) -> str:
    """A text on one line, with escapes for what drives a terminal or cannot be seen."""
    return text if _PLAIN.fullmatch(text) else "".join(map(_safe, text))


def _safe(char: str) -> str:
    if unicodedata.category(char) not in _UNSEEN or char in _JOINERS:
        return char
    return char.encode("unicode_escape").decode()


def as_data(value: Value) -> Any:
    """A value as plain data. What stands for something else is a text that says so."""
    match value:
        case Secret():
            return SECRET_TEXT
        case Unknown():
            return UNKNOWN_TEXT
        case Asset():
            return _asset(value)
        case Mapping():
            return {name: as_data(item) for name, item in sorted(value.items()) if name != "__defaults"}
        case list() | tuple():
            return [as_data(item) for item in value]
    return value


def _asset(asset: Asset) -> str:
    if asset.assets is not None:
        name = f"archive of {', '.join(asset.assets)}"
    elif asset.text is not None:
        name = f"text of {len(asset.text)} characters"
    else:
        name = asset.uri or PurePath(asset.path or "").name
    return f"<{name}, sha256 {asset.sha256[:_DIGITS]}>" if asset.sha256 is not None else f"<{name}>"
