"""Stopping a part of a run: nothing new starts in it, pauses end, what is running ends on its own or is killed."""

from __future__ import annotations

from collections.abc import Callable


class Halted(Exception):  # noqa: N818  # a request, not an error
    """Raised where something new would start in a part of the run that was stopped."""


class Halt:
    """A switch for one region or map. Stopping it stops everything inside."""

    __slots__ = ("_actions", "_parent", "requested")

    def __init__(self, parent: Halt | None = None) -> None:
        self._parent = parent
        self._actions: dict[Callable[[], None], None] = {}
        self.requested: bool = parent.requested if parent is not None else False
        if parent is not None:
            parent.add(self.request)

    def request(self) -> None:
        """Stop."""
        if self.requested:
            return
        self.requested = True
        for action in list(self._actions):
            action()

    def check(self) -> None:
        """Raise `Halted` when it was stopped."""
        if self.requested:
            raise Halted

    def add(self, action: Callable[[], None]) -> None:
        """Call `action` when it is stopped."""
        self._actions[action] = None

    def remove(self, action: Callable[[], None]) -> None:
        """Call it no more."""
        self._actions.pop(action, None)

    def close(self) -> None:
        """The part has ended: its parent need not know it any longer."""
        if self._parent is not None:
            self._parent.remove(self.request)
