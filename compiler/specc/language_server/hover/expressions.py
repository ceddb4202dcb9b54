"""The types of what stands inside of `${...}`, and what its functions do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.diagnostics import Place
from specc.expressions.types import ANY, Type
from specc.language_server.completion.expression import about, field_owner, root_about
from specc.language_server.completion.request import Request
from specc.language_server.completion.scope import Visible, visible
from specc_runtime.expressions import ExpressionSyntaxError
from specc_runtime.expressions.functions import FUNCTIONS
from specc_runtime.expressions.template import Hole, split_text
from specc_runtime.expressions.tree import Attribute, Call, Expression, Name, Subscript, Wildcard

if TYPE_CHECKING:
    from specc.language_server.hover.hover import Told


def about_expression(request: Request) -> Told | None:
    """The innermost part of an expression under the pointer: its type, or the function that it calls."""
    from specc.language_server.hover.hover import Told

    document, cursor = request.analysis.document, request.cursor
    value = request.at(*request.path)
    if document is None or not isinstance(value, str):
        return None
    at = len(cursor.typed)
    hole = next((part for part in _holes(value) if part.start <= at <= part.end), None)
    if hole is None:
        return None
    innermost = _innermost(hole.expression, at - hole.start)
    if innermost is None:
        return None
    node, first = innermost
    found = _about(node, value[hole.start : hole.end][first : node.end], visible(request))
    start, end = _named(node)
    span = document.exact(Place(request.path, "value", (hole.start + start, hole.start + end)))
    if not found or span is None:
        return None
    return Told(found, *request.analysis.offsets(span))


def _holes(text: str) -> Iterator[Hole]:
    errors: list[ExpressionSyntaxError] = []
    return (part for part in split_text(text, errors) if isinstance(part, Hole))


def _innermost(node: Expression, at: int) -> tuple[Expression, int] | None:
    """The smallest named part at an offset, and where the value begins that it is a part of."""
    best: tuple[Expression, int] | None = None
    waiting = [(node, -1)]
    while waiting:
        one, around = waiting.pop()
        inside = one.start if isinstance(one, Wildcard) and around < 0 else around
        waiting += [(child, inside) for child in _children(one)]
        if isinstance(one, Name | Attribute | Call | Subscript | Wildcard):
            start, end = _named(one)
            if start <= at <= end and (best is None or end - start <= _width(best[0])):
                best = one, one.start if around < 0 else min(around, one.start)
    return best


def _width(node: Expression) -> int:
    start, end = _named(node)
    return end - start


def _children(node: Expression) -> Iterator[Expression]:
    for name in node.fields:
        value = getattr(node, name)
        for item in value if isinstance(value, tuple) else (value,):
            for inner in item if isinstance(item, tuple) else (item,):
                if isinstance(inner, Expression):
                    yield inner


def _named(node: Expression) -> tuple[int, int]:
    """The characters that stand for a part itself, without what it is a part of."""
    if isinstance(node, Attribute):
        return node.end - len(node.name), node.end
    if isinstance(node, Call):
        return node.start, node.start + len(node.function)
    return node.start, node.end


def _about(node: Expression, written: str, seen: Visible) -> str:
    """`written` is the value up to the end of the part."""
    if isinstance(node, Call):
        return about(FUNCTIONS[node.function]) if node.function in FUNCTIONS else ""
    if isinstance(node, Name) and node.id not in seen.bound:
        return root_about(node.id)
    kind: Type = field_owner(written, seen)
    return f"```\n{written}: {kind}\n```" if kind != ANY or isinstance(node, Name) else ""
