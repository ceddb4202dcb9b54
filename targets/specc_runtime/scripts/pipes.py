"""The streams between a script and this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


class Ends:
    """Pipes for output, errors, and the report, and an input with nothing in it."""

    def __init__(self) -> None:
        self.pairs = [os.pipe() for _ in range(3)]
        self._own = [one for pair in self.pairs for one in pair]
        nothing = os.open(os.devnull, os.O_RDONLY)
        self._own.append(nothing)
        self.theirs = (nothing, self.pairs[0][1], self.pairs[1][1], self.pairs[2][1])

    def given(self) -> None:
        """The ends that are read are somebody else's to close."""
        for one, _ in self.pairs:
            self._own.remove(one)

    def close(self) -> None:
        """Close what is left."""
        while self._own:
            os.close(self._own.pop())


@contextmanager
def pipes() -> Iterator[Ends]:
    """The streams of one run; what is left of them is closed in the end."""
    ends = Ends()
    try:
        yield ends
    finally:
        ends.close()
