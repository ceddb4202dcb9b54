"""What a check leaves for the next one of the same spec: results by what they were made of."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Shelf(Generic[Key, Value]):
    """Results of one function by its arguments. It holds what the last two rounds asked for, and nothing else."""

    __slots__ = ("_before", "_now")

    def __init__(self) -> None:
        self._before: dict[Key, Value] = {}
        self._now: dict[Key, Value] = {}

    def begin(self) -> None:
        """Begin a round: what the round before the last one asked for, and the last one did not, is forgotten."""
        self._before, self._now = self._now, {}

    def get(self, key: Key) -> Value | None:
        """What is known for `key`; None when nothing is."""
        found = self._now.get(key)
        if found is None:
            found = self._before.get(key)
            if found is not None:
                self._now[key] = found
        return found

    def keep(self, key: Key, value: Value) -> Value:
        """Keep a result, which nobody may change any more, and give it back."""
        self._now[key] = value
        return value

    def __len__(self) -> int:
        return len(self._now.keys() | self._before.keys())


class Memory:
    """Shelves by name. Checks of one spec, one after the other, may share it: their outcome is the same without it.

    A round of a shelf is a check that comes as far as using it. So a spec that cannot be read for a while, as while
    somebody types, costs nothing of what is known of its steps.
    """

    def __init__(self) -> None:
        self._shelves: dict[str, Shelf[Any, Any]] = {}
        self._in_use: set[str] = set()

    def begin(self) -> None:
        """Begin a check."""
        self._in_use.clear()

    def shelf(self, name: str) -> Shelf[Any, Any]:
        """The shelf of this name; a round of it begins when a check asks for the first time."""
        found = self._shelves.setdefault(name, Shelf())
        if name not in self._in_use:
            self._in_use.add(name)
            found.begin()
        return found

    @property
    def size(self) -> int:
        """How many results are kept."""
        return sum(map(len, self._shelves.values()))
