"""What an expression reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from specc_runtime.expressions.tree import ACCESS, Attribute, Call, Expression, Literal, Name, Subscript, children


class Reference(NamedTuple):
    """A value that an expression reads: `root`, and the way from there as far as the text alone tells it.

    The path of `steps.a.rows[0]["x y"]` is `("a", "rows", 0, "x y")`; it ends before an index that is negative or
    computed, before a slice and before `[*]`.
    """

    root: str
    path: tuple[str | int, ...]
    start: int
    end: int
    optional: bool
    """Stands in `coalesce`, so that it may be missing or skipped."""

    def shifted(self, offset: int) -> Reference:
        """The same reference, `offset` characters further on."""
        return self._replace(start=self.start + offset, end=self.end + offset)


def static_path(node: Expression) -> tuple[Name, tuple[str | int, ...]] | None:
    """The name and path of a node that is nothing but a reference; None for any other node."""
    path: list[str | int] = []
    while True:
        if isinstance(node, Name):
            return node, tuple(reversed(path))
        if isinstance(node, Attribute):
            path.append(node.name)
        elif isinstance(node, Subscript) and isinstance(node.index, Literal) and is_key(node.index.value):
            path.append(node.index.value)  # type: ignore[arg-type]  # just made sure
        else:
            return None
        node = node.value


def is_key(value: object) -> bool:
    """Whether a literal index is a field's name or counts from the front."""
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)


def find_references(expression: Expression) -> tuple[Reference, ...]:
    """Every reference in `expression`, in the order of its text."""
    return tuple(sorted(_walk(expression, optional=False), key=lambda item: item.start))


def _walk(node: Expression, optional: bool) -> Iterator[Reference]:
    found = static_path(node)
    if found is not None:
        name, path = found
        yield Reference(name.id, path, node.start, node.end, optional)
        return
    in_coalesce = isinstance(node, Call) and node.function == "coalesce"
    is_access = isinstance(node, ACCESS)
    for number, child in enumerate(children(node)):
        inherits = optional and is_access and number == 0  # an index is evaluated on its own
        yield from _walk(child, isinstance(child, ACCESS) if in_coalesce else inherits)
