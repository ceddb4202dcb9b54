"""What may be typed as a value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from specc.language_server.completion import tables
from specc.language_server.completion.files import files_below, specs_around, specs_below
from specc.language_server.completion.keys import NAMED
from specc.language_server.completion.known_keys import step_at, step_paths
from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Kind, Suggestion
from specc.language_server.completion.unbegun import as_list, defaults, example_table, first_item, is_unbegun
from specc.language_server.completion.writing import value_of
from specc.source.side_table import Path

Found = tuple[Suggestion, Any, bool]
"""What is offered, the value, and whether something is to follow it."""

_TYPES = {
    "string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
    "object": "a table", "list of string": "a list of texts", "list of object": "a list of tables", "null": "nothing",
    "any": "anything", "bytes": "bytes", "numpy.ndarray": "an array", "pandas.DataFrame": "a table of data",
}  # fmt: skip
_SECRETS = {
    "env:": "An environment variable of whoever runs it: `env:NAME`.",
    "file:": "A file: `file:path`.",
    "ssm:/": "A parameter of AWS Systems Manager: `ssm:/name`.",
    "secretsmanager:": "A secret of AWS Secrets Manager: `secretsmanager:name#key`.",
}
_EXPRESSIONS = frozenset({"with", "each", "when", "yield", "globals", "argv", "http", "repeat", "wait"})
"""Keys of a step below which values may be expressions."""
_WHOLE = (("when",), ("yield",), ("wait",))
"""Those that are expressions themselves."""


def in_value(request: Request) -> Iterator[Suggestion]:
    """The values that may stand at the cursor."""
    found = [*_known(request)]
    if is_unbegun(request):
        yield from _unbegun(request)
    for one, value, unfinished in found:
        yield value_of(request.cursor, one, value, unfinished=unfinished)
    for one, value in _references(request):
        yield value_of(request.cursor, one, value)
    if request.client.schema:
        yield from _of_the_language(request, exact=bool(found))


def _unbegun(request: Request) -> Iterator[Suggestion]:
    inside = first_item(request)
    for one, value, unfinished in _known(inside) if inside is not None else ():
        if not unfinished:
            yield as_list(request, one, value)
    for value in defaults(request):
        one = Suggestion(json.dumps(value, ensure_ascii=False), Kind.Value, rank=2)
        yield value_of(request.cursor, one, value)
    if request.client.schema:
        yield from example_table(request)


def _known(request: Request) -> Iterator[Found]:
    """Names of the project's own."""
    if request.inside_step and request.step_path is not None:
        yield from _in_step(request, request.inside_step)
    elif request.path[:1] == ("tests",):
        yield from _in_test(request, request.path[2:])
    else:
        yield from _elsewhere(request)


def _elsewhere(request: Request) -> Iterator[Found]:
    match request.path:
        case ("extends", int()):
            for name in specs_around(request.folder, request.analysis.path, request.client.folders):
                yield Suggestion(name, Kind.File, rank=2 if name.startswith("../") else 1), name, False
        case ("secrets", str(name)) | ("stacks", str(), "secrets", str(name)):
            for source, about in _SECRETS.items():
                yield Suggestion(source, Kind.Value, about=about, rank=2), source, True
            yield (
                Suggestion(f"env:{name}", Kind.Value, about="The variable of the same name.", rank=1),
                f"env:{name}",
                False,
            )
        case ("defaults", "compute") | ("stacks", str(), "defaults", "compute"):
            yield from _profiles(request)
        case ("defaults", "retry", "on", int()):
            yield from _errors(request)
        case ("triggers", int(), "with", str(name)):
            yield from _of_parameter(request, name)
        case ("package", *inside):
            yield from _in_package(request, tuple(inside))
        case ("pulumi", "extra"):
            yield from _python_files(request, of_code=False)


def _in_package(request: Request, inside: Path) -> Iterator[Found]:
    match inside:
        case ("root",):
            folders = {item.rpartition("/")[0] for item in files_below(request.folder, (".py",))} - {""}
            for name in sorted(folders):
                yield Suggestion(name, Kind.Folder, rank=1), name, False
        case ("requirements",):
            for name in files_below(request.folder, ("uv.lock", "pyproject.toml", "requirements.txt")):
                yield Suggestion(name, Kind.File, rank=1), name, False
        case ("include", int()):
            folders = {item.rpartition("/")[0] for item in files_below(request.code_root, ("",))} - {""}
            for name in sorted(folders):
                yield Suggestion(f"{name}/**", Kind.Folder, rank=1), f"{name}/**", False


def _in_test(request: Request, inside: Path) -> Iterator[Found]:
    match inside:
        case ("params", str(name)):
            yield from _of_parameter(request, name)
        case ("expect", "error"):
            paths = [*step_paths(request, ("steps",))]
            yield from _failures(request, [step_at(request, path) for path in paths])
        case ("mock", str(name), "error") | ("mock", str(name), "each", int(), "error"):
            inner = step_paths(request, ("steps", name, "steps"))
            yield from _failures(
                request, [step_at(request, name), *(step_at(request, f"{name}/{one}") for one in inner)]
            )
        case ("expect", "skipped", int()):
            for name in step_paths(request, ("steps",)):
                yield Suggestion(name, Kind.Reference, "step", rank=1), name, False


def _in_step(request: Request, inside: Path) -> Iterator[Found]:
    match inside:
        case ("call",) | ("matrix", "from", "call"):
            from specc.language_server.completion.code import targets

            yield from targets(request)
        case ("script" | "module" | "entry" | "outputs", *_):
            yield from _of_script(request, inside)
        case ("pipeline",):
            for name in specs_below(request.folder, request.analysis.path):
                yield Suggestion(name, Kind.File, rank=1), name, False
        case ("aws",):
            from specc.language_server.completion.aws import actions

            yield from actions(request.cursor.typed)
        case ("compute",):
            yield from _profiles(request)
        case ("after", int()):
            yield from _siblings(request, "after")
        case ("on_error", str(), "run"):
            yield from _siblings(request, "run")
        case ("retry", "on", int()):
            yield from _errors(request)
        case ("returns",):
            for name, about in _TYPES.items():
                yield Suggestion(name, Kind.TypeParameter, about, rank=1), name, False
        case ("with", *below) if below:
            from specc.language_server.completion.arguments import choices_at

            for value in choices_at(request, tuple(below)):
                yield _constant(value), value, False


def _of_script(request: Request, inside: Path) -> Iterator[Found]:
    from specc.language_server.completion import scripts

    if inside == ("script",):
        yield from _python_files(request, of_code=True)
        return
    if inside == ("outputs",):
        yield Suggestion("last_line", Kind.Value, "the last line that the script prints", rank=1), "last_line", False
        return
    offers = {"module": scripts.modules, "entry": scripts.entries, "outputs": scripts.outputs}
    for one in offers[str(inside[0])](request):
        yield one, one.label, False


def _of_parameter(request: Request, name: str) -> Iterator[Found]:
    declared = request.table(("params", name))
    choices = declared.get("enum")
    for value in choices if isinstance(choices, list) else ():
        yield _constant(value), value, False
    if declared.get("type") == "boolean":
        for value in (True, False):
            yield _constant(value), value, False
    if "default" in declared and not isinstance(declared["default"], dict | list):
        yield Suggestion(_label(declared["default"]), Kind.Value, "default", rank=2), declared["default"], False


def _failures(request: Request, steps: list[dict[str, Any]]) -> Iterator[Found]:
    """The errors that a test may have steps fail with: those have names of their own, `*` is none."""
    from specc.language_server.completion.errors import errors

    for one in errors(request, steps, ("timeout",)):
        yield one, one.label, False


def _errors(request: Request) -> Iterator[Found]:
    from specc.language_server.completion.errors import errors

    for one in errors(request):
        yield one, one.label, False


def _profiles(request: Request) -> Iterator[Found]:
    for name in request.names("compute"):
        profile = request.table(("compute", name))
        detail = ", ".join(f"{key} {profile[key]}" for key in ("engine", "memory", "vcpu", "gpu") if key in profile)
        yield Suggestion(name, Kind.Struct, detail, rank=1), name, False


def _siblings(request: Request, role: str) -> Iterator[Found]:
    """The steps beside the one at the cursor: for `after` those that do not wait for it."""
    assert request.step_path is not None
    table = request.step_path[:-1]
    known = request.table(table)
    own = str(request.step_path[-1])
    if role == "after":
        from specc.language_server.completion.scope import visible

        fitting = set(visible(request).steps)
        listed = request.step.get("after")
        taken = set(map(str, listed)) - {request.cursor.whole} if isinstance(listed, list) else set()
    else:
        fitting, taken = set(known), set()
    for name, step in known.items():
        if name != own and name in fitting and name not in taken:
            about = step.get("description") if isinstance(step, dict) else None
            yield Suggestion(name, Kind.Reference, "step", str(about or ""), rank=1), name, False


def _python_files(request: Request, *, of_code: bool) -> Iterator[Found]:
    for name in files_below(request.code_root if of_code else request.folder, (".py",)):
        yield Suggestion(name, Kind.File, rank=1 if "/" not in name else 2), name, False


def _takes_expressions(request: Request) -> bool:
    """Whether an expression may be the value at the cursor."""
    if request.step_path is None:
        match request.path:
            case ("outputs", _, *_) | ("triggers", _, "with", _, *_):
                return True
        return False
    inside = request.inside_step
    needed = 1 if inside[:1] in _WHOLE else 2
    return len(inside) >= needed and (inside[0] in _EXPRESSIONS or (inside[0] == "on_error" and inside[-1] == "use"))


def _references(request: Request) -> Iterator[tuple[Suggestion, str]]:
    """Whole expressions, where one may stand and nothing else has been typed."""
    cursor = request.cursor
    if cursor.kind != "value" or cursor.typed not in ("", "$") or not _takes_expressions(request):
        return
    key = tables.key_at(request.path)
    if cursor.whole not in ("", "$") or (key is not None and key.choices):
        return
    from specc.expressions.types import assignable
    from specc.language_server.completion.arguments import wanted_type
    from specc.language_server.completion.expression import roots
    from specc.language_server.completion.scope import visible

    wanted = wanted_type(request)
    for one, kind in roots(request, visible(request)):
        fits = assignable(kind, wanted)
        if fits is False:
            continue
        text = "${" + one.label + "}"
        rank = one.rank + (2 if fits else 4)
        yield Suggestion(text, one.kind, one.detail, one.about, rank=rank), text


def _of_the_language(request: Request, *, exact: bool) -> Iterator[Suggestion]:
    """The values that a key has, or one as an example of what they look like."""
    key = tables.key_at(request.path)
    if key is None:
        return
    cursor = request.cursor
    for value in key.choices:
        yield value_of(cursor, _constant(value, key.about), value)
    if exact or key.name in NAMED or key.choices or key.example is None or cursor.spot.quote in ("|", ">"):
        return
    quoted = key.example.startswith('"') and key.example.endswith('"') and key.example.count('"') == 2
    if quoted and "${" not in key.example and not isinstance(request.path[-1], int):
        text = key.example[1:-1]
        if not text.startswith(cursor.typed):
            return
        yield value_of(cursor, Suggestion(text, Kind.Value, "for example", key.about, rank=9), text)


def _constant(value: Any, about: str = "") -> Suggestion:
    return Suggestion(_label(value), Kind.EnumMember if isinstance(value, str) else Kind.Constant, about=about, rank=1)


def _label(value: Any) -> str:
    return value if isinstance(value, str) else "null" if value is None else str(value).lower()
