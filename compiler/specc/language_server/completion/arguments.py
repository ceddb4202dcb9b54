"""The arguments of what a step does: of a function, of another spec, of an action of AWS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Sink
from specc.expressions.types import (
    ANY,
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBER,
    ListType,
    ObjectType,
    Type,
    from_json_schema,
    members,
    without_null,
)
from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Kind, Suggestion
from specc.source.side_table import Path

if TYPE_CHECKING:
    from specc.services import Shape

Known = tuple[Suggestion, str, str]
"""What is offered, the key, and the snippet of its value."""


def arguments(request: Request, inside: Path) -> Iterator[Known]:
    """The arguments that may still be given below `with`, or bound by `each`."""
    step = request.step
    bound = frozenset(request.table((*(request.step_path or ()), "each")))
    elsewhere = bound if inside[0] == "with" else frozenset(request.table((*(request.step_path or ()), "with")))
    if "call" in step or "entry" in step:
        found = _of_function(request, inside[1:])
    elif inside[0] == "each":
        return
    elif isinstance(step.get("pipeline"), str):
        found = _of_spec(request, step["pipeline"]) if len(inside) == 1 else iter(())
    else:
        found = _of_aws(request, inside[1:])
    for one in found:
        if len(inside) > 1 or one[1] not in elsewhere:
            yield (one[0], one[1], '"\\${$1}"') if inside[0] == "each" else one


def _of_function(request: Request, below: Path) -> Iterator[Known]:
    from specc.language_server.completion.code import called

    signature, source = called(request)
    if signature is None:
        return
    if below:
        parameter = signature.by_name.get(str(below[0]))
        yield from fields(request, descend(parameter.type, below[1:]) if parameter is not None else ANY)
        return
    defaults = source.defaults if source is not None else {}
    about = source.about if source is not None else ""
    for parameter in signature.parameters:
        if parameter.kind == "positional":
            continue
        default = defaults.get(parameter.name)
        detail = str(parameter.type)
        if parameter.choices:
            detail = " | ".join(map(repr, parameter.choices))
        detail += ", required" if parameter.required else f" = {default}" if default is not None else ""
        one = Suggestion(parameter.name, Kind.Field, detail, about, rank=0 if parameter.required else 1)
        yield one, parameter.name, to_fill(request, parameter.type, parameter.choices)


def _of_spec(request: Request, path: str) -> Iterator[Known]:
    """The parameters of another spec."""
    for name, found in _parameters_of(request, path).items():
        if isinstance(found, dict):
            kind = str(found.get("type", "any"))
            needed = "default" not in found
            detail = kind + (", required" if needed else f", default {found['default']!r}")
            one = Suggestion(name, Kind.Field, detail, str(found.get("description", "")), rank=0 if needed else 1)
            yield one, name, "$1" if kind in ("integer", "number", "boolean") else '"$1"'


def _parameters_of(request: Request, path: str) -> dict[str, Any]:
    from specc.source import load_spec

    target = os.path.normpath(request.folder / path)
    spec = load_spec(target, Sink()) if os.path.isfile(target) else None  # noqa: PTH113  # `Path.is_file` may raise
    declared = spec.value.get("params") if spec is not None else None
    return declared if isinstance(declared, dict) else {}


def _of_parameter(declared: object) -> Type:
    return from_json_schema(declared) if isinstance(declared, dict) else ANY


def _of_aws(request: Request, below: Path) -> Iterator[Known]:
    shape = aws_shape(request, below)
    if shape is None or shape.kind != "structure":
        return
    from specc.language_server.completion.aws import about
    from specc.services.types import taken_type

    for name, item in shape.members.items():
        needed = name in shape.required
        kind = taken_type(item)
        detail = " | ".join(item.choices[:8]) or str(kind)
        one = Suggestion(
            name, Kind.Field, detail + (", required" if needed else ""), about(item.traits), rank=0 if needed else 1
        )
        yield one, name, to_fill(request, kind, item.choices)


def aws_shape(request: Request, below: Path) -> Shape | None:
    """The shape of what stands below `with` of a step that calls AWS."""
    action = request.step.get("aws")
    if not isinstance(action, str) or ":" not in action:
        return None
    from specc.services import find_service

    name, _, operation = action.partition(":")
    service = find_service(name)
    found = service.operation(operation) if service is not None else None
    shape = found.input if found is not None else None
    for part in below:
        if shape is None:
            return None
        if shape.kind in ("list", "map"):
            shape = shape.item
        else:
            shape = shape.members.get(shape.spellings.get(str(part), "")) if shape.kind == "structure" else None
    return shape


def descend(kind: Type, path: Path) -> Type:
    """The type of what stands at a path below a value of a type."""
    for part in path:
        inner: list[Type] = []
        for member in members(kind):
            if isinstance(member, ListType) and isinstance(part, int):
                inner.append(member.item)
            elif isinstance(member, ObjectType) and (field := member.field(str(part))) is not None:
                inner.append(field.type)
        if not inner:
            return ANY
        kind = inner[0]
    return kind


def fields(request: Request, kind: Type) -> Iterator[Known]:
    """The fields of a value of a type, those first that must be there."""
    for member in members(kind):
        if isinstance(member, ObjectType):
            for field in member.fields:
                detail = str(field.type) + (", required" if field.required else "")
                one = Suggestion(field.name, Kind.Field, detail, rank=0 if field.required else 1)
                yield one, field.name, to_fill(request, field.type, ())


def to_fill(request: Request, kind: Type, choices: tuple[Any, ...], *, constant: bool = False) -> str:
    """A value of a type to fill in; a `constant` of which nothing is known may as well be no text."""
    from specc.language_server.completion.keys import choice_snippet, table_snippet

    words = tuple(one for one in choices if isinstance(one, str))
    if words and len(words) == len(choices):
        return choice_snippet(words[:50], quoted=True)
    plain = without_null(kind) if kind != NULL else kind
    if plain == BOOLEAN:
        return choice_snippet((True, False), quoted=False)
    if plain in (INTEGER, NUMBER) or (constant and plain == ANY):
        return "$1"
    if isinstance(plain, ListType):
        return "[$1]"
    if isinstance(plain, ObjectType):
        return table_snippet(request)
    return '"$1"'


def wanted_type(request: Request) -> Type:
    """The type of the argument that the cursor is in; ANY when it is in none, or nothing is known of it."""
    inside = request.inside_step
    match request.path:
        case ("triggers", int(), "with", str(name), *below):
            return descend(_of_parameter(request.table(("params", name))), tuple(below))
    if inside[:1] == ("each",) and len(inside) == 2:
        return ListType(ANY)
    if inside in (("when",), ("repeat", "until")):
        return BOOLEAN
    if inside[:1] != ("with",) or len(inside) < 2:
        return ANY
    if "call" in request.step or "entry" in request.step:
        from specc.language_server.completion.code import called

        signature, _ = called(request)
        parameter = signature.by_name.get(str(inside[1])) if signature is not None else None
        return descend(parameter.type, inside[2:]) if parameter is not None else ANY
    if isinstance(request.step.get("pipeline"), str):
        declared = _parameters_of(request, request.step["pipeline"]).get(str(inside[1]))
        return descend(_of_parameter(declared), inside[2:])
    shape = aws_shape(request, inside[1:])
    if shape is None:
        return ANY
    from specc.services.types import taken_type

    return taken_type(shape)


def choices_at(request: Request, below: Path) -> tuple[Any, ...]:
    """The values that an argument can have, when there are only some."""
    from specc.language_server.completion.code import called

    if "call" in request.step or "entry" in request.step:
        signature, _ = called(request)
        parameter = signature.by_name.get(str(below[0])) if signature is not None and below else None
        if parameter is None:
            return ()
        if len(below) == 1 and parameter.choices:
            return parameter.choices
        kind = descend(parameter.type, below[1:])
        return (True, False) if BOOLEAN in members(kind) else ()
    shape = aws_shape(request, below)
    if shape is None:
        return ()
    return shape.choices or ((True, False) if shape.kind == "boolean" else ())
