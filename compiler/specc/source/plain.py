"""Brings parsed values to what all three formats can say: JSON values, nested to a bounded depth."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from specc.source.limits import MAX_DEPTH

_PLAIN = frozenset({str, int, bool, type(None)})


class Unfit(Exception):  # noqa: N818 - a finding about a value
    """A value that a spec cannot hold: `reason` is `depth`, `number` or `character`; `path` leads to it."""

    def __init__(self, reason: str, *path: str | int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str | int] = list(path)


def make_plain(value: dict[str, Any], *, surrogates: bool = False) -> None:
    """Change `value` in place: dates and times become ISO 8601 text (UTC as `Z`).

    Raises `Unfit` for numbers that are not finite, for nesting deeper than `MAX_DEPTH`, and with `surrogates` for text
    with half a surrogate pair (JSON can escape one).
    """
    _walk(value, 1, surrogates)


def _walk(container: dict[str, Any] | list[Any], depth: int, surrogates: bool) -> None:
    items: Any = container.items() if type(container) is dict else enumerate(container)
    for key, value in items:
        kind = type(value)
        if kind is dict or kind is list:
            try:
                if depth >= MAX_DEPTH:
                    raise Unfit("depth")
                _walk(value, depth + 1, surrogates)
            except Unfit as unfit:
                unfit.path.insert(0, key)
                raise
        elif kind not in _PLAIN:
            container[key] = _scalar(value, key)
        if surrogates and (_broken(value) or _broken(key)):
            raise Unfit("character", key)


def _scalar(value: object, key: str | int) -> object:
    if isinstance(value, float):
        if value - value != 0.0:  # infinite or not a number
            raise Unfit("number", key)
        return value
    if isinstance(value, datetime | date | time):
        text = value.isoformat()
        return f"{text[:-6]}Z" if text.endswith("+00:00") else text
    raise TypeError(f"a parser gave a {type(value).__name__}")


def _broken(value: object) -> bool:
    return isinstance(value, str) and not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value)
