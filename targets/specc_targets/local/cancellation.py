"""Asking a run to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from specc_targets.local.kernel import Interrupted, Kernel


class Cancellation:
    """Asks a run to stop. `request` may be called in any thread and in signal handlers.

    The first request ends the body, and `finally` steps run; the second ends them, too. An inline call is let end by
    the first; a second one that comes in its own thread, as signals do, ends it.
    """

    def __init__(self) -> None:
        self.requests = 0
        self._kernel: Kernel | None = None
        self._answered = 0

    def request(self) -> None:
        """Stop."""
        self.requests += 1
        kernel = self._kernel
        if kernel is None:
            return
        if self.requests > self._answered + 1 and kernel.inline == threading.get_ident():
            self._interrupt()
        kernel.post(self._interrupt)

    @contextmanager
    def watched(self, kernel: Kernel) -> Iterator[None]:
        """Have requests end what `kernel` runs."""
        self._kernel = kernel
        if self.requests > self._answered:
            kernel.post(self._interrupt)
        try:
            yield
        finally:
            self._kernel = None

    def _interrupt(self) -> None:
        self._answered = self.requests
        raise Interrupted
