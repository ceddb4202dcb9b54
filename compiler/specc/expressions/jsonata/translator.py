"""The walk over a tree that writes JSONata.

Every text written here is either *strict* - its value is never undefined, what is missing raises - or *optional*, for
reads directly inside `coalesce`, whose value is undefined when something is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from specc.expressions.inference import infer
from specc.expressions.jsonata.functions import TRANSLATIONS
from specc.expressions.jsonata.helpers import with_helpers
from specc.expressions.jsonata.literals import Untranslatable, literal
from specc.expressions.kinds import kinds
from specc_runtime.expressions import ExpressionError, Template, tree
from specc_runtime.expressions.references import Reference, static_path
from specc_runtime.expressions.template import Hole, JsonValue, split_text
from specc_runtime.expressions.text_functions import template_parts
from specc_runtime.expressions.tree import Expression

Resolve = Callable[[Reference], str]
"""JSONata text of the value at a reference's root and path; undefined where there is nothing."""

_USED = re.compile(r"\$_([a-z]+)\b")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
_SIMPLE = re.compile(r"""\$?[\w.$]+(?:\[\d+\])*""")


def to_jsonata(expression: Expression, resolve: Resolve) -> str:
    """JSONata text, on one line and without `{% %}`, of the same value. Raises Untranslatable.

    What is an ExpressionError in Python fails here too, through `$error` or by JSONata itself.
    """
    writer = _Writer(resolve)
    text = writer.strict(expression)
    return with_helpers(text, writer.used)


def template_to_jsonata(template: Template, resolve: Resolve) -> str:
    """JSONata text of a template's value. Raises Untranslatable, or ExpressionSyntaxError."""
    writer = _Writer(resolve)
    text = writer.raw(template.raw)
    return with_helpers(text, writer.used)


class _Writer:
    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self.used: set[str] = set()
        self._elements = 0

    def _helper(self, name: str, *arguments: str) -> str:
        self.used.add(name)
        return f"$_{name}({', '.join(arguments)})"

    # --- templates

    def raw(self, raw: JsonValue) -> str:
        if isinstance(raw, str):
            return self._text(raw)
        if isinstance(raw, dict):
            return "{" + ", ".join(f"{literal(key)}: {self.raw(value)}" for key, value in raw.items()) + "}"
        if isinstance(raw, list):
            texts = [self.raw(value) for value in raw]
            plain = [value is None or isinstance(value, dict | int | float) for value in raw]
            return self._list(list(zip(texts, plain, strict=True)))
        return literal(raw)

    def _text(self, text: str) -> str:
        parts = split_text(text)
        if len(parts) == 1 and isinstance(parts[0], Hole):
            return self.strict(parts[0].expression)
        if not parts:
            return '""'
        texts = [literal(part) if isinstance(part, str) else self._as_text(part.expression) for part in parts]
        return self._joined(texts)

    def _joined(self, texts: Sequence[str]) -> str:
        return texts[0] if len(texts) == 1 else f"({' & '.join(texts)})"

    def _as_text(self, node: Expression) -> str:
        text = self.strict(node)
        return text if self._kinds(node) == {"string"} else self._helper("text", text)

    # --- expressions

    def strict(self, node: Expression) -> str:
        """Text whose value is never undefined."""
        if isinstance(node, tree.ACCESS):
            text = self.optional(node)
            message = literal(f"`{_short(str(node))}` is missing")
            if _SIMPLE.fullmatch(text):
                return f"($exists({text}) ? {text} : $error({message}))"
            return self._helper("need", text, message)
        return _RULES[type(node)](self, node)

    def optional(self, node: Expression) -> str:
        """Text whose value is undefined where the access `node` finds nothing."""
        if not isinstance(node, tree.ACCESS):
            return self.strict(node)
        if isinstance(node, tree.Element):
            return f"$_e{self._elements}"
        found = static_path(node)
        if found is not None:
            name, path = found
            return self._resolve(Reference(name.id, path, node.start, node.end, optional=False))
        assert not isinstance(node, tree.Name), "a name is a static path"
        base = self.optional(node.value)
        if isinstance(node, tree.Attribute):
            return self._helper("field", base, literal(node.name))
        if isinstance(node, tree.Subscript):
            return self._helper("item", base, self.strict(node.index))
        if isinstance(node, tree.Slice):
            bounds = ["null" if bound is None else self.strict(bound) for bound in (node.lower, node.upper, node.step)]
            return self._helper("slice", base, *bounds)
        self._elements += 1
        each = f"function($_e{self._elements}) {{ {self.optional(node.each)} }}"
        self._elements -= 1
        return self._helper("each", base, each)

    def _kinds(self, node: Expression) -> frozenset[str]:
        """What kinds of values `node` can give, told by its form alone."""
        return kinds(infer(node, {}, lambda *_: None))

    def _condition(self, node: Expression) -> str:
        text = self.strict(node)
        return text if self._kinds(node) == {"boolean"} else self._helper("boolean", text)

    def literal(self, node: tree.Literal) -> str:
        try:
            return literal(node.value)
        except Untranslatable as error:
            raise Untranslatable(error.message, node.start, node.end) from None

    def list_literal(self, node: tree.ListLiteral) -> str:
        return self._list([(self.strict(item), "list" not in self._kinds(item)) for item in node.items])

    def _list(self, items: list[tuple[str, bool]]) -> str:
        """A list of texts, each with whether it is certainly no list itself."""
        if all(plain or text.startswith("[") for text, plain in items):
            return "[" + ", ".join(text for text, _ in items) + "]"
        found = "[]"
        for text, plain in items:
            found = f"$append({found}, {f'[{text}]' if plain else self._helper('box', text)})"
        return found

    def object_literal(self, node: tree.ObjectLiteral) -> str:
        return "{" + ", ".join(f"{self.strict(key)}: {self.strict(value)}" for key, value in node.entries) + "}"

    def unary(self, node: tree.UnaryOperation) -> str:
        if node.operator == "not":
            return f"$not({self._condition(node.operand)})"
        operand = self.strict(node.operand)
        return f"(-{operand})" if node.operator == "-" else self._helper("number", operand)

    def binary(self, node: tree.BinaryOperation) -> str:
        left, right = self.strict(node.left), self.strict(node.right)
        both = self._kinds(node.left) & self._kinds(node.right)
        if node.operator == "+" and both == {"string"} and self._kinds(node.left) == self._kinds(node.right):
            return f"({left} & {right})"
        if node.operator == "+" and both != {"number"}:
            return self._helper("add", left, right)
        if node.operator in ("+", "-") and (_is_small(node.left) or _is_small(node.right)):
            return f"({left} {node.operator} {right})"
        if node.operator in ("+", "-", "*"):
            return self._helper("finite", f"{left} {node.operator} {right}")
        if node.operator == "/" and _is_small(node.right, at_least=1):
            return f"({left} / {right})"
        return self._helper({"/": "divide", "//": "quotient", "%": "modulo"}[node.operator], left, right)

    def compare(self, node: tree.Compare) -> str:
        left, right = self.strict(node.left), self.strict(node.right)
        if node.operator in ("==", "!="):
            return f"({left} {'=' if node.operator == '==' else '!='} {right})"
        if node.operator in ("in", "not in"):
            text = self._member(node, left, right)
            return text if node.operator == "in" else f"$not({text})"
        if self._orders_alike(node.left) or self._orders_alike(node.right):
            return f"({left} {node.operator} {right})"
        if node.operator in ("<", ">"):
            return self._helper("less", *((left, right) if node.operator == "<" else (right, left)))
        return f"$not({self._helper('less', *((right, left) if node.operator == '<=' else (left, right)))})"

    def _orders_alike(self, node: Expression) -> bool:
        """Whether comparing with `node` is the same by code points and by UTF-16."""
        if isinstance(node, tree.Literal) and isinstance(node.value, str):
            return all(letter < "\ud800" for letter in node.value)
        return self._kinds(node) == {"number"}

    def _member(self, node: tree.Compare, item: str, container: str) -> str:
        listed = node.right.items if isinstance(node.right, tree.ListLiteral) else ()
        if listed and all(isinstance(one, tree.Literal) for one in listed):
            return f"({item} in {container})"
        return self._helper("in", item, container)

    def boolean(self, node: tree.BooleanOperation) -> str:
        return f"({f' {node.operator} '.join(map(self._condition, node.values))})"

    def conditional(self, node: tree.Conditional) -> str:
        return f"({self._condition(node.test)} ? {self.strict(node.body)} : {self.strict(node.orelse)})"

    def call(self, node: tree.Call) -> str:
        if node.function == "coalesce":
            return self._coalesce(node.arguments)
        if node.function == "format":
            return self._format(node)
        rule = TRANSLATIONS.get(node.function)
        if rule is None:
            raise Untranslatable(f"JSONata has no `{node.function}`", node.start, node.end)
        text = rule([self.strict(argument) for argument in node.arguments])
        self.used.update(_USED.findall(_STRING.sub("", rule(["" for _ in node.arguments]))))
        return text

    def _coalesce(self, arguments: Sequence[Expression]) -> str:
        text = "null"
        for argument in reversed(arguments):
            found = self.optional(argument)
            if isinstance(argument, tree.Literal):
                text = found if argument.value is not None else text
            elif _SIMPLE.fullmatch(found):
                text = f"({_is_there(found)} ? {found} : {text})"
            else:
                text = f"($_c := {found}; {_is_there('$_c')} ? $_c : {text})"
        return text

    def _format(self, node: tree.Call) -> str:
        template, *values = node.arguments
        if not isinstance(template, tree.Literal) or not isinstance(template.value, str):
            raise Untranslatable("the template of `format` is not a constant", template.start, template.end)
        try:
            parts = template_parts(template.value)
        except ExpressionError as error:
            raise Untranslatable(error.message, template.start, template.end) from None
        if max((part for part in parts if isinstance(part, int)), default=-1) >= len(values):
            raise Untranslatable("the template of `format` uses more values than it is given", node.start, node.end)
        texts = [self._as_text(value) for value in values]
        unused = [text for number, text in enumerate(texts) if number not in parts]
        joined = self._joined([literal(part) if isinstance(part, str) else texts[part] for part in parts] or ['""'])
        return f"({'; '.join([*unused, joined])})" if unused else joined


def _is_there(text: str) -> str:
    return f'$exists({text}) and $type({text}) != "null"'


def _is_small(node: Expression, at_least: float = 0) -> bool:
    """Whether `node` is a constant so small that adding it, or dividing by it, cannot exceed the range of numbers."""
    value = node.value if isinstance(node, tree.Literal) else None
    return isinstance(value, int | float) and not isinstance(value, bool) and at_least <= abs(value) < 1e200


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


_RULES: dict[type[Expression], Callable[..., str]] = {
    tree.Literal: _Writer.literal,
    tree.ListLiteral: _Writer.list_literal,
    tree.ObjectLiteral: _Writer.object_literal,
    tree.UnaryOperation: _Writer.unary,
    tree.BinaryOperation: _Writer.binary,
    tree.Compare: _Writer.compare,
    tree.BooleanOperation: _Writer.boolean,
    tree.Conditional: _Writer.conditional,
    tree.Call: _Writer.call,
}
