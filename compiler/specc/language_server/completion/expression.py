"""What may be typed inside of `${...}`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from specc.expressions.access import every_item
from specc.expressions.inference import infer
from specc.expressions.types import ANY, ObjectType, Type, assignable, from_json_schema, members
from specc.ir.walk import MATRIX
from specc.language_server.completion.request import Request
from specc.language_server.completion.scope import Visible, visible
from specc.language_server.completion.suggestion import Kind, Suggestion
from specc.language_server.symbols.words import Hole, tokens
from specc_runtime.expressions import ExpressionSyntaxError, Template, parse_expression
from specc_runtime.expressions.functions import FUNCTIONS, Function
from specc_runtime.expressions.tokens import Token

_OPERATORS = {
    "and": "both are true",
    "or": "one of them is true",
    "in": "an item of a list, a part of a text, a field of an object",
    "not in": "no item of a list, no part of a text, no field of an object",
    "if": "`a if condition else b`",
    "else": "what holds when the condition is false",
}
_ROOTS = {
    "steps": "The results of other steps, by name. A reference makes this step follow that one.",
    "params": "The parameters of the run.",
    "env": "The environment of every step, as `[env]` has it.",
    "run": "The run itself: `run.id`, `run.name`; in `finally` also `run.status` and `run.error`.",
    "matrix": "The configuration that the step runs for: a value for each axis of its `matrix`.",
    "last": "The result of the time before; at first what `repeat.start` says.",
    "error": "The error that is being handled: `error.name`, `error.message`.",
    "event": "The event that started the run.",
    "secrets": "Secrets, in headers alone: `[secrets]` says where they are read.",
}
_WHOLE_REFERENCES = 200
"""So many steps are offered with `steps.` before them."""
_ENDS_VALUE = (")", "]", "}")


class Place(NamedTuple):
    """What stands before the word at the end of a broken expression."""

    base: str | None
    """The expression whose fields are wanted, after `base.`"""
    key: bool
    """Whether the field stands in `["`."""
    operand: bool
    """Whether a value is expected, not an operator."""
    open_if: bool
    """Whether an `if` waits for its `else`."""
    subscript: bool = False
    """Whether `base[` is open, and may hold a field's name as well as any other value."""


def in_expression(request: Request) -> Iterator[Suggestion]:
    """What may follow the expression up to the cursor."""
    text = request.cursor.expression or ""
    place = place_of(text)
    if place is None:
        return
    seen = visible(request)
    if place.base is not None:
        for one in _fields(request, seen, place):
            yield replace(one, insert=_quoted(request, one.label), rank=-1) if place.subscript else one
        if not place.subscript:
            return
    if place.operand:
        wanted = _wanted(request, text)
        for one, kind in roots(request, seen):
            yield replace(one, rank=5) if assignable(kind, wanted) is False else one
        yield from _modules(request, seen)
        yield from _functions()
        for word in ("not", "true", "false", "null"):
            yield Suggestion(word, Kind.Keyword, rank=8)
    else:
        for word, about in _OPERATORS.items():
            if word != "else" or place.open_if:
                yield Suggestion(word, Kind.Keyword, about=about, rank=1 if word == "else" else 2)


def _wanted(request: Request, text: str) -> Type:
    """The type of the value that the expression is, when what is typed of it is but one word and all there is."""
    from specc.language_server.completion.arguments import wanted_type

    alone = request.cursor.typed == "${" + text and request.cursor.whole.removeprefix("${" + text) in ("", "}")
    return wanted_type(request) if alone and (not text or text.isidentifier()) else ANY


def place_of(text: str) -> Place | None:
    """What is wanted at the end of an expression that is being typed; None inside of a text or a number."""
    length = len(text)
    fragment = length
    while fragment and (text[fragment - 1].isalnum() or text[fragment - 1] == "_"):
        fragment -= 1
    found = tokens(text, Hole(0, fragment, closed=False))
    reached = found[-1].end if found else 0
    rest = text[reached:fragment].strip()
    if rest:
        return _in_text(text, found, rest)
    if fragment < length and text[fragment].isdigit():
        return None
    opened = sum(token.text == "if" and token.kind == "word" for token in found)
    open_if = opened > sum(token.text == "else" and token.kind == "word" for token in found)
    if found and found[-1].text == "." and found[-1].kind == "operator":
        start = _chain_start(found, len(found) - 2)
        return Place(text[start : found[-1].start], False, True, open_if) if start is not None else None
    if found and found[-1].text == "[" and len(found) > 1 and _is_value(found[-2]):
        start = _chain_start(found, len(found) - 2)
        if start is not None:
            return Place(text[start : found[-1].start], True, True, open_if, subscript=True)
    return Place(None, False, not found or not _is_value(found[-1]), open_if)


def _in_text(text: str, found: list[Token], rest: str) -> Place | None:
    """Inside of a text that is not closed: the key of a field, after `[`."""
    if rest[0] not in "\"'" or len(found) < 2 or found[-1].text != "[":
        return None
    start = _chain_start(found, len(found) - 2)
    return Place(text[start : found[-1].start], True, True, False) if start is not None else None


def _is_value(token: Token) -> bool:
    return token.kind in ("name", "number", "text") or (token.kind == "operator" and token.text in _ENDS_VALUE)


def _chain_start(found: list[Token], at: int) -> int | None:
    """Where the value begins that ends with the token `at`: `steps.a[0]`, `f(x)`, `(a)`."""
    while at >= 0:
        token = found[at]
        if token.kind == "operator" and token.text in _ENDS_VALUE:
            opening = _opening(found, at)
            if opening is None:
                return None
            before = found[opening - 1] if opening else None
            follows = (
                before is not None
                and token.text in (")", "]")
                and (before.kind == "name" or (before.kind == "operator" and before.text in _ENDS_VALUE))
            )
            if not follows:
                return found[opening].start
            at = opening - 1
            continue
        if token.kind not in ("name", "word", "text"):
            return None
        if at >= 2 and found[at - 1].text == "." and found[at - 1].kind == "operator":
            at -= 2
            continue
        return token.start
    return None


def _opening(found: list[Token], at: int) -> int | None:
    depth = 0
    for number in range(at, -1, -1):
        if found[number].kind != "operator":
            continue
        depth += (found[number].text in _ENDS_VALUE) - (found[number].text in ("(", "[", "{"))
        if not depth:
            return number
    return None


def roots(request: Request, seen: Visible) -> Iterator[tuple[Suggestion, Type]]:
    """What an expression mostly is: the name of an item, a step's result, a parameter; with their types."""
    for name, kind in seen.bound.items():
        yield Suggestion(name, Kind.Variable, str(kind), _ROOTS.get(name, ""), rank=0), kind
        for field in kind.fields if name == MATRIX and isinstance(kind, ObjectType) else ():
            yield Suggestion(f"{name}.{field.name}", Kind.Reference, str(field.type), rank=1), field.type
    for name in seen.steps[:_WHOLE_REFERENCES]:
        kind = seen.step_type(name)
        yield Suggestion(f"steps.{name}", Kind.Reference, str(kind), _step_about(request, name), rank=2), kind
    for name in request.names("params") if not _starts_run(request) else ():
        kind = from_json_schema(request.table(("params", name)))
        yield Suggestion(f"params.{name}", Kind.Reference, *_parameter(request, name), rank=3), kind


def _modules(request: Request, seen: Visible) -> Iterator[Suggestion]:
    """The names that are followed by a dot."""
    if _starts_run(request):
        return
    known = [name for name in ("steps", "params", "env") if (seen.steps if name == "steps" else request.at(name))]
    if seen.steps or request.step_path is not None or request.path[:1] == ("outputs",):
        known.append("run")
    if _takes_secrets(request):
        known.append("secrets")
    for name in known:
        yield Suggestion(name, Kind.Module, about=_ROOTS[name], rank=4)


def _starts_run(request: Request) -> bool:
    """Whether the cursor is in a trigger, before which there is nothing but its event."""
    return request.path[:1] == ("triggers",)


def _takes_secrets(request: Request) -> bool:
    """Whether the cursor is where secrets may stand: in the headers of a request."""
    return request.inside_step[:2] == ("http", "headers")


def root_about(name: str) -> str:
    """What a name is that expressions begin with; nothing for a name of the spec's own."""
    return _ROOTS.get(name, "")


def _functions() -> Iterator[Suggestion]:
    for name, function in FUNCTIONS.items():
        yield Suggestion(
            name, Kind.Function, function.signature, about(function), f"{name}(", f"{name}($0)", rank=6, filter=name
        )


def about(function: Function) -> str:
    """What a function of expressions does, in Markdown."""
    return f"```\n{function.signature}\n```\n{inspect.getdoc(function.body) or ''}"


def _fields(request: Request, seen: Visible, place: Place) -> Iterator[Suggestion]:
    base = (place.base or "").strip()
    if base in ("steps", "params", "env", "secrets"):
        yield from _names(request, seen, base) if not _starts_run(request) else ()
        return
    for kind in members(field_owner(base, seen)):
        if isinstance(kind, ObjectType):
            for field in kind.fields:
                detail = str(field.type) if field.required else f"{field.type}, if there is one"
                one = Suggestion(field.name, Kind.Field, detail, rank=1)
                if place.key or field.name.isidentifier():
                    yield one
                elif (dot := _dot(request)) is not None:
                    text = f"[{_quoted(request, field.name)}]"
                    yield replace(one, insert=text, filter=f".{field.name}", place=(dot, request.cursor.word[1]))


def _names(request: Request, seen: Visible, base: str) -> Iterator[Suggestion]:
    """What follows `steps.`, `params.`, `secrets.` or `env.`."""
    if base == "steps":
        for name in seen.steps:
            yield Suggestion(name, Kind.Field, str(seen.step_type(name)), _step_about(request, name), rank=1)
    elif base == "params":
        for name in request.names("params"):
            yield Suggestion(name, Kind.Field, *_parameter(request, name), rank=1)
    elif base == "secrets":
        for name in request.names("secrets") if _takes_secrets(request) else ():
            yield Suggestion(name, Kind.Field, str(request.at("secrets", name)), rank=1)
    else:
        for name in dict.fromkeys((*request.names("env"), *map(str, request.step.get("env") or ()))):
            yield Suggestion(name, Kind.Field, "string", rank=1)


def _quoted(request: Request, name: str) -> str:
    """The name of a field as a text of expressions, in quotes that do not end the string around it."""
    return f'"{name}"' if request.cursor.spot.quote.startswith("'") else f"'{name}'"


def _dot(request: Request) -> int | None:
    """Where the dot before the word is, if right before it: no name with a dash may follow that."""
    at = request.cursor.word[0] - 1
    return at if request.cursor.text[at : at + 1] == "." else None


def field_owner(base: str, seen: Visible) -> Type:
    """The type of the value whose fields `base.` is followed by: after `[*]` that of every item."""
    try:
        expression = parse_expression(base)
        found = infer(expression, seen.environment(Template("${" + base + "}")), _nobody)
    except ExpressionSyntaxError:
        return ANY
    for _ in range(base.count("[*]")):
        item = every_item(found)
        found = item if isinstance(item, Type) else ANY
    return found


def _nobody(_code: str, _message: str, _start: int, _end: int, _help: str | None) -> None:
    """What is wrong with what is being typed is told elsewhere."""


def _step_about(request: Request, name: str) -> str:
    """What a step is for, and what it does."""
    table = _table_of(request, name)
    lines = [str(table[key]) for key in ("description",) if isinstance(table.get(key), str)]
    lines += [
        f'`{key} = "{table[key]}"`' for key in ("call", "script", "aws", "pipeline") if isinstance(table.get(key), str)
    ]
    return "\n\n".join(lines)


def _table_of(request: Request, name: str) -> dict[str, object]:
    tables = [step[:-1] for step in reversed(list(request.steps_around))]
    for table in (*tables, ("finally",), ("steps",)):
        found = request.at(*table, name)
        if isinstance(found, dict):
            return found
    return {}


def _parameter(request: Request, name: str) -> tuple[str, str]:
    """The type of a parameter, and what it is for."""
    found = request.table(("params", name))
    detail = str(found.get("type", "any"))
    if "default" in found:
        detail += f", default {found['default']!r}" if not isinstance(found["default"], bool | str) else ""
    return detail, str(found.get("description", ""))
