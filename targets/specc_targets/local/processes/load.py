"""How much of the processors the processes of a run have use for."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from specc_runtime.programs.table import below


class Load:
    """Looks at everything below this process. Linux only."""

    def __init__(self) -> None:
        self.looked = time.perf_counter()
        """When it was last looked."""
        self._seen = _ready()

    def since(self) -> float | None:
        """How many processors all of it ran on or waited for since the last look, on average; None where nobody tells.

        On a busy machine, too: what waits for a processor computes, as far as it can.
        """
        now, found = time.perf_counter(), _ready()
        seconds, self.looked = now - self.looked, now
        before, self._seen = self._seen, found
        if not found:
            return None
        return sum(spent - before.get(thread, 0) for thread, spent in found.items()) / 1e9 / max(seconds, 1e-9)


def _ready() -> dict[int, int]:
    """Nanoseconds that each thread below this process has run or waited for a processor."""
    found: dict[int, int] = {}
    for one in below(os.getpid()):
        with suppress(OSError, ValueError, IndexError):  # it has just ended, or the system does not count
            for thread in os.listdir(f"/proc/{one.pid}/task"):  # noqa: PTH208  # names are wanted
                ran, waited, *_ = Path(f"/proc/{one.pid}/task/{thread}/schedstat").read_bytes().split()
                found[int(thread)] = int(ran) + int(waited)
    return found
