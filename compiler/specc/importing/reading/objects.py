"""What expressions can give besides data."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from specc.importing.values import ImportProblem, Where

STEPS = 300_000
"""How many operations a file may take to read."""
SIZE = 100_000
"""The longest text or list that is made while reading."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What only running the file would tell."""

    reason: str
    where: Where


@dataclass(frozen=True, slots=True)
class Imported:
    """Something of another module, by its dotted name."""

    name: str
    where: Where
    module: bool = False
    """Whether it was imported with `import`, so that it is a module for sure."""

    @property
    def target(self) -> str:
        """The name as a reference: a part in capitals is a class, and begins what is no module."""
        parts = self.name.split(".")
        at = next((index for index, part in enumerate(parts) if index and part[:1].isupper()), len(parts) - 1)
        return f"{'.'.join(parts[:at])}:{'.'.join(parts[at:])}"


@dataclass(slots=True, eq=False)
class Defined:
    """A function or a class of the file."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    scope: Scope
    where: Where
    members: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Used:
    """What `use()` wraps, so that it counts as data."""

    value: Any


@dataclass(slots=True)
class Captured:
    """The names that a `with capture_globals()` block sets."""

    names: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Generated:
    """What a generator function gives, all of it."""

    items: list[Any]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value, not called yet."""

    of: Any
    name: str


@dataclass(slots=True)
class Scope:
    """Names, and where to look for those that are not here."""

    names: dict[str, Any] = field(default_factory=dict)
    parent: Scope | None = None
    shared: set[str] = field(default_factory=set)
    """Names that a function declares `global`."""
    produced: list[Any] | None = None
    """What a generator has given so far."""

    @property
    def module(self) -> Scope:
        """The outermost scope."""
        return self.parent.module if self.parent is not None else self

    def find(self, name: str) -> tuple[bool, Any]:
        """Whether there is the name, and its value."""
        if name in self.names:
            return True, self.names[name]
        return self.parent.find(name) if self.parent is not None else (False, None)

    def set(self, name: str, value: Any) -> None:
        """Bind a name."""
        (self.module if name in self.shared else self).names[name] = value


class Stopped(Exception):  # noqa: N818 - a finding about the user's file
    """The file cannot be read any further without running it."""

    def __init__(self, found: Unreadable) -> None:
        super().__init__(found.reason)
        self.found = found


class Raised(Exception):  # noqa: N818 - an error of the user's file
    """An operation that Python would answer with an error."""


class Budget:
    """What reading may cost."""

    def __init__(self, limit: int) -> None:
        self.left = STEPS
        self.limit = limit
        self.depth = 0

    def spend(self, amount: int = 1) -> None:
        """Count operations. Raises ImportProblem when there are too many."""
        self.left -= amount
        if self.left < 0:
            raise ImportProblem(
                "SPC604",
                "the file takes too long to read without running it",
                help="`--run` runs it in a process of its own, for as long as `--time-limit` says",
            )

    def items(self, values: Iterable[Any]) -> Iterator[Any]:
        """Go through values, counting them."""
        for value in values:
            self.spend()
            yield value


PLAIN = (str, int, float, bool, type(None), list, dict, tuple, set, frozenset, range, PurePosixPath, complex, bytes)
"""Values that operations work on."""


def is_plain(value: Any) -> bool:
    """Whether a value is data through and through at its top."""
    return isinstance(value, PLAIN)


def hidden(value: Any, budget: Budget) -> Any:
    """What is no data inside of a value, or None: what looks at the whole value cannot be worked out then."""
    budget.spend()
    if isinstance(value, dict):
        parts: Iterable[Any] = [*value, *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        parts = value
    else:
        return None if is_plain(value) else value
    return next((found for part in parts if (found := hidden(part, budget)) is not None), None)


def fits(value: Any) -> Any:
    """The value, unless it is too large to go on with. Raises ImportProblem."""
    if isinstance(value, str | list | tuple | dict | set | bytes) and len(value) > SIZE:
        raise too_large()
    if isinstance(value, int) and value.bit_length() > SIZE:
        raise too_large()
    return value


def too_large() -> ImportProblem:
    """What is said of a value that nobody writes into a spec."""
    return ImportProblem(
        "SPC604", "the file makes a value too large to read", help="`--run` runs the file in a process of its own"
    )
