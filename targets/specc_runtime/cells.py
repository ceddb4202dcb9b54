"""The configurations of a matrix, as people see them."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

LONGEST = 100
"""Characters of a name: a file may be called so, with something before and behind it."""
_LONGEST_VALUE = 24
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.+-]*")
_WORDS = frozenset({"true", "false", "null", "nan", "inf", "infinity"})
_HASH = 8


def name_of(cell: Mapping[str, Any]) -> str:
    """The name of a configuration: `lr=0.1,seed=0`.

    It holds letters, digits and `=,._+-~` alone, so it may be a part of a file's name. Different configurations have
    different names: what does not fit in or has other characters is shortened, with `~` and some of its SHA-256.
    """
    name = ",".join(f"{key}={_value(value)}" for key, value in cell.items())
    if len(name) <= LONGEST:
        return name
    cut = name[: LONGEST - _HASH - 1].rstrip(",=~")
    return f"{cut}~{_hash(cell)}"


def shape_of(cells: Sequence[Mapping[str, Any]]) -> str:
    """How configurations come about, if they are a grid: `lr 3 x seed 5`; else an empty text."""
    axes: dict[str, set[str]] = {}
    for cell in cells:
        for key, value in cell.items():
            axes.setdefault(key, set()).add(_canonical(value))
    long = {key: len(values) for key, values in axes.items() if len(values) > 1}
    if math.prod(long.values()) != len(cells) or len(long) < 2:
        return ""
    return " x ".join(f"{key} {count}" for key, count in long.items())


def difference(first: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """How the names of a configuration differ from those of the first one; an empty text where they are the same."""
    missing = [f"`{name[:60]}`" for name in first if name not in other]
    added = [f"`{name[:60]}`" for name in other if name not in first]
    parts = [f"lacks {', '.join(missing[:5])}"] if missing else []
    parts += [f"has {', '.join(added[:5])}, which the first has not"] if added else []
    return " and ".join(parts)


def _value(value: Any) -> str:
    if value is None or isinstance(value, bool | int):
        text = json.dumps(value)
        return text if len(text) <= _LONGEST_VALUE else _short(text[:6], value)
    if isinstance(value, float):
        text = repr(value)
        digits = len(text.partition("e")[0].replace("-", "").replace(".", "").strip("0"))
        return text if digits <= 8 else _short(f"{value:.6g}", value)
    if isinstance(value, str) and len(value) <= _LONGEST_VALUE and _PLAIN.fullmatch(value) and _is_word(value):
        return value
    shown = value if isinstance(value, str) else "" if isinstance(value, list | dict) else str(value)
    return _short(re.sub(r"[^A-Za-z0-9_.+-]+", "_", shown)[: _LONGEST_VALUE - _HASH].strip("_"), value)


def _is_word(text: str) -> bool:
    """Whether a text looks like nothing but a text."""
    return text.lower() not in _WORDS


def _short(text: str, value: Any) -> str:
    return f"{text}~{_hash(value)}"


def _hash(value: Any) -> str:
    return hashlib.sha256(_canonical(value).encode()).hexdigest()[:_HASH]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=repr)
