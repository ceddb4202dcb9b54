"""The static type of an expression, and what is certainly wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specc.expressions import access
from specc.expressions.calls import misfits, result_type
from specc.expressions.kinds import a, kinds
from specc.expressions.type_model import (
    ANY,
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBER,
    STRING,
    Field,
    ListType,
    ObjectType,
    Type,
    UnionType,
    members,
    union,
)
from specc.expressions.type_sources import of_value
from specc_runtime.expressions import tree
from specc_runtime.expressions.tree import Expression

Report = Callable[[str, str, int, int, str | None], None]
"""Takes a code, a message, the start and end in the expression's text, and what to do about it."""

_NULL_ITEMS = (
    "an item that failed under `tolerate` or was skipped is null: give it a value with `on_error`, or read "
    "the field in a function that leaves nulls out"
)
_ORDERED = frozenset({"number", "string"})


def infer(expression: Expression, environment: Mapping[str, Type], report: Report) -> Type:
    """The type of `expression` where names have the types of `environment`; unknown names are ANY."""
    return _Inference(environment, report).type(expression)


class _Inference:
    def __init__(self, environment: Mapping[str, Type], report: Report) -> None:
        self._environment = environment
        self._report = report
        self._elements: list[Type] = []
        self._coalescing = 0

    def type(self, node: Expression) -> Type:
        return _RULES[type(node)](self, node)

    def _fault(self, node: Expression, fault: access.Fault, start: int | None = None) -> Type:
        self._report(fault.code, fault.message, node.start if start is None else start, node.end, fault.help)
        return ANY

    def literal(self, node: tree.Literal) -> Type:
        return of_value(node.value)

    def list_literal(self, node: tree.ListLiteral) -> Type:
        return ListType(union(*map(self.type, node.items)) if node.items else UnionType(()))

    def object_literal(self, node: tree.ObjectLiteral) -> Type:
        fields = (Field(str(getattr(key, "value", "")), self.type(value)) for key, value in node.entries)
        return ObjectType(tuple(fields), open=False)

    def name(self, node: tree.Name) -> Type:
        return self._environment.get(node.id, ANY)

    def element(self, _node: tree.Element) -> Type:
        return self._elements[-1]

    def attribute(self, node: tree.Attribute) -> Type:
        self._may_be_null(node, f"no field `{node.name}`")
        found = access.field_type(self.type(node.value), node.name, node.value)
        return self._fault(node, found, node.end - len(node.name)) if isinstance(found, access.Fault) else found

    def subscript(self, node: tree.Subscript) -> Type:
        self._may_be_null(node, "no items")
        key = node.index.value if isinstance(node.index, tree.Literal) else None
        found = access.item_type(self.type(node.value), self.type(node.index), key, node.value)
        return self._fault(node.index, found) if isinstance(found, access.Fault) else found

    def _may_be_null(self, node: tree.Attribute | tree.Subscript, lacks: str) -> None:
        """Report what is read of every item of a list where some are null."""
        if self._coalescing or not isinstance(node.value, tree.Element):
            return
        found = members(self._elements[-1])
        if NULL in found and len(found) > 1:
            text = f"items of this list may be null, and null has {lacks}"
            self._report("SPC320", text, node.start, node.end, _NULL_ITEMS)

    def slice(self, node: tree.Slice) -> Type:
        for bound in (node.lower, node.upper, node.step):
            if bound is not None and not kinds(self.type(bound)) & {"number", "null"}:
                text = f"a bound of a slice is an integer, not {a(self.type(bound))}"
                self._report("SPC313", text, bound.start, bound.end, None)
        if isinstance(node.step, tree.Literal) and node.step.value == 0:
            self._report("SPC316", "the step of a slice is zero", node.step.start, node.step.end, None)
        found = access.slice_type(self.type(node.value))
        return self._fault(node, found) if isinstance(found, access.Fault) else found

    def wildcard(self, node: tree.Wildcard) -> Type:
        item = access.every_item(self.type(node.value))
        if isinstance(item, access.Fault):
            return self._fault(node.value, item)
        self._elements.append(item)
        found = self.type(node.each)
        self._elements.pop()
        return ListType(found)

    def condition(self, node: Expression, what: str) -> None:
        found = self.type(node)
        if "boolean" not in kinds(found):
            text = f"{what} must be true or false, and this is {a(found)}"
            self._report("SPC312", text, node.start, node.end, _test_for(found, str(node)))

    def unary(self, node: tree.UnaryOperation) -> Type:
        if node.operator == "not":
            self.condition(node.operand, "what follows `not`")
            return BOOLEAN
        found = self.type(node.operand)
        if "number" not in kinds(found):
            self._report(
                "SPC311", f"`{node.operator}` needs a number, and this is {a(found)}", node.start, node.end, None
            )
        return found if found in (INTEGER, NUMBER) else NUMBER

    def binary(self, node: tree.BinaryOperation) -> Type:
        left, right = self.type(node.left), self.type(node.right)
        shared = kinds(left) & kinds(right) & ({"number", "string", "list"} if node.operator == "+" else {"number"})
        if not shared:
            self._report("SPC311", _cannot(node.operator, left, right), node.start, node.end, _mend(node, left, right))
            return ANY
        if node.operator in ("/", "//", "%") and _is_zero(node.right):
            self._report("SPC316", "division by zero", node.start, node.end, None)
        found: list[Type] = []
        if "number" in shared:
            whole = left == INTEGER and right == INTEGER and node.operator != "/"
            found.append(INTEGER if whole else NUMBER)
        if "string" in shared:
            found.append(STRING)
        if "list" in shared:
            lists = [member for side in (left, right) for member in members(side) if "list" in kinds(member)]
            found.append(ListType(union(*(one.item if isinstance(one, ListType) else ANY for one in lists))))
        return union(*found)

    def compare(self, node: tree.Compare) -> Type:
        left, right = self.type(node.left), self.type(node.right)
        if node.operator in ("==", "!="):
            if not kinds(left) & kinds(right):
                verdict = "never" if node.operator == "==" else "always"
                text = f"this is {verdict} true: {a(left)} is not {a(right)}"
                self._report("SPC315", text, node.start, node.end, _convert(left, right))
        elif node.operator in ("in", "not in"):
            self._member(node, left, right)
        elif not kinds(left) & kinds(right) & _ORDERED:
            text = f"`{node.operator}` cannot compare {a(left)} with {a(right)}"
            self._report("SPC311", text, node.start, node.end, _convert(left, right))
        return BOOLEAN

    def _member(self, node: tree.Compare, item: Type, container: Type) -> None:
        into = kinds(container)
        if not into & {"list", "string", "object"}:
            text = f"`{node.operator}` needs a list, a string or an object to look into, and this is {a(container)}"
            self._report("SPC311", text, node.right.start, node.right.end, None)
        elif "list" not in into and "string" not in kinds(item):
            text = f"`{node.operator}` looks for a string here, and this is {a(item)}"
            self._report("SPC311", text, node.left.start, node.left.end, None)
        elif into == {"list"}:
            inner = access.every_item(container)
            if isinstance(inner, Type) and members(inner) and not kinds(inner) & kinds(item):
                verdict = "never" if node.operator == "in" else "always"
                text = f"this is {verdict} true: {a(item)} is not in {a(container)}"
                self._report("SPC315", text, node.start, node.end, None)

    def boolean(self, node: tree.BooleanOperation) -> Type:
        for value in node.values:
            self.condition(value, f"both sides of `{node.operator}`")
        return BOOLEAN

    def conditional(self, node: tree.Conditional) -> Type:
        self.condition(node.test, "the condition of `if`")
        return union(self.type(node.body), self.type(node.orelse))

    def call(self, node: tree.Call) -> Type:
        self._coalescing += node.function == "coalesce"
        given = [self.type(argument) for argument in node.arguments]
        self._coalescing -= node.function == "coalesce"
        for number, message in misfits(node.function, given):
            argument = node.arguments[number]
            self._report("SPC314", message, argument.start, argument.end, None)
        return result_type(node.function, given)


def _is_zero(node: Expression) -> bool:
    if isinstance(node, tree.UnaryOperation):
        return _is_zero(node.operand)
    return isinstance(node, tree.Literal) and not isinstance(node.value, bool) and node.value == 0


def _test_for(type: Type, text: str) -> str | None:
    if len(text) > 40:
        return None
    found = kinds(type)
    if found <= {"number"}:
        return f"write `{text} != 0`"
    if found <= {"string", "list", "object"}:
        return f"write `len({text}) > 0`"
    return f"write `{text} != null`" if "null" in found else None


def _cannot(operator: str, left: Type, right: Type) -> str:
    if operator == "+":
        return f"`+` cannot join {a(left)} and {a(right)}"
    return f"`{operator}` needs two numbers, and these are {a(left)} and {a(right)}"


def _mend(node: tree.BinaryOperation, left: Type, right: Type) -> str | None:
    if node.operator == "+" and kinds(left) | kinds(right) == {"string", "number"}:
        number = node.right if kinds(right) == {"number"} else node.left
        text = str(number)
        return f"to make a text write `string({text})`" if len(text) < 40 else "to make a text use `string(...)`"
    return _convert(left, right) if node.operator != "+" else None


def _convert(left: Type, right: Type) -> str | None:
    if kinds(left) | kinds(right) == {"string", "number"}:
        return "`int(...)` and `float(...)` make a number of a text, `string(...)` a text of a number"
    return None


_RULES: dict[type[Expression], Callable[..., Type]] = {
    tree.Literal: _Inference.literal,
    tree.ListLiteral: _Inference.list_literal,
    tree.ObjectLiteral: _Inference.object_literal,
    tree.Name: _Inference.name,
    tree.Element: _Inference.element,
    tree.Attribute: _Inference.attribute,
    tree.Subscript: _Inference.subscript,
    tree.Slice: _Inference.slice,
    tree.Wildcard: _Inference.wildcard,
    tree.UnaryOperation: _Inference.unary,
    tree.BinaryOperation: _Inference.binary,
    tree.Compare: _Inference.compare,
    tree.BooleanOperation: _Inference.boolean,
    tree.Conditional: _Inference.conditional,
    tree.Call: _Inference.call,
}
