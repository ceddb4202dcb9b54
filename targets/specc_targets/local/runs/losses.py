"""What a journal has lost, in words for the user."""

from __future__ import annotations

import re

_WHAT = re.compile(rb'\["(?:item|step|failed|skipped)(-blob)?","((?:[^"\\]|\\.){1,80})",(?:(\d{1,15}),)?')
_SHOWN = 5
"""Losses that are told one by one."""


class Losses:
    """Counts losses and remembers the first few."""

    def __init__(self) -> None:
        self._damaged: list[str] = []
        self._damaged_count = 0
        self._gone: list[str] = []
        self._gone_count = 0
        self._cut: str | None = None

    def damaged(self, number: int, line: bytes) -> None:
        """Line `number` is not what was written."""
        self._damaged_count += 1
        if len(self._damaged) < _SHOWN:
            self._damaged.append(f"line {number}{_what(line)}")

    def cut(self, line: bytes) -> None:
        """The last line was not written whole."""
        self._cut = _what(line)

    def gone(self, address: str) -> None:
        """The file with a result is missing."""
        self._gone_count += 1
        if len(self._gone) < _SHOWN:
            self._gone.append(f"`{address}`")

    def notes(self, *, empty: bool) -> list[str]:
        """All of it. `empty`: the journal holds nothing at all."""
        found = []
        if empty:
            found.append("there is no journal, so nothing that was done is known: everything is done from the start")
        if self._cut is not None:
            found.append(f"the last record{self._cut} was cut off when the run was ended: its call is run again")
        if self._damaged_count:
            listed = _listed(self._damaged, self._damaged_count)
            found.append(f"the journal is damaged, what was lost is run again: {listed}; all other lines were saved")
        if self._gone_count:
            listed = _listed(self._gone, self._gone_count)
            found.append(f"results are missing in the folder `blobs`, their calls are run again: {listed}")
        return found


def _listed(first: list[str], count: int) -> str:
    return ", ".join(first) + (f" and {count - len(first)} more" if count > len(first) else "")


def _what(line: bytes) -> str:
    """Which address a damaged line seems to be about, in parentheses."""
    found = _WHAT.match(line[9:])
    if not found:
        return ""
    address = found[2].decode(errors="replace") + (f"[{found[3].decode()}]" if found[3] else "")
    return f" (`{''.join(letter if letter.isprintable() else '?' for letter in address)}`)"
