"""The words of `${...}` in a text, also where the expression is still being typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from specc_runtime.expressions.errors import ExpressionSyntaxError
from specc_runtime.expressions.tokens import Token, text_value, tokenize

_START = re.compile(r"\$?\$\{")
_INSIDE = re.compile(r"""[^{}"']+|(?P<open>\{)|(?P<close>\})|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""", re.DOTALL)
CONSTANTS = frozenset({"true", "false", "null"})


class Hole(NamedTuple):
    """`${...}` in a text; `start` and `end` are those of what stands between the brackets."""

    start: int
    end: int
    closed: bool


class Word(NamedTuple):
    """A name in an expression, without quotes should it have some."""

    text: str
    start: int
    end: int


class Reference(NamedTuple):
    """A name and what follows it after dots, or as text in brackets: `steps.a["b c"]`."""

    root: Word
    path: tuple[Word, ...]


def holes(text: str) -> Iterator[Hole]:
    """Every `${...}` of a text; one that is never closed ends with the text."""
    position = 0
    while (found := _START.search(text, position)) is not None:
        position = found.end()
        if len(found[0]) == 3:
            continue
        end = _closing(text, position)
        yield Hole(position, len(text) if end is None else end, end is not None)
        if end is None:
            return
        position = end + 1


def _closing(text: str, start: int) -> int | None:
    depth, position = 0, start
    while (found := _INSIDE.match(text, position)) is not None:
        if found["close"]:
            if not depth:
                return found.start()
            depth -= 1
        elif found["open"]:
            depth += 1
        position = found.end()
    return None


def tokens(text: str, hole: Hole) -> list[Token]:
    """The words of a hole, at their places in `text`; of one that makes no sense, those up to where it does not."""
    try:
        found = tokenize(text[hole.start : hole.end])
    except ExpressionSyntaxError as error:
        if not error.start:
            return []
        return tokens(text, Hole(hole.start, hole.start + error.start, closed=False))
    return [Token(kind, word, start + hole.start, end + hole.start) for kind, word, start, end in found[:-1]]


@lru_cache(maxsize=16_384)  # most texts stay as they are while somebody types
def references(text: str) -> tuple[Reference, ...]:
    """What the expressions of a text read."""
    return tuple(found for hole in holes(text) for found in _references(tokens(text, hole)))


def _references(found: list[Token]) -> Iterator[Reference]:
    for number, token in enumerate(found):
        after_dot = number > 0 and found[number - 1].text == "." and found[number - 1].kind == "operator"
        called = number + 1 < len(found) and found[number + 1].text == "(" and found[number + 1].kind == "operator"
        if token.kind != "name" or after_dot or called or token.text in CONSTANTS:
            continue
        yield Reference(Word(*token[1:]), tuple(_path(found, number + 1)))


def _path(found: list[Token], at: int) -> Iterator[Word]:
    while at + 1 < len(found) and found[at].kind == "operator":
        if found[at].text == "." and found[at + 1].kind in ("name", "word"):
            yield Word(*found[at + 1][1:])
            at += 2
        elif _is_key(found, at):
            token = found[at + 1]
            yield Word(text_value(token), token.start + 1, token.end - 1)
            at += 3
        else:
            return


def _is_key(found: list[Token], at: int) -> bool:
    """Whether `["..."]` stands at `at`, with no escapes in it."""
    bracketed = found[at].text == "[" and at + 2 < len(found) and found[at + 2].text == "]"
    return bracketed and found[at + 1].kind == "text" and "\\" not in found[at + 1].text
