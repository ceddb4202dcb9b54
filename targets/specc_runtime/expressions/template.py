"""Values with `${...}` in their texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from specc_runtime.expressions.arguments import within_text
from specc_runtime.expressions.errors import ExpressionSyntaxError
from specc_runtime.expressions.evaluator import Evaluation, Scope, evaluate
from specc_runtime.expressions.parser import parse_expression
from specc_runtime.expressions.references import Reference
from specc_runtime.expressions.text import text_of
from specc_runtime.expressions.tree import Expression

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
Path: TypeAlias = "tuple[str | int, ...]"

_START = re.compile(r"\$?\$\{")
_PLAIN = re.compile(r"[^{}\"']*\}")
_INSIDE = re.compile(r"""[^{}"']+|(?P<open>\{)|(?P<close>\})|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""", re.DOTALL)


class Hole:
    """`${...}` in a text: its expression, and where the expression's text stands."""

    __slots__ = ("end", "expression", "start")

    def __init__(self, expression: Expression, start: int, end: int) -> None:
        self.expression = expression
        self.start = start
        self.end = end


Parts: TypeAlias = "tuple[list[str | Hole], list[ExpressionSyntaxError]]"


def quote(text: str) -> str:
    """A template that says just `text`."""
    return text.replace("${", "$${")


def split_text(text: str, errors: list[ExpressionSyntaxError] | None = None) -> list[str | Hole]:
    """The plain stretches of a text and the expressions between them.

    Raises the first ExpressionSyntaxError, unless `errors` is there to collect them all.
    """
    parts: list[str | Hole] = []
    plain: list[str] = []
    position = 0
    while (match := _START.search(text, position)) is not None:
        plain.append(text[position : match.start()])
        position = match.end()
        if len(match[0]) == 3:
            plain.append("${")
            continue
        if plain := [piece for piece in plain if piece]:
            parts.append("".join(plain))
        plain = []
        try:
            end = _closing(text, position)
        except ExpressionSyntaxError as error:
            if errors is None:
                raise
            errors.append(error)
            return parts
        try:
            parts.append(Hole(parse_expression(text[position:end]), position, end))
        except ExpressionSyntaxError as error:
            if errors is None:
                raise error.shifted(position) from None
            errors.append(error.shifted(position))
        position = end + 1
    plain.append(text[position:])
    if rest := "".join(plain):
        parts.append(rest)
    return parts


def _closing(text: str, start: int) -> int:
    """Where the `}` stands that ends the expression which begins at `start`."""
    simple = _PLAIN.match(text, start)
    if simple is not None:
        return simple.end() - 1
    depth, position = 0, start
    while (match := _INSIDE.match(text, position)) is not None:
        if match["close"]:
            if not depth:
                return match.start()
            depth -= 1
        elif match["open"]:
            depth += 1
        position = match.end()
    if position < len(text):  # a quotation mark that nothing closes
        letter = text[position]
        raise ExpressionSyntaxError(
            f"this text never ends: a closing `{letter}` is missing",
            position,
            len(text),
            f"add `{letter}` at its end",
            "unclosed",
        )
    raise ExpressionSyntaxError(
        "`${` is never closed", start - 2, len(text), "add `}`; for a literal `${` write `$${`", "unclosed"
    )


class Template:
    """A JSON value whose texts may hold expressions. Cheap to make; parsed when first needed."""

    __slots__ = ("_expressions", "_parts", "_plan", "_references", "raw")

    def __init__(self, raw: JsonValue) -> None:
        self.raw = raw
        self._plan: Any = None
        self._parts: dict[str, Parts] = {}
        self._references: tuple[Reference, ...] | None = None
        self._expressions: tuple[tuple[Path, int, int, Expression], ...] | None = None

    @classmethod
    def parse(cls, raw: JsonValue) -> Template:
        """A template that has been parsed. Raises the first ExpressionSyntaxError."""
        found = cls(raw)
        for _, error in found.check():
            raise error
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and (self.raw is other.raw or repr(self.raw) == repr(other.raw))

    def __hash__(self) -> int:
        return hash(repr(self.raw))

    def __repr__(self) -> str:
        return f"Template({self.raw!r})"

    @property
    def expressions(self) -> tuple[tuple[Path, int, int, Expression], ...]:
        """Every `${...}` that can be parsed: the path of its text in `raw`, start and end in that text, its tree."""
        if self._expressions is None:
            self._expressions = tuple(
                (path, part.start, part.end, part.expression)
                for path, text in _texts(self.raw)
                for part in self.split(text)[0]
                if isinstance(part, Hole)
            )
        return self._expressions

    @property
    def expression(self) -> Expression | None:
        """The expression, when the value is one and nothing else."""
        if not isinstance(self.raw, str) or not self.raw.startswith("${"):
            return None
        found = self.expressions
        whole = len(found) == 1 and found[0][1] == 2 and found[0][2] == len(self.raw) - 1
        return found[0][3] if whole else None

    @property
    def is_constant(self) -> bool:
        """Whether there is no expression in it."""
        return not self.expressions and not self.check()

    @property
    def references(self) -> tuple[Reference, ...]:
        """What all its expressions read; offsets count in the text that holds each."""
        if self._references is None:
            self._references = tuple(
                item.shifted(start) for _, start, _, found in self.expressions for item in found.references
            )
        return self._references

    def check(self) -> list[tuple[Path, ExpressionSyntaxError]]:
        """Everything that is wrong with its syntax, with the path of the text that is wrong."""
        found: list[tuple[Path, ExpressionSyntaxError]] = []
        for path, text in _texts(self.raw):
            found.extend((path, error) for error in self.split(text)[1])
        return found

    def split(self, text: str) -> Parts:
        """The parts of one of its texts, and what is wrong with their syntax. Found out once."""
        known = self._parts.get(text)
        if known is None:
            errors: list[ExpressionSyntaxError] = []
            known = self._parts[text] = (split_text(text, errors), errors)
        return known

    def evaluate(self, scope: Scope) -> JsonValue:
        """The value, made anew. Raises ExpressionError, Skipped, or ExpressionSyntaxError."""
        if self._plan is None:
            self._plan = _plan(self.raw)
        found: JsonValue = _fill(self._plan, scope)
        return found


def _texts(raw: JsonValue) -> Iterator[tuple[Path, str]]:
    """Every text that may hold an expression, with its path."""
    if isinstance(raw, str):
        if "${" in raw:
            yield (), raw
        return
    stack: list[tuple[Path, JsonValue]] = [((), raw)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, str):
            if "${" in value:
                yield path, value
        elif isinstance(value, dict):
            stack.extend(((*path, key), item) for key, item in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend(((*path, number), value[number]) for number in reversed(range(len(value))))


class _Text:
    """Texts and expressions that make one text."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[str | Hole]) -> None:
        self.parts = parts


def _plan(raw: JsonValue) -> Any:
    """The value with expressions and `_Text` in the place of texts that hold expressions."""
    if isinstance(raw, str):
        if "${" not in raw:
            return raw
        parts = split_text(raw)
        if not any(isinstance(part, Hole) for part in parts):
            return "".join(part for part in parts if isinstance(part, str))
        only = parts[0]
        return only.expression if len(parts) == 1 and isinstance(only, Hole) else _Text(parts)
    if isinstance(raw, dict):
        return {key: _plan(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_plan(value) for value in raw]
    return raw


def _fill(plan: Any, scope: Scope) -> Any:
    if isinstance(plan, Expression):
        return evaluate(plan, scope)
    if isinstance(plan, _Text):
        evaluation = Evaluation(scope)
        texts = [
            part if isinstance(part, str) else evaluation.charged(text_of(evaluate(part.expression, scope)))
            for part in plan.parts
        ]
        within_text(sum(map(len, texts)))
        return "".join(texts)
    if isinstance(plan, dict):
        return {key: _fill(value, scope) for key, value in plan.items()}
    if isinstance(plan, list):
        return [_fill(value, scope) for value in plan]
    return plan
