"""The names of resources inside a template."""

from __future__ import annotations

import re
from hashlib import sha256

_WORD = re.compile(r"[A-Za-z0-9]+")
_LONGEST = 200
_DIGITS = 6


def pascal(name: str) -> str:
    """`train-big_2` as `TrainBig2`. Letters that an id cannot have are left out."""
    return "".join(word[0].upper() + word[1:] for word in _WORD.findall(name))


class LogicalIds:
    """Gives every name an id that depends on nothing but the name and those that were asked for before it."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()

    def of(self, kind: str, name: str = "") -> str:
        """The id of what is called `name` among those of its kind; the same one each time.

        Names that differ only in letters that an id cannot have are told apart by digits of their hash.
        """
        known = self._given.get((kind, name))
        if known is not None:
            return known
        found = f"{pascal(name)[:_LONGEST]}{kind}"
        if found in self._taken:
            found += sha256(name.encode()).hexdigest()[:_DIGITS]
        self._taken.add(found)
        self._given[kind, name] = found
        return found
