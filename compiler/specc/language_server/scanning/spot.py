"""What scanners find at an offset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from specc.source.side_table import Path

Kind = Literal["key", "header", "value", "none"]


@dataclass(frozen=True)
class Spot:
    """What stands at an offset: the word that is being typed there, and where it belongs."""

    kind: Kind
    """`header` is a key in a TOML header. `none`: nothing can be typed here that is part of the spec (a comment)."""
    path: Path
    """Of the table, for a key; of the value itself, for a value."""
    start: int
    end: int
    """The word at the offset, with its quotes; nothing but blanks stands between two equal ones."""
    quote: str = ""
    """What opens the string that the offset is in; `|` or `>` in a block of YAML."""
    closed: bool = True
    """Whether that string also ends."""
    separated: bool = False
    """Whether what follows a key (`=`, `:`, the brackets of a header) is there already."""
    array: bool = False
    """Whether a header opens one more table of an array (`[[`)."""
    brackets: bool = False
    """Whether it stands inside `{...}` or `[...]`, on which no indentation has any say."""
    unspaced: bool = False
    """Whether the blank that must stand before a value is missing."""
    maybe_key: bool = False
    """Whether the value may as well become the first key of a table: `- na` in YAML."""
    indent: int = 0
    """The column of what is typed, where indentation counts."""
    written: Mapping[Path, Mapping[str, str]] = field(default_factory=dict)
    """Keys before the offset in the brackets around it, with the source of their values."""


def none(path: Path, offset: int) -> Spot:
    """Nothing that completes."""
    return Spot("none", path, offset, offset)
