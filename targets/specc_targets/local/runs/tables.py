"""Where records stand in a journal, at 8 bytes for each item of a map."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

_LENGTH_BITS = 20
_LONGEST = (1 << _LENGTH_BITS) - 1
_AHEAD = 1 << 20
"""How far beyond the others an index may be before it is kept apart: 8 MiB of empty places."""
_LONGEST_INDEX = 15
"""Digits."""
_NO_NUMBERS: dict[int, int] = {}


def packed(offset: int, length: int) -> int:
    """Offset and length of a line as one number, never 0. A very long line's length is given as `_LONGEST`."""
    return (offset + 1) << _LENGTH_BITS | min(length, _LONGEST)


def unpacked(place: int) -> tuple[int, int | None]:
    """Offset and length, which is None for a very long line."""
    length = place & _LONGEST
    return (place >> _LENGTH_BITS) - 1, length if length < _LONGEST else None


class Table:
    """Numbers by index; 0 where there is none."""

    __slots__ = ("_far", "_near", "count")

    def __init__(self) -> None:
        self._near = array("q")
        self._far = _NO_NUMBERS  # there may be very many tables
        self.count = 0

    def set(self, index: int, place: int) -> None:
        """Put a number in place of the one that is there; 0 removes it."""
        near = self._near
        if index >= len(near):
            if index > 2 * len(near) + _AHEAD:
                self._set_far(index, place)
                return
            near.frombytes(bytes(8 * (index + 1 + index // 4 - len(near))))
            if self._far:
                for far in [far for far in self._far if far < len(near)]:
                    near[far] = self._far.pop(far)
        self.count += (place != 0) - (near[index] != 0)
        near[index] = place

    def _set_far(self, index: int, place: int) -> None:
        if self._far is _NO_NUMBERS:
            self._far = {}
        self.count += (place != 0) - (index in self._far)
        if place:
            self._far[index] = place
        else:
            self._far.pop(index, None)

    def get(self, index: int) -> int:
        """The number at an index."""
        return self._near[index] if 0 <= index < len(self._near) else self._far.get(index, 0)

    def __iter__(self) -> Iterator[int]:
        """The indices that have a number, ascending."""
        for index, place in enumerate(self._near):
            if place:
                yield index
        yield from sorted(self._far)


class Addresses:
    """Numbers by address. Addresses that differ in their last index only share a table."""

    def __init__(self) -> None:
        self._single: dict[str, int] = {}
        self._tables: dict[str, Table] = {}

    def set(self, address: str, place: int) -> None:
        """Put a number in place of the one that is there."""
        pattern, index = _split(address)
        if index < 0:
            self._single[address] = place
            return
        table = self._tables.get(pattern)
        if table is None:
            table = self._tables[pattern] = Table()
        table.set(index, place)

    def get(self, address: str) -> int:
        """The number at an address; 0 when there is none."""
        pattern, index = _split(address)
        if index < 0:
            return self._single.get(address, 0)
        table = self._tables.get(pattern)
        return table.get(index) if table else 0

    def discard(self, address: str) -> None:
        """Forget an address."""
        if self.get(address):
            self.set(address, 0)

    def below(self, starts: tuple[str, ...]) -> Iterator[int]:
        """The numbers of all addresses that begin so."""
        yield from (place for address, place in self._single.items() if address.startswith(starts))
        for pattern, table in self._tables.items():
            if pattern.startswith(starts):
                yield from (table.get(index) for index in table)

    def table(self, prefix: str) -> Table | None:
        """The numbers at `prefix[0]`, `prefix[1]`, ..."""
        return self._tables.get(f"{prefix}[]")


_INSIDE = re.compile(r"[/\[{!]")
"""What follows the address of something that has parts."""


def enclosing(address: str) -> Iterator[str]:
    """The addresses that an address is in, and itself: of `m[3]/a!h` these are `m`, `m[3]`, `m[3]/a` and `m[3]/a!`."""
    for found in _INSIDE.finditer(address):
        yield address[: found.start()]
        if found[0] == "!":
            yield address[: found.end()]
    yield address


def _split(address: str) -> tuple[str, int]:
    """An address without its last index, and that; -1 when it has none."""
    start = address.rfind("[") + 1
    if not start:
        return address, -1
    end = address.find("]", start)
    digits = address[start:end]
    if end < 0 or not (digits.isascii() and digits.isdecimal()) or len(digits) > _LONGEST_INDEX:
        return address, -1
    return address[:start] + address[end:], int(digits)
