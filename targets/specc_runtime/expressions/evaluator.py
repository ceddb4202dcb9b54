"""The value of an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from specc_runtime.expressions import operators, tree
from specc_runtime.expressions.errors import ExpressionError, MissingError, Skipped, SkippedAccess

Scope = Mapping[str, Any]
"""What names stand for: `scope["steps"]["a"]` is read when `steps.a` is. A skipped step's value is SKIPPED."""
_BUDGET = 10_000_000


class SkippedMark:
    """The class of SKIPPED."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "SKIPPED"


SKIPPED = SkippedMark()
"""Stands in a scope for the value of a step that was skipped."""


def evaluate(expression: tree.Expression, scope: Scope) -> Any:
    """The value. Raises ExpressionError, or Skipped when it needs the value of a skipped step."""
    try:
        return Evaluation(scope).value(expression)
    except RecursionError:
        raise ExpressionError("a value is nested too deeply") from None


class Evaluation:
    """One evaluation: its scope, and how much it may still make."""

    __slots__ = ("_budget", "_element", "_scope")

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._budget = _BUDGET
        self._element: list[Any] = []

    def value(self, node: tree.Expression) -> Any:
        """The value of one node."""
        return _TABLE[type(node)](self, node)

    def charged(self, value: Any) -> Any:
        """`value`, which was made by the expression, once it is paid for."""
        if isinstance(value, str):
            self._budget -= len(value) // 8
        elif isinstance(value, list | dict):
            self._budget -= len(value)
        if self._budget < 0:
            raise ExpressionError("the expression makes too much data")
        return value

    def literal(self, node: tree.Literal) -> Any:
        """A constant."""
        return node.value

    def list_literal(self, node: tree.ListLiteral) -> Any:
        """`[a, b]`."""
        return [self.value(item) for item in node.items]

    def object_literal(self, node: tree.ObjectLiteral) -> Any:
        """`{"a": b}`."""
        return {self.value(key): self.value(value) for key, value in node.entries}

    def name(self, node: tree.Name) -> Any:
        """A name that stands alone."""
        found = self._root(node)
        return found if type(found) is not dict and not isinstance(found, Mapping) else dict(found)

    def _root(self, node: tree.Name) -> Any:
        try:
            found = self._scope[node.id]
        except KeyError:
            raise MissingError(f"nothing is called `{node.id}` here") from None
        if found is SKIPPED:
            raise SkippedAccess(node.id)
        return found

    def _base(self, node: tree.Expression) -> Any:
        if type(node) is tree.Name:
            return self._root(node)
        return self.value(node) if isinstance(node, tree.ACCESS) else self._apart(node)

    def attribute(self, node: tree.Attribute) -> Any:
        """`a.b`."""
        try:
            found = operators.field(self._base(node.value), node.name)
        except MissingError as error:
            raise _at(node.value, error) from None
        if found is SKIPPED:
            raise SkippedAccess(node.name)
        return found

    def subscript(self, node: tree.Subscript) -> Any:
        """`a[b]`."""
        index = node.index.value if type(node.index) is tree.Literal else self._apart(node.index)
        try:
            found = operators.item(self._base(node.value), index)
        except MissingError as error:
            raise _at(node.value, error) from None
        if found is SKIPPED:
            raise SkippedAccess(str(index))
        return found

    def slice(self, node: tree.Slice) -> Any:
        """`a[b:c]`."""
        bounds = [None if bound is None else self._apart(bound) for bound in (node.lower, node.upper, node.step)]
        return self.charged(operators.part(self._base(node.value), *bounds))

    def element(self, node: tree.Element) -> Any:
        """The item of the innermost wildcard."""
        return self._element[-1]

    def wildcard(self, node: tree.Wildcard) -> Any:
        """`a[*].b`."""
        items = self._base(node.value)
        if not isinstance(items, list | tuple):
            raise MissingError(f"`[*]` reads every item of a list; `{node.value}` is {operators.a_kind(items)}")
        self.charged(items)
        found: list[Any] = []
        self._element.append(None)
        try:
            for item in items:
                self._element[-1] = item
                found.append(self.value(node.each))
        finally:
            self._element.pop()
        return found

    def unary(self, node: tree.UnaryOperation) -> Any:
        """`-a`, `not a`."""
        value = self.value(node.operand)
        if node.operator == "not":
            return not operators.boolean(value, "what follows `not`")
        return operators.sign(node.operator, value)

    def binary(self, node: tree.BinaryOperation) -> Any:
        """`a + b`."""
        return self.charged(operators.arithmetic(node.operator, self.value(node.left), self.value(node.right)))

    def compare(self, node: tree.Compare) -> Any:
        """`a < b`."""
        return operators.compare(node.operator, self.value(node.left), self.value(node.right))

    def boolean(self, node: tree.BooleanOperation) -> Any:
        """`a and b`."""
        decisive = node.operator == "or"
        for value in node.values:
            if operators.boolean(self.value(value), f"both sides of `{node.operator}`") is decisive:
                return decisive
        return not decisive

    def conditional(self, node: tree.Conditional) -> Any:
        """`a if b else c`."""
        chosen = operators.boolean(self.value(node.test), "the condition of `if`")
        return self.value(node.body if chosen else node.orelse)

    def call(self, node: tree.Call) -> Any:
        """`f(a)`."""
        from specc_runtime.expressions.functions import FUNCTIONS

        if node.function == "coalesce":
            return self._coalesce(node)
        return self.charged(FUNCTIONS[node.function].body(*[self.value(argument) for argument in node.arguments]))

    def _coalesce(self, node: tree.Call) -> Any:
        for argument in node.arguments:
            if isinstance(argument, tree.ACCESS):
                depth = len(self._element)
                try:
                    found = self.value(argument)
                except (MissingError, SkippedAccess):
                    del self._element[depth:]
                    continue
            else:
                found = self._apart(argument)
            if found is not None:
                return found
        return None

    def _apart(self, node: tree.Expression) -> Any:
        """The value of a part that is no access itself: `coalesce` does not pass over what is missing in it."""
        try:
            return self.value(node)
        except MissingError as error:
            raise ExpressionError(error.message) from None
        except SkippedAccess as error:
            raise Skipped(error.step) from None


def _at(node: tree.Expression, error: MissingError) -> MissingError:
    text = str(node)
    if not text or error.message.startswith("`"):
        return error
    return MissingError(f"`{text if len(text) <= 60 else text[:59] + '…'}`: {error.message}")


_TABLE: dict[type[tree.Expression], Callable[[Evaluation, Any], Any]] = {
    tree.Literal: Evaluation.literal,
    tree.ListLiteral: Evaluation.list_literal,
    tree.ObjectLiteral: Evaluation.object_literal,
    tree.Name: Evaluation.name,
    tree.Attribute: Evaluation.attribute,
    tree.Subscript: Evaluation.subscript,
    tree.Slice: Evaluation.slice,
    tree.Element: Evaluation.element,
    tree.Wildcard: Evaluation.wildcard,
    tree.UnaryOperation: Evaluation.unary,
    tree.BinaryOperation: Evaluation.binary,
    tree.Compare: Evaluation.compare,
    tree.BooleanOperation: Evaluation.boolean,
    tree.Conditional: Evaluation.conditional,
    tree.Call: Evaluation.call,
}
