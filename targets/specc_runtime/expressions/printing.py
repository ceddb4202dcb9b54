"""Expressions as text again, with no more parentheses than needed."""

from __future__ import annotations

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

_CONDITIONAL, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)
_STRENGTH = {"or": _OR, "and": _AND, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\0": "\\u0000"}


def quote_text(text: str) -> str:
    """A text literal, in double quotes."""
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in text) + '"'


def print_expression(node: Expression) -> str:
    """Text that parses to an equal tree."""
    return _print(node, _CONDITIONAL)


def _print(node: Expression, least: int) -> str:
    text, strength = _text(node)
    return f"({text})" if strength < least else text


def _base(node: Expression) -> str:
    """What a field or an item is read from. After a wildcard itself it would be read of every item."""
    return f"({_print(node, _CONDITIONAL)})" if isinstance(node, Wildcard) else _print(node, _ATOM)


def _text(node: Expression) -> tuple[str, int]:  # noqa: C901  # one line a kind of node
    match node:
        case Literal(value=value):
            return _literal(value)
        case Name(id=name):
            return name, _ATOM
        case Element():
            return "", _ATOM
        case Attribute(value=value, name=name):
            return f"{_base(value)}.{name}", _ATOM
        case Subscript(value=value, index=index):
            return f"{_base(value)}[{_print(index, _CONDITIONAL)}]", _ATOM
        case Slice(value=value, lower=lower, upper=upper, step=step):
            bounds = [_print(bound, _CONDITIONAL) if bound is not None else "" for bound in (lower, upper)]
            last = f":{_print(step, _CONDITIONAL)}" if step is not None else ""
            return f"{_base(value)}[{':'.join(bounds)}{last}]", _ATOM
        case Wildcard(value=value, each=each):
            return f"{_base(value)}[*]{_print(each, _ATOM)}", _ATOM
        case ListLiteral(items=items):
            return f"[{', '.join(_print(item, _CONDITIONAL) for item in items)}]", _ATOM
        case ObjectLiteral(entries=entries):
            pairs = (f"{_print(key, _CONDITIONAL)}: {_print(value, _CONDITIONAL)}" for key, value in entries)
            return "{" + ", ".join(pairs) + "}", _ATOM
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(_print(argument, _CONDITIONAL) for argument in arguments)})", _ATOM
        case UnaryOperation(operator="not", operand=operand):
            return f"not {_print(operand, _NOT)}", _NOT
        case UnaryOperation(operator=operator, operand=operand):
            return f"{operator}{_print(operand, _SIGN)}", _SIGN
        case BinaryOperation(operator=operator, left=left, right=right):
            strength = _STRENGTH[operator]
            return f"{_print(left, strength)} {operator} {_print(right, strength + 1)}", strength
        case Compare(operator=operator, left=left, right=right):
            return f"{_print(left, _SUM)} {operator} {_print(right, _SUM)}", _COMPARE
        case BooleanOperation(operator=operator, values=values):
            strength = _STRENGTH[operator]
            return f" {operator} ".join(_print(value, strength + 1) for value in values), strength
        case Conditional(test=test, body=body, orelse=orelse):
            return f"{_print(body, _OR)} if {_print(test, _OR)} else {_print(orelse, _CONDITIONAL)}", _CONDITIONAL
    raise TypeError(type(node).__name__)


def _literal(value: bool | int | float | str | None) -> tuple[str, int]:
    if isinstance(value, str):
        return quote_text(value), _ATOM
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower(), _ATOM
    return repr(value), (_SIGN if value < 0 or str(value).startswith("-") else _ATOM)
