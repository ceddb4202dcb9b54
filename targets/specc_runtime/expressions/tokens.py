"""The words of an expression."""

from __future__ import annotations

import re
from typing import NamedTuple

from specc_runtime.expressions.errors import ExpressionSyntaxError

WORDS = frozenset({"and", "or", "not", "in", "if", "else"})
_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
        (?P<name>[^\W\d]\w*)
      | (?P<number>(?:[0-9][0-9_]*(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<operator>===|!==|\*\*|&&|\|\||\?\?|\?\.|\?:|<<|>>|<>|->|=>|:=|==|!=|<=|>=|//
                    |[-+*/%<>()\[\]{},:.=!?&|^~@;$`\\\#])
      | (?P<end>$)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "\\": "\\", "/": "/", '"': '"', "'": "'"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")
_MAX_DIGITS = 100


class Token(NamedTuple):
    """One word. `kind` is `name`, `word`, `number`, `text`, `operator` or `end`."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All words of `text`, ending with one of kind `end`. Raises ExpressionSyntaxError."""
    found: list[Token] = []
    position = 0
    match = _TOKEN.match
    while True:
        hit = match(text, position)
        if hit is None:
            raise _unknown(text, position)
        kind = hit.lastgroup or "end"
        start, position = hit.span(kind)
        word = hit[kind]
        if kind == "name" and word in WORDS:
            kind = "word"
        found.append(Token(kind, word, start, position))
        if kind == "end":
            return found


def _unknown(text: str, position: int) -> ExpressionSyntaxError:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    letter = text[position]
    if letter in "\"'":
        return ExpressionSyntaxError(
            f"this text never ends: a closing `{letter}` is missing", position, len(text), f"add `{letter}` at its end"
        )
    if letter in "“”„‘’«»":
        return ExpressionSyntaxError(
            f"`{letter}` is not a quotation mark here", position, position + 1, "use `\"` or `'`"
        )
    return ExpressionSyntaxError(f"`{letter}` means nothing in an expression", position, position + 1)


def number_value(token: Token) -> int | float:
    """The value of a number. Raises ExpressionSyntaxError where it has none."""
    text = token.text
    if text.endswith("_") or "__" in text or "_." in text:
        raise ExpressionSyntaxError(
            f"`{text[:40]}` is not a number", token.start, token.end, "`_` stands between digits only"
        )
    if len(text) > _MAX_DIGITS:
        raise ExpressionSyntaxError(
            f"the number has more than {_MAX_DIGITS} digits", token.start, token.end, kind="size"
        )
    plain = text.replace("_", "")
    if plain.isdigit():
        if len(plain) > 1 and plain[0] == "0":
            raise ExpressionSyntaxError(
                f"`{text}` begins with a zero", token.start, token.end, "write it without the zeros"
            )
        return int(plain)
    value = float(plain)
    if value in (float("inf"), float("-inf")):
        raise ExpressionSyntaxError(f"`{text}` is too large for a number", token.start, token.end, kind="size")
    return value


def text_value(token: Token) -> str:
    """What a quoted text says. Raises ExpressionSyntaxError at an unknown escape."""
    body = token.text[1:-1]
    if "\\" not in body:
        return body

    def replace(hit: re.Match[str]) -> str:
        digits = hit[1] or hit[2] or hit[3]
        if digits:
            code = int(digits, 16)
            if code <= 0x10FFFF:
                return chr(code)
        elif hit[4] in _SIMPLE:
            return _SIMPLE[hit[4]]
        start = token.start + 1 + hit.start()
        raise ExpressionSyntaxError(
            f"`{hit[0]}` is not an escape", start, start + len(hit[0]),
            "known are `\\n`, `\\t`, `\\r`, `\\\\`, `\\\"`, `\\'`, `\\x41` and `\\u0041`; a backslash itself is `\\\\`",
        )  # fmt: skip

    plain = _ESCAPE.sub(replace, body)
    whole = _SURROGATES.sub(lambda hit: hit[0].encode("utf-16", "surrogatepass").decode("utf-16"), plain)
    if _LONE.search(whole):
        raise ExpressionSyntaxError(
            "this text holds one half of a character (a lone surrogate)", token.start, token.end
        )
    return whole
