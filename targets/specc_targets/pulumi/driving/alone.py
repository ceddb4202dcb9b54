"""One command at a time on a stack: from before its project is written until it ends, Pulumi's own lock is too late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from specc_targets.deployed.errors import Refused
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.files import make_folder
from specc_targets.local.runs.lock import Lock, acquire
from specc_targets.local.runs.state import make_state
from specc_targets.pulumi.driving.setup import Setup

if TYPE_CHECKING:
    from specc.frontend import Compilation


@contextmanager
def alone(compilation: Compilation, spec: str) -> Iterator[None]:
    """Nobody else changes the stack from this state directory meanwhile. Raises `Refused` at once where somebody does.

    However the process that holds it ends, the system lets go of it.
    """
    lock = _taken(Setup.of(compilation, spec))
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def _taken(setup: Setup) -> Lock | None:
    """The lock; None where nothing can be written: no project can be, either, and what needs none may go on."""
    try:
        make_state(setup.folders.state)
        make_folder(setup.folders.own)
    except StateError:
        return None
    taken = acquire(setup.folders.lock)
    if isinstance(taken, Lock):
        return taken
    who = f"process {taken}" if taken is not None else "another process"
    raise Refused(
        f"{who} is at work on {setup.name} just now, from this folder; wait until that has ended, and say it again"
    )
