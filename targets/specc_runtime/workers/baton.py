"""Who may act: a process between two items, or the engine that is about to kill it for an item that takes too much.

A process that has ended an item takes the baton, sends the answer, and gives the baton back when it begins the next
one. The engine takes it before it kills. So it never kills a process for an item that has an answer, and with it the
item that has begun since: that one would have to run twice.
"""

from __future__ import annotations

import contextlib
import os
import select


class Baton:
    """A byte in a pipe that both processes have both ends of."""

    def __init__(self, ends: tuple[int, int] | None = None) -> None:
        if ends is None:
            ends = os.pipe()
            os.set_blocking(ends[0], False)
            os.write(ends[1], b"b")
        self.ends = ends

    def take(self) -> None:
        """Wait until it is there, and take it."""
        while not self.try_take():
            poll = select.poll()
            poll.register(self.ends[0], select.POLLIN)
            poll.poll()

    def try_take(self) -> bool:
        """Take it if it is there."""
        try:
            return bool(os.read(self.ends[0], 1))
        except BlockingIOError:
            return False

    def give_back(self) -> None:
        """Let the other one have it."""
        os.write(self.ends[1], b"b")

    def close(self) -> None:
        """Let go of both ends, here only."""
        for end in self.ends:
            with contextlib.suppress(OSError):
                os.close(end)
