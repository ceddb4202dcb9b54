"""Keys that are names of the project's own: arguments, parameters, steps, errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specc.diagnostics import Sink
from specc.expressions.check import infer_template
from specc.expressions.types import ANY, Type
from specc.ir.scopes import Scope
from specc.ir.walk import body_of
from specc.language_server.completion.arguments import Known, arguments, descend, fields, to_fill
from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Kind, Suggestion
from specc.source.side_table import Path

_FILES = {
    "csv": "Rows of a CSV file, by the names in its first row.",
    "jsonl": "JSON values, one a line.",
    "json": "The items of a JSON array.",
    "objects": "The objects below a prefix, or the files in a folder.",
}
"""What the items of a map can be read from."""


def known_keys(request: Request, path: Path) -> Iterator[Known]:
    """The names that the table at a path may have as keys."""
    if request.step_path is not None:
        yield from _in_step(request, path[len(request.step_path) :])
        return
    match path:
        case ("tests", int(), "params") | ("triggers", int(), "with") | ("stacks", str(), "params"):
            yield from _parameters(request, table=path[0] == "stacks")
        case ("tests", int(), "mock"):
            for name in request.names("steps"):
                yield from _steps(request, [name], to_fill(request, _result_type(request, name), (), constant=True))
        case ("tests", int(), "mock", str(step)):
            yield Suggestion("error", Kind.Property, about="The error that the step fails with."), "error", '"$1"'
            yield Suggestion("message", Kind.Property, about="The message of that error."), "message", '"$1"'
            if isinstance(request.at("steps", step, "each"), dict):
                yield Suggestion("each", Kind.Property, about="What each item gives, one by one."), "each", "[$1]"
            yield from _result(request, ("steps", step), ())
        case ("tests", int(), "mock", str(step), *below):
            yield from _result(request, ("steps", step), tuple(below))
        case ("tests", int(), "expect", "outputs", str(name), *below):
            yield from fields(request, descend(output_type(request, name), tuple(below)))
        case ("tests", int(), "expect", "outputs"):
            for name in request.names("outputs"):
                value = to_fill(request, output_type(request, name), (), constant=True)
                yield Suggestion(name, Kind.Field, _shown(request.at("outputs", name)), rank=1), name, value
        case ("tests", int(), "expect", "calls"):
            yield from _steps(request, [*step_paths(request, ("steps",))], "${1:1}")
        case ("stacks", str(), ("env" | "secrets" | "compute" | "tags") as block):
            for name in request.names(block):
                value = "{ $1 }" if block == "compute" else '"$1"'
                yield Suggestion(name, Kind.Field, _shown(request.at(block, name)), rank=1), name, value


def _in_step(request: Request, inside: Path) -> Iterator[Known]:
    match inside:
        case ("with", *_) | ("each",):
            yield from arguments(request, inside)
        case ("on_error",):
            from specc.language_server.completion.errors import errors

            value = "{use: $1}" if request.cursor.format == "yaml" else '{"use": $1}'
            for one in errors(request):
                yield one, one.label, "{ use = $1 }" if request.cursor.format == "toml" else value
        case ("on_error", str(), "use", *below):
            yield from _result(request, request.step_path or (), tuple(below))
        case ("each", str()):
            for name, about in _FILES.items():
                yield Suggestion(name, Kind.Property, about=about, rank=1), name, '"$1"'
        case ("env",):
            for name in request.names("env"):
                yield Suggestion(name, Kind.Variable, _shown(request.at("env", name)), rank=1), name, '"$1"'
        case ("globals",):
            from specc.language_server.completion.scripts import script_globals

            for one in script_globals(request):
                yield one, one.label, "$1"


def _result(request: Request, step: Path, below: Path) -> Iterator[Known]:
    """The fields of a step's result, for a value that stands for it."""
    module = request.analysis.module
    region = module.body if module is not None else None
    for name in step[1::2]:
        op = region.by_name.get(str(name)) if region is not None else None
        if op is None:
            return
        region = body_of(op)
        if step[-1] == name:
            yield from fields(request, descend(op.result, below))


def _result_type(request: Request, name: str) -> Type:
    """The type of a step's result."""
    module = request.analysis.module
    op = module.body.by_name.get(name) if module is not None else None
    return op.result if op is not None else ANY


def output_type(request: Request, name: str) -> Type:
    """The type of an output."""
    module = request.analysis.module
    found = next((one for one in module.outputs if one.name == name), None) if module is not None else None
    if module is None or found is None:
        return ANY
    return infer_template(found.value, Scope.of_body(module).environment(found.value), found.origin, Sink())


def _parameters(request: Request, *, table: bool) -> Iterator[Known]:
    """The parameters of the spec, those first that have no default."""
    for name in request.names("params"):
        declared = request.table(("params", name))
        kind = str(declared.get("type", "any"))
        default = f", default {_shown(declared['default'])}" if "default" in declared else ""
        one = Suggestion(name, Kind.Field, kind + default, str(declared.get("description", "")), rank=1 + bool(default))
        value = "{ default = $1 }" if table and request.cursor.format == "toml" else _typed(kind)
        yield one, name, '{"default": $1}' if table and request.cursor.format != "toml" else value


def _typed(kind: str) -> str:
    """A value of a parameter's type to fill in."""
    return {
        "integer": "$1", "number": "$1", "boolean": "${1|true,false|}", "array": "[$1]", "object": "{$1}", "any": "$1"
    }.get(kind, '"$1"')  # fmt: skip


def _steps(request: Request, names: list[str], value: str) -> Iterator[Known]:
    for name in names:
        about = step_at(request, name).get("description")
        yield Suggestion(name, Kind.Reference, "step", str(about or ""), rank=1), name, value


def step_at(request: Request, name: str) -> dict[str, Any]:
    """The table of a step, as tests call it."""
    table = request.at(*(part for step in name.split("/") for part in ("steps", step)))
    return table if isinstance(table, dict) else {}


def step_paths(request: Request, table: Path) -> Iterator[str]:
    """The steps of a table and those inside of groups, as tests call them: `group/step`."""
    for name, step in request.table(table).items():
        yield name
        if isinstance(step, dict) and isinstance(step.get("steps"), dict):
            for inner in step_paths(request, (*table, name, "steps")):
                yield f"{name}/{inner}"


def _shown(value: object) -> str:
    """A value in a few letters."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
