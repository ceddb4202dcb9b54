"""Expressions from text: a Pratt parser whose depth is bounded."""

from __future__ import annotations

import re
from functools import lru_cache

from specc_runtime.expressions import mistakes
from specc_runtime.expressions.errors import ExpressionSyntaxError
from specc_runtime.expressions.tokens import Token, number_value, text_value, tokenize
from specc_runtime.expressions.tree import (
    Attribute,
    BinaryOperation,
    BooleanOperation,
    Call,
    Compare,
    Conditional,
    Element,
    Expression,
    ListLiteral,
    Literal,
    Name,
    ObjectLiteral,
    Slice,
    Subscript,
    UnaryOperation,
    Wildcard,
)

MAX_DEPTH = 100
"""Nodes below one another, and parentheses around one another."""
MAX_LENGTH = 20_000
"""Characters in one expression."""

_CONDITIONAL, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN = range(1, 9)
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
_BINARY = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_SIMPLE = re.compile(r"\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\s*", re.ASCII)


@lru_cache(maxsize=16_384)  # each pass of the compiler asks again: a large spec should fit
def parse_expression(text: str) -> Expression:
    """The tree of an expression (the text between `${` and `}`). Raises ExpressionSyntaxError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionSyntaxError(
            f"the expression has {len(text):,} characters; {MAX_LENGTH:,} is the limit", 0, len(text),
            "compute this in a function, or split it over several steps", "size",
        )  # fmt: skip
    simple = _SIMPLE.fullmatch(text)
    if simple is not None and len(text) < 200:
        return _chain(simple[1], simple.start(1))
    return _Parser(text).whole()


def _chain(text: str, start: int) -> Expression:
    first, *rest = text.split(".")
    if first in _CONSTANTS or first in mistakes.RESERVED or not mistakes.RESERVED.isdisjoint(rest):
        return _Parser(" " * start + text).whole()
    end = start + len(first)
    node: Expression = Name(first, start, end)
    for name in rest:
        end += 1 + len(name)
        node = Attribute(node, name, start, end)
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._next = 0
        self._depth = 0
        self._heights: dict[int, int] = {}
        self._kept: list[Expression] = []  # so that ids in `_heights` stay unique

    # --- words

    @property
    def _head(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        if token.kind != "end":
            self._next += 1
        return token

    def _is(self, text: str) -> bool:
        head = self._tokens[self._next]
        return head.text == text and head.kind in ("operator", "word")

    def _accept(self, text: str) -> bool:
        if self._is(text):
            self._next += 1
            return True
        return False

    def _expect(self, text: str, opened: Token, what: str) -> Token:
        if not self._is(text):
            raise mistakes.missing(text, self._head, opened, what)
        return self._take()

    # --- depth: a tree too deep could not be walked

    def _made(self, node: Expression, *below: Expression | None) -> Expression:
        height = 1 + max((self._heights.get(id(child), 0) for child in below if child is not None), default=0)
        if height > MAX_DEPTH:
            raise _too_deep(node.start, node.end)
        self._heights[id(node)] = height
        self._kept.append(node)
        return node

    # --- grammar

    def whole(self) -> Expression:
        if self._head.kind == "end":
            raise ExpressionSyntaxError("the expression is empty", 0, len(self._text), "for a literal `${` write `$${`")
        node = self._expression(_CONDITIONAL)
        if self._head.kind != "end":
            raise mistakes.unexpected(self._tokens, self._next, node)
        return node

    def _expression(self, least: int) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _too_deep(self._head.start, self._head.end)
        left = self._operators(self._prefix(), least)
        self._depth -= 1
        return left

    def _operators(self, left: Expression, least: int) -> Expression:
        while True:
            token = self._head
            if token.kind not in ("operator", "word"):
                return left
            strength = _BINARY.get(token.text)
            if strength is not None:
                if strength < least:
                    return left
                self._take()
                right = self._expression(strength + 1)
                left = self._made(BinaryOperation(token.text, left, right, left.start, right.end), left, right)
            elif token.text in _COMPARISONS or (token.text == "not" and self._tokens[self._next + 1].text == "in"):
                if least > _COMPARE:
                    return left
                left = self._compare(left)
            elif token.text in ("and", "or"):
                if least > (_AND if token.text == "and" else _OR):
                    return left
                left = self._boolean(left, token.text)
            elif token.text == "if":
                if least > _CONDITIONAL:
                    return left
                left = self._conditional(left)
            else:
                return left

    def _compare(self, left: Expression) -> Expression:
        operator = self._take().text
        if operator == "not":
            self._take()
            operator = "not in"
        right = self._expression(_SUM)
        follows = self._head
        if follows.kind in ("operator", "word") and (follows.text in _COMPARISONS or follows.text == "not"):
            raise mistakes.chained(self._text, left, operator, right, follows)
        return self._made(Compare(operator, left, right, left.start, right.end), left, right)

    def _boolean(self, left: Expression, operator: str) -> Expression:
        values = [left]
        while self._accept(operator):
            values.append(self._expression(_NOT if operator == "and" else _AND))
        return self._made(BooleanOperation(operator, tuple(values), left.start, values[-1].end), *values)

    def _conditional(self, body: Expression) -> Expression:
        opened = self._take()
        test = self._expression(_OR)
        if not self._accept("else"):
            raise mistakes.without_else(self._head, opened)
        orelse = self._expression(_CONDITIONAL)
        return self._made(Conditional(test, body, orelse, body.start, orelse.end), test, body, orelse)

    def _prefix(self) -> Expression:
        token = self._head
        if self._is("not"):
            self._take()
            operand = self._expression(_NOT)
            return self._made(UnaryOperation("not", operand, token.start, operand.end), operand)
        if token.kind == "operator" and token.text in "+-":
            self._take()
            operand = self._expression(_SIGN)
            return self._made(UnaryOperation(token.text, operand, token.start, operand.end), operand)
        return self._postfix(self._atom())

    def _postfix(self, node: Expression) -> Expression:
        while True:
            if self._is("."):
                dot = self._take()
                name = self._head
                if name.kind not in ("name", "word"):
                    raise mistakes.after_dot(dot, name)
                self._take()
                if self._is("("):
                    raise mistakes.method(node, name)
                node = self._made(Attribute(node, name.text, node.start, name.end), node)
            elif self._is("["):
                bracket = self._take()
                if self._is("*") and self._tokens[self._next + 1].text == "]":
                    self._take()
                    end = self._take().end
                    each = self._postfix(self._made(Element(end, end)))
                    return self._made(Wildcard(node, each, node.start, max(each.end, end)), node, each)
                node = self._subscript(node, bracket)
            elif self._is("("):
                raise mistakes.not_callable(node, self._head)
            else:
                return node

    def _subscript(self, value: Expression, bracket: Token) -> Expression:
        bounds: list[Expression | None] = []
        colons = 0
        current: Expression | None = None
        while True:
            if self._is(":") and colons < 2:
                self._take()
                bounds.append(current)
                current = None
                colons += 1
            elif self._is("]") and (current is not None or colons):
                end = self._take().end
                break
            elif current is None and not self._is("]"):
                current = self._expression(_CONDITIONAL)
            elif current is None:
                raise ExpressionSyntaxError(
                    "`[]` needs an index", bracket.start, self._head.end, "`[0]` is the first item, `[*]` is every item"
                )
            else:
                raise mistakes.missing("]", self._head, bracket, "an index")
        if not colons:
            assert current is not None
            return self._made(Subscript(value, current, value.start, end), value, current)
        bounds.append(current)
        lower, upper, step = (*bounds, None)[:3]
        return self._made(Slice(value, lower, upper, step, value.start, end), value, lower, upper, step)

    def _atom(self) -> Expression:
        token = self._take()
        if token.kind == "number":
            return self._made(Literal(number_value(token), token.start, token.end))
        if token.kind == "text":
            if self._head.kind == "text":
                raise mistakes.adjacent_texts(token, self._head)
            return self._made(Literal(text_value(token), token.start, token.end))
        if token.kind == "name":
            return self._name(token)
        if token.text == "(":
            node = self._expression(_CONDITIONAL)
            if self._is(","):
                raise ExpressionSyntaxError(
                    "`(a, b)` is not a value", token.start, self._head.end, "a list is `[a, b]`"
                )
            self._expect(")", token, "parentheses")
            return node
        if token.text == "[":
            return self._list(token)
        if token.text == "{":
            return self._object(token)
        raise mistakes.no_value(self._tokens, self._next if token.kind == "end" else self._next - 1)

    def _name(self, token: Token) -> Expression:
        if self._is("(") and token.text not in mistakes.CONSTANT_SPELLINGS:
            return self._call(token)
        if token.text in _CONSTANTS:
            return self._made(Literal(_CONSTANTS[token.text], token.start, token.end))
        mistakes.check_name(token)
        if self._head.kind == "text" and len(token.text) <= 2:
            raise mistakes.prefixed_text(token)
        return self._made(Name(token.text, token.start, token.end))

    def _call(self, token: Token) -> Expression:
        opened = self._take()
        arguments: list[Expression] = []
        while not self._is(")"):
            arguments.append(self._expression(_CONDITIONAL))
            if self._is("="):
                raise ExpressionSyntaxError(
                    "arguments have no names", arguments[-1].start, self._head.end, "give them in order"
                )
            if self._is("for"):
                break
            if not self._accept(","):
                break
        end = self._expect(")", opened, f"the arguments of `{token.text}`").end
        mistakes.check_call(token, len(arguments), end)
        return self._made(Call(token.text, tuple(arguments), token.start, end), *arguments)

    def _list(self, opened: Token) -> Expression:
        items: list[Expression] = []
        while not self._is("]"):
            items.append(self._expression(_CONDITIONAL))
            if not self._accept(","):
                break
        end = self._expect("]", opened, "a list").end
        return self._made(ListLiteral(tuple(items), opened.start, end), *items)

    def _object(self, opened: Token) -> Expression:
        entries: list[tuple[Expression, Expression]] = []
        while not self._is("}"):
            key = self._expression(_CONDITIONAL)
            if not isinstance(key, Literal) or not isinstance(key.value, str):
                help = f'write `"{key.id}"`' if isinstance(key, Name) else None
                raise ExpressionSyntaxError("the key of an object is a text in quotes", key.start, key.end, help)
            if any(known == key for known, _ in entries):
                raise ExpressionSyntaxError(f"the key `{key.value}` is there twice", key.start, key.end)
            self._expect(":", opened, "an object: a key is followed by `:` and its value")
            entries.append((key, self._expression(_CONDITIONAL)))
            if not self._accept(","):
                break
        end = self._expect("}", opened, "an object").end
        return self._made(
            ObjectLiteral(tuple(entries), opened.start, end), *(part for entry in entries for part in entry)
        )


def _too_deep(start: int, end: int) -> ExpressionSyntaxError:
    return ExpressionSyntaxError(
        f"the expression is nested more than {MAX_DEPTH} levels deep", start, end,
        "compute this in a function, or split it over several steps", "size",
    )  # fmt: skip
