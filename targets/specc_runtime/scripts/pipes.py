"""The streams between a script and this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO


class Ends:
    """Pipes for output, errors, and the report, and the input, which is somebody's file or has nothing in it."""

    def __init__(self, given: IO[bytes] | int) -> None:
        self.pairs = [os.pipe() for _ in range(3)]
        self._own = [one for pair in self.pairs for one in pair]
        source = os.open(os.devnull, os.O_RDONLY) if isinstance(given, int) else os.dup(given.fileno())
        self._own.append(source)
        self.theirs = (source, self.pairs[0][1], self.pairs[1][1], self.pairs[2][1])

    def given(self) -> None:
        """The ends that are read are somebody else's to close."""
        for one, _ in self.pairs:
            self._own.remove(one)

    def close(self) -> None:
        """Close what is left."""
        while self._own:
            os.close(self._own.pop())


@contextmanager
def pipes(given: IO[bytes] | int) -> Iterator[Ends]:
    """The streams of one run, which reads the file `given`, or nothing; what is left is closed in the end."""
    ends = Ends(given)
    try:
        yield ends
    finally:
        ends.close()
