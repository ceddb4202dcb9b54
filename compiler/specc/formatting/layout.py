"""Where the lines of a list or an inline table break; TOML's arrays and YAML's flow collections are laid out alike."""

from __future__ import annotations

from dataclasses import dataclass, field

WIDTH = 120
"""Columns that a line should not pass."""

STEP = "  "
"""What each level is indented by."""

BEFORE_COMMENT = "  "
"""What stands between a value and the comment beside it."""


@dataclass(slots=True)
class Literal:
    """A value that is written as it stands."""

    text: str


@dataclass(slots=True)
class Item:
    """What stands between two commas."""

    prefix: str
    """The key with what follows it, or nothing."""
    value: Literal | Collection
    above: list[str] = field(default_factory=list)
    """The comments on lines of their own before it; empty texts are blank lines."""
    beside: str = ""
    """The comment behind it."""


@dataclass(slots=True)
class Collection:
    """A list or an inline table."""

    opening: str
    closing: str
    padding: str
    """What stands inside the brackets of one line."""
    breakable: bool
    """Whether it may be spread over lines for its width alone."""
    items: list[Item] = field(default_factory=list)
    spread: bool = False
    """Whether the author wants a line for each item: the last one has a comma."""
    beside: str = ""
    """The comment behind the opening bracket."""
    below: list[str] = field(default_factory=list)
    """Comments and blank lines after the last item."""


def write(value: Literal | Collection, column: int, indent: str, *, may_break: bool = True) -> str:
    """The text of a value that begins at `column` of a line which is indented by `indent`."""
    if isinstance(value, Literal):
        return value.text
    if _must_spread(value):
        return _spread(value, indent)
    line = _line(value, column, indent)
    if may_break and value.breakable and ("\n" in line or column + len(line) > WIDTH):
        return _spread(value, indent)
    return line


def _must_spread(value: Collection) -> bool:
    if value.spread or value.beside or any(value.below):
        return True
    return any(item.beside or any(item.above) for item in value.items)


def _line(value: Collection, column: int, indent: str) -> str:
    """The items side by side. One that needs several lines begins on the same line, too."""
    if not value.items:
        return value.opening + value.closing
    inside = ", ".join(item.prefix + write(item.value, column, indent, may_break=False) for item in value.items)
    return value.opening + value.padding + inside + value.padding + value.closing


def _spread(value: Collection, indent: str) -> str:
    """A line for each item, with a comma behind the last one, too."""
    inner = indent + STEP
    lines = [value.opening + beside(value.beside)]
    for item in value.items:
        lines += [inner + comment if comment else "" for comment in _without_doubles(item.above, first=len(lines) == 1)]
        start = inner + item.prefix
        lines.append(start + write(item.value, len(start), inner) + "," + beside(item.beside))
    below = _without_doubles(value.below, first=len(lines) == 1)
    while below and not below[-1]:
        below.pop()
    lines += [inner + comment if comment else "" for comment in below]
    return "\n".join([*lines, indent + value.closing])


def beside(comment: str) -> str:
    """A comment behind something on its line."""
    return BEFORE_COMMENT + comment if comment else ""


def _without_doubles(comments: list[str], *, first: bool) -> list[str]:
    """At most one blank line side by side, and none behind an opening bracket."""
    kept: list[str] = []
    for comment in comments:
        if comment or (kept[-1] if kept else not first):
            kept.append(comment)
    return kept
