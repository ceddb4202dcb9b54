"""Where in a spec something stands: a path into its values, and the text span it resolves to."""

from typing import Literal, NamedTuple


class Place(NamedTuple):
    """A position in a spec by its meaning, resolved to a `Span` only when something is reported.

    `path` is the way from the root of the merged document (`("steps", "train", "with", "lr")`).
    `part` says whether the key (or table header, or array item) or the value is meant.
    `within` narrows a string value to characters `[start, end)` of its decoded text.
    """

    path: tuple[str | int, ...]
    part: Literal["key", "value"] = "value"
    within: tuple[int, int] | None = None

    def child(self, *keys: str | int) -> "Place":
        """The place of a value below this one."""
        return Place((*self.path, *keys))

    def key(self) -> "Place":
        """The key under which this place's value stands."""
        return Place(self.path, "key")

    def slice(self, start: int, end: int) -> "Place":
        """Characters `[start, end)` of this place's string value."""
        return Place(self.path, "value", (start, end))


ROOT = Place(())


class Position(NamedTuple):
    """A point in a text; `line` and `column` count characters from 1."""

    line: int
    column: int


class Span(NamedTuple):
    """Characters from `start` up to but not including `end` of `file` (as the user named it)."""

    file: str
    start: Position
    end: Position
