"""Things of specs that have names, and the places where those names stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from specc.language_server.symbols.scopes import Scope
    from specc.source.side_table import Path

Kind = Literal["step", "parameter", "item", "output", "profile", "environment variable", "secret", "stack", "test"]
"""What a name is a name of, in the user's words."""

Role = Literal["declaration", "override", "use"]
"""`override`: a key under which more is said of what is declared elsewhere, as in `[stacks.prod.params.limit]`."""


class Symbol(NamedTuple):
    """Something that has a name, by where in a spec it is declared."""

    spec: str
    """The real path of the spec's file."""
    kind: Kind
    path: Path

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.path[-1])


class Occurrence(NamedTuple):
    """A place where a name stands, without quotes."""

    file: str
    """As the document is called."""
    start: int
    end: int
    role: Role
    symbols: tuple[Symbol, ...]
    """What the name means there: several things, where a step runs for several others."""
    place: Path
    """The path of the value that it is in, or whose key it is in."""
    is_key: bool = False
    plain: bool = False
    """Whether it is all of a text without quotes, so that a new name may need some."""
    scopes: tuple[Scope, ...] = ()
    """Of a name in an expression: what is in sight there."""

    @property
    def spot(self) -> tuple[str, int, int]:
        """Where it stands."""
        return self.file, self.start, self.end
