"""Tables of any shape, with texts that mean something somewhere."""

from __future__ import annotations

import random
from typing import Any


def value_of(chance: random.Random) -> dict[str, Any]:
    """Any table."""
    return {_name(chance): _any_value(chance, 0) for _ in range(chance.randint(0, 5))}


def _any_value(chance: random.Random, depth: int) -> Any:
    kind = chance.random()
    if depth < 4 and kind < 0.3:
        return {_name(chance): _any_value(chance, depth + 1) for _ in range(chance.randint(0, 4))}
    if depth < 4 and kind < 0.5:
        return [_any_value(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    return chance.choice([True, False, None, 1, -5, 2.5, 1e20, 0]) if kind < 0.6 else text_of(chance)


def _name(chance: random.Random) -> str:
    name = text_of(chance) if chance.random() < 0.5 else chance.choice("abcdefg")
    return "a" if name == "<<" else name


_WORDS = [
    "a", "b", " ", "word", "\n", "  ", "'", '"', "\\", ":", "#", " #", ": ", "- ", "é", "🐦", "[", "]", "{", "}", ",", "\t", "|", "null", "1", ".", "\n\n", "*", "&",
    "!", "%", "@", "`", "-", "?", "0x", "<<", "---", "...", "${x}",
]  # fmt: skip


def text_of(chance: random.Random) -> str:
    """A text of what means something somewhere."""
    return "".join(chance.choice(_WORDS) for _ in range(chance.choice([0, 1, 1, 2, 3, 5, 8])))
