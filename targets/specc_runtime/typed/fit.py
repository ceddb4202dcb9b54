"""What is wrong with a value, and where in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Load = Callable[[Any], Any]
LONGEST_SHOWN = 40
"""Characters of a value that a message shows. A longer one is only described: a part of a secret is still secret."""


class Unfit(Exception):  # noqa: N818  # never seen by users: turned into a `SpeccError`
    """A value, or a part of it, is not what is expected. `path` leads to the part.

    Of what is read, `reason` says what is wrong; of what is written, it is what stands there, and `why` that is wrong.
    """

    def __init__(self, reason: str, why: str = "", *, cause: BaseException | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.why = why
        self.path: list[str | int] = []
        self.cause = cause

    def inside(self, part: str | int) -> Unfit:
        """The same, seen from one level further out."""
        self.path.insert(0, part)
        return self

    @property
    def where(self) -> str:
        """The path as an expression would write it; empty for the value itself."""
        return shown_path(self.path)


def shown_path(path: list[str | int]) -> str:
    """`items[0].size`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


class Conversion(NamedTuple):
    """What one annotation asks for."""

    expected: str
    """In words, with an article."""
    fits: Callable[[Any], bool]
    """Whether a JSON value is exactly of this kind: what a union decides by."""
    load: Load | None = None
    """Makes the annotated type of a JSON value, or raises `Unfit`; None where there is nothing to do."""


def expected(what: str, value: Any) -> Unfit:
    """The fault of a value that is not `what`."""
    return Unfit(f"should be {what}, but it is {described(value)}")


def described(value: Any) -> str:
    """A JSON value in words: what it is, and itself where it is short."""
    if value is None or isinstance(value, bool):
        return f"`{'null' if value is None else str(value).lower()}`"
    if isinstance(value, int | float):
        return f"the number `{value!r}`"[:LONGEST_SHOWN]
    if isinstance(value, str):
        showable = value.isprintable() and not set(value) & set("`\"'\\")
        return (
            f"the text `{value}`"
            if showable and 0 < len(value) <= LONGEST_SHOWN
            else f"a text of {len(value)} characters"
        )
    if isinstance(value, list | tuple):
        return f"a list of {len(value)} item{'' if len(value) == 1 else 's'}"
    if isinstance(value, dict):
        names = ", ".join(f"`{key}`" for key in list(value)[:5])
        return f"an object with {names}{', ...' if len(value) > 5 else ''}" if value else "an empty object"
    return f"a value of type `{type(value).__name__}`"
