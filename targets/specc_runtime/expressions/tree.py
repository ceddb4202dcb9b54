"""The nodes of an expression's tree, named as in Python's `ast`. Written out: making classes costs start-up time.

Nodes are values: never changed once made, equal when they say the same, wherever they stand. `start` and `end` are
offsets of characters in the expression's text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from specc_runtime.expressions.references import Reference


class Expression:
    """A node, and the whole expression below it. `str()` gives its text."""

    __slots__ = ("end", "start")
    fields: ClassVar[tuple[str, ...]] = ()
    """Names of the attributes that make the node what it is."""

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    @property
    def references(self) -> tuple[Reference, ...]:
        """What the expression reads, in the order of its text."""
        from specc_runtime.expressions.references import find_references

        return find_references(self)

    def _key(self) -> tuple[object, ...]:
        return (type(self), *(getattr(self, name) for name in self.fields))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __str__(self) -> str:
        from specc_runtime.expressions.printing import print_expression

        return print_expression(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class Literal(Expression):
    """`null`, `true`, a number or a text."""

    __slots__ = ("value",)
    fields = ("value",)

    def __init__(self, value: bool | int | float | str | None, start: int = 0, end: int = 0) -> None:
        self.value = value
        self.start = start
        self.end = end

    def _key(self) -> tuple[object, ...]:
        return (Literal, type(self.value), self.value)


class ListLiteral(Expression):
    """`[a, b]`."""

    __slots__ = ("items",)
    fields = ("items",)

    def __init__(self, items: tuple[Expression, ...], start: int = 0, end: int = 0) -> None:
        self.items = items
        self.start = start
        self.end = end


class ObjectLiteral(Expression):
    """`{"key": value}`. Keys are texts."""

    __slots__ = ("entries",)
    fields = ("entries",)

    def __init__(self, entries: tuple[tuple[Expression, Expression], ...], start: int = 0, end: int = 0) -> None:
        self.entries = entries
        self.start = start
        self.end = end


class Name(Expression):
    """`params`, or a name bound by `each`."""

    __slots__ = ("id",)
    fields = ("id",)

    def __init__(self, id: str, start: int = 0, end: int = 0) -> None:
        self.id = id
        self.start = start
        self.end = end


class Attribute(Expression):
    """`value.name`."""

    __slots__ = ("name", "value")
    fields = ("value", "name")

    def __init__(self, value: Expression, name: str, start: int = 0, end: int = 0) -> None:
        self.value = value
        self.name = name
        self.start = start
        self.end = end


class Subscript(Expression):
    """`value[index]`."""

    __slots__ = ("index", "value")
    fields = ("value", "index")

    def __init__(self, value: Expression, index: Expression, start: int = 0, end: int = 0) -> None:
        self.value = value
        self.index = index
        self.start = start
        self.end = end


class Slice(Expression):
    """`value[lower:upper:step]`."""

    __slots__ = ("lower", "step", "upper", "value")
    fields = ("value", "lower", "upper", "step")

    def __init__(
        self,
        value: Expression,
        lower: Expression | None,
        upper: Expression | None,
        step: Expression | None,
        start: int = 0,
        end: int = 0,
    ) -> None:
        self.value = value
        self.lower = lower
        self.upper = upper
        self.step = step
        self.start = start
        self.end = end


class Element(Expression):
    """The item that a wildcard stands for at the moment; begins the wildcard's `each`."""

    __slots__ = ()

    def __init__(self, start: int = 0, end: int = 0) -> None:
        self.start = start
        self.end = end


class Wildcard(Expression):
    """`value[*]` and what follows: the list of what `each` gives for every item of `value`."""

    __slots__ = ("each", "value")
    fields = ("value", "each")

    def __init__(self, value: Expression, each: Expression, start: int = 0, end: int = 0) -> None:
        self.value = value
        self.each = each
        self.start = start
        self.end = end


class UnaryOperation(Expression):
    """`-a`, `+a` or `not a`."""

    __slots__ = ("operand", "operator")
    fields = ("operator", "operand")

    def __init__(self, operator: str, operand: Expression, start: int = 0, end: int = 0) -> None:
        self.operator = operator
        self.operand = operand
        self.start = start
        self.end = end


class BinaryOperation(Expression):
    """`a + b` and other arithmetic."""

    __slots__ = ("left", "operator", "right")
    fields = ("operator", "left", "right")

    def __init__(self, operator: str, left: Expression, right: Expression, start: int = 0, end: int = 0) -> None:
        self.operator = operator
        self.left = left
        self.right = right
        self.start = start
        self.end = end


class Compare(Expression):
    """`a < b`, `a in b`, `a not in b` and other comparisons."""

    __slots__ = ("left", "operator", "right")
    fields = ("operator", "left", "right")

    def __init__(self, operator: str, left: Expression, right: Expression, start: int = 0, end: int = 0) -> None:
        self.operator = operator
        self.left = left
        self.right = right
        self.start = start
        self.end = end


class BooleanOperation(Expression):
    """`a and b and c`, or the same with `or`. The rest is not evaluated once the result is certain."""

    __slots__ = ("operator", "values")
    fields = ("operator", "values")

    def __init__(self, operator: str, values: tuple[Expression, ...], start: int = 0, end: int = 0) -> None:
        self.operator = operator
        self.values = values
        self.start = start
        self.end = end


class Conditional(Expression):
    """`body if test else orelse`. Only one of the two is evaluated."""

    __slots__ = ("body", "orelse", "test")
    fields = ("test", "body", "orelse")

    def __init__(self, test: Expression, body: Expression, orelse: Expression, start: int = 0, end: int = 0) -> None:
        self.test = test
        self.body = body
        self.orelse = orelse
        self.start = start
        self.end = end


class Call(Expression):
    """`function(a, b)`."""

    __slots__ = ("arguments", "function")
    fields = ("function", "arguments")

    def __init__(self, function: str, arguments: tuple[Expression, ...], start: int = 0, end: int = 0) -> None:
        self.function = function
        self.arguments = arguments
        self.start = start
        self.end = end


ACCESS = (Name, Attribute, Subscript, Slice, Wildcard, Element)
"""Nodes that read a value out of another. `coalesce` passes over such arguments when they are not there."""


def children(node: Expression) -> tuple[Expression, ...]:
    """The nodes directly below, in the order of the text."""
    if isinstance(node, Conditional):
        return (node.body, node.test, node.orelse)
    if isinstance(node, ObjectLiteral):
        return tuple(part for entry in node.entries for part in entry)
    found: list[Expression] = []
    for name in node.fields:
        value = getattr(node, name)
        if isinstance(value, Expression):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(value)
    return tuple(found)
