"""What people write who know other languages, and what to tell them."""

from __future__ import annotations

from specc_runtime.expressions.errors import ExpressionSyntaxError
from specc_runtime.expressions.tokens import WORDS, Token
from specc_runtime.expressions.tree import Expression, Name

CONSTANT_SPELLINGS = {
    "True": "true", "TRUE": "true", "False": "false", "FALSE": "false",
    "None": "null", "none": "null", "nil": "null", "NULL": "null", "Null": "null", "undefined": "null",
}  # fmt: skip
RESERVED = frozenset(CONSTANT_SPELLINGS) | WORDS | {"lambda", "for", "import", "is", "let", "while", "return", "def"}

_OPERATORS = {
    "&&": ("and", "and"),
    "||": ("or", "or"),
    "!": ("not", "not "),
    "===": ("==", "=="),
    "!==": ("!=", "!="),
    "<>": ("!=", "!="),
    "=": ("==", "=="),
}
"""Operators of other languages: what it is called here, and the text that mends it."""
_HELP = {
    "?": "write `a if condition else b`",
    "?:": "write `coalesce(a, b)`",
    "??": "write `coalesce(a, b)`",
    "?.": "write `coalesce(a.b, other)`",
    "**": "multiply: `x * x`",
    "&": "join texts with `+`; both conditions are `a and b`",
    "|": "either condition is `a or b`; for a filter, call a function: `lower(x)`",
    "^": "multiply: `x * x`",
    ":=": "an expression gives names to nothing",
    ";": "there is one expression, and no statements",
    "->": "there are no functions to define here",
    "=>": "there are no functions to define here",
    "`": "use `\"` or `'` around a text",
    "#": "there are no comments in expressions",
    "$": "names need no `$`: write `params.x`",
    "@": "names need no `@`",
}
_STATEMENTS = {
    "for": "there are no loops: `items[*].field` reads a field of every item; the rest belongs into a function",
    "lambda": "there are no functions to define here: call a Python function with `call`",
    "import": "nothing can be imported: call a Python function with `call`",
    "let": "an expression gives names to nothing",
    "while": "there are no loops: a step with `repeat` is one",
    "return": "the expression itself is the value",
    "def": "there are no functions to define here: call a Python function with `call`",
    "is": "compare with `==`",
}
_METHODS = {
    "length": "len", "size": "len", "count": "len", "startswith": "starts_with", "endswith": "ends_with",
    "toLowerCase": "lower", "toUpperCase": "upper", "trim": "strip", "includes": "contains",
}  # fmt: skip
_FUNCTIONS = _METHODS | {
    "length": "len", "lowercase": "lower", "uppercase": "upper", "to_json": "json", "jsonencode": "json",
    "dumps": "json",
    "from_json": "parse_json", "jsondecode": "parse_json", "loads": "parse_json", "str": "string",
    "number": "float",
    "concat": "join", "sha256": "hash", "default": "coalesce", "ifnull": "coalesce", "nvl": "coalesce", "avg": "sum",
    "stringify": "json", "parse": "parse_json", "sort": "sorted", "reverse": "reversed", "distinct": "unique",
    "set": "unique", "entries": "items", "toset": "unique", "isinstance": "type", "typeof": "type",
}  # fmt: skip
_LOOPS = frozenset({"filter", "map", "select", "where", "reduce", "compact", "foreach"})
"""Functions of other languages that apply something to every item."""


def _error(
    message: str, token: Token, help: str | None = None, kind: str = "syntax", mend: str | None = None
) -> ExpressionSyntaxError:
    return ExpressionSyntaxError(message, token.start, token.end, help, kind, mend)


def _foreign(token: Token) -> ExpressionSyntaxError | None:
    if token.kind == "operator" and token.text in _OPERATORS:
        better, mend = _OPERATORS[token.text]
        return _error(f"`{token.text}` is not an operator here", token, f"use `{better}`", "operator", mend)
    if token.kind == "operator" and token.text in _HELP:
        return _error(f"`{token.text}` is not an operator here", token, _HELP[token.text], "operator")
    if token.kind in ("name", "word") and token.text in _STATEMENTS:
        return _error(f"`{token.text}` has no meaning in an expression", token, _STATEMENTS[token.text], "operator")
    return None


def unexpected(tokens: list[Token], number: int, before: Expression) -> ExpressionSyntaxError:
    """The error for a word after a complete expression."""
    token = tokens[number]
    foreign = _foreign(token)
    if foreign is not None:
        return foreign
    if token.text in (")", "]", "}"):
        return _error(f"`{token.text}` closes nothing", token, "remove it, or add what opens it")
    if token.text == ",":
        return _error("`,` stands in lists and arguments only", token, "a list is `[a, b]`")
    if token.text == "else":
        return _error("`else` without `if`", token, "write `a if condition else b`")
    if token.kind == "number" and token.text.startswith(".") and token.start == before.end:
        index = f"[{token.text[1:]}]"
        return _error(f"`{token.text}` is not a field", token, f"write `{index}`", mend=index)
    if token.kind in ("name", "number", "text", "word"):
        if isinstance(before, Name) and before.id in ("not", "if"):
            return _error(f"`{token.text}` stands where nothing can stand", token)
        return _error(f"an operator is missing before `{_short(token)}`", token, "such as `+`, `==` or `and`")
    return _error(f"`{token.text}` stands where nothing can stand", token)


def no_value(tokens: list[Token], number: int) -> ExpressionSyntaxError:
    """The error for a word where a value is expected."""
    token = tokens[number]
    before = tokens[number - 1] if number else None
    if token.kind == "end":
        after = f" after `{_short(before)}`" if before is not None else ""
        start = before.start if before is not None else token.start
        return ExpressionSyntaxError(f"the expression ends too early: a value is missing{after}", start, token.end)
    if before is not None and before.text == "-" and token.text == "-":
        return _error("`--` is not an operator here", token, "write `- 1`")
    if token.text == "if":
        return _error("`if` stands between two values", token, "write `a if condition else b`", "operator")
    foreign = _foreign(token)
    if foreign is not None:
        return foreign
    if token.text == "." and before is None:
        return _error("a name is missing before `.`", token, "references begin with `steps`, `params` or another name")
    return _error(f"a value is expected, not `{_short(token)}`", token)


def missing(wanted: str, found: Token, opened: Token, what: str) -> ExpressionSyntaxError:
    """The error for a closing sign that is not there."""
    foreign = _foreign(found)
    if foreign is not None:
        return foreign
    if found.kind == "end":
        text = f"`{opened.text}` is never closed" if wanted in ")]}" else f"`{wanted}` is missing in {what}"
        return ExpressionSyntaxError(text, opened.start, found.end, f"add `{wanted}`")
    return _error(f"expected `{wanted}` in {what}, not `{_short(found)}`", found)


def chained(text: str, left: Expression, operator: str, right: Expression, follows: Token) -> ExpressionSyntaxError:
    """The error for `a < b < c`."""
    middle = text[right.start : right.end]
    example = f"{text[left.start : left.end]} {operator} {middle} and {middle} {follows.text} ..."
    help = f"write `{example}`" if len(example) < 80 else "join two comparisons with `and`"
    return _error("comparisons cannot be chained", follows, help, "operator")


def without_else(found: Token, opened: Token) -> ExpressionSyntaxError:
    """The error for `a if b`."""
    foreign = _foreign(found)
    if foreign is not None:
        return foreign
    return ExpressionSyntaxError(
        "`if` without `else`", opened.start, opened.end, "write `a if condition else b`; `else null` is possible"
    )


def after_dot(dot: Token, found: Token) -> ExpressionSyntaxError:
    """The error for a `.` that no name follows."""
    if found.kind == "number" or found.text == "*":
        index = found.text if found.kind == "number" else "*"
        return ExpressionSyntaxError(
            f"`.{index}` is not a field", dot.start, found.end, f"write `[{index}]`", replacement=f"[{index}]"
        )
    if found.kind == "text":
        return ExpressionSyntaxError(
            "a field after `.` has no quotes",
            dot.start,
            found.end,
            f"write `[{found.text}]`",
            replacement=f"[{found.text}]",
        )
    return ExpressionSyntaxError("the name of a field is missing after `.`", dot.start, max(found.start, dot.end))


def method(value: Expression, name: Token) -> ExpressionSyntaxError:
    """The error for `value.function()`."""
    from specc_runtime.expressions.functions import FUNCTIONS

    better = name.text if name.text in FUNCTIONS else _METHODS.get(name.text)
    text = str(value)
    help = (
        f"write `{better}({text if len(text) < 40 else '...'})`"
        if better
        else "functions stand before their arguments: `len(x)`"
    )
    return _error("values have no methods", name, help, "function")


def not_callable(node: Expression, opened: Token) -> ExpressionSyntaxError:
    """The error for `x[0](...)`."""
    del node
    return _error("only a function's name can stand before `(`", opened, kind="function")


def adjacent_texts(first: Token, second: Token) -> ExpressionSyntaxError:
    """The error for two texts in a row."""
    return ExpressionSyntaxError(
        "an operator is missing between two texts", first.start, second.end, "join them with `+`"
    )


def prefixed_text(token: Token) -> ExpressionSyntaxError:
    """The error for `f"..."` and its like."""
    help = (
        "join texts with `+`, or put the expressions into the text around: `a-${x}-b`"
        if "f" in token.text.lower()
        else None
    )
    return _error(f"`{token.text}` before a text has no meaning", token, help)


def check_name(token: Token) -> None:
    """Raise for a name that is another language's constant or statement."""
    if token.text in CONSTANT_SPELLINGS:
        better = CONSTANT_SPELLINGS[token.text]
        raise _error(f"`{token.text}` is spelt `{better}` here", token, f"write `{better}`", "operator", better)
    foreign = _foreign(token)
    if foreign is not None:
        raise foreign


def check_call(token: Token, given: int, end: int) -> None:
    """Raise where a function is unknown or is given too few or too many arguments."""
    from specc_runtime.expressions.functions import FUNCTIONS

    function = FUNCTIONS.get(token.text)
    if function is None and token.text in _LOOPS:
        raise _error(f"there is no function `{token.text}`", token, _STATEMENTS["for"], "function")
    if function is None:
        better = _FUNCTIONS.get(token.text) or _closest(token.text, list(FUNCTIONS))
        help = f"did you mean `{better}`?" if better else f"there are {', '.join(sorted(FUNCTIONS))}"
        mend = better or None
        raise _error(f"there is no function `{token.text}`", token, help, "function", mend)
    least, most = function.least, function.most
    if given < least or (most is not None and given > most):
        wanted = f"{least}" if least == most else (f"at least {least}" if most is None else f"{least} to {most}")
        plural = "" if wanted == "1" or wanted.endswith(" 1") else "s"
        raise ExpressionSyntaxError(
            f"`{token.text}` takes {wanted} argument{plural}, not {given}",
            token.start,
            end,
            f"it is `{function.signature}`",
            "arguments",
        )


def _closest(name: str, candidates: list[str]) -> str | None:
    import difflib  # late: only needed when something is wrong

    found = difflib.get_close_matches(name.lower(), candidates, n=1, cutoff=0.6)
    return found[0] if found else None


def _short(token: Token) -> str:
    return token.text if len(token.text) <= 30 else token.text[:29] + "…"
