"""What `marshal` brings unchanged to another process of the same interpreter."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ATOMS = frozenset({type(None), bool, int, float, str, bytes})
_DEEPEST = 100
"""`marshal` goes down to 2000, but looking takes two frames a level, and what is deeper has other ways."""


def is_plain(value: Any, depth: int = 0) -> bool:
    """Whether it is made of these types, exactly: of others `marshal` takes some, and loses what they are."""
    kind = type(value)
    if kind in _ATOMS:
        return True
    if depth > _DEEPEST:
        return False
    if kind is list or kind is tuple:
        return all(type(item) in _ATOMS or is_plain(item, depth + 1) for item in value)
    if kind is dict:
        return all(type(key) in _ATOMS for key in value) and is_plain(list(value.values()), depth + 1)
    return False
