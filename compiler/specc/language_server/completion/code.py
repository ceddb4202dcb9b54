"""The project's Python: modules, functions, scripts. Nothing of it is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from functools import lru_cache
from typing import Any, NamedTuple

from specc.introspection import Callable, Fault, Signature
from specc.language_server.completion.files import modules_below
from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Kind, Suggestion

_MAX_FUNCTIONS = 500
_NOT_CALLED = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "BaseException", "TypedDict", "Protocol"})
"""Classes of whose kin none does a step's work."""
_LONGEST = 2_000
"""Letters of a docstring that are shown."""


class Source(NamedTuple):
    """What the source of a function says."""

    signature: str
    about: str
    defaults: dict[str, str]
    raises: tuple[str, ...]
    is_class: bool = False


def targets(request: Request) -> Iterator[tuple[Suggestion, str, bool]]:
    """What `call` may say: a module first, then its functions; whether something is to follow."""
    typed = request.cursor.typed
    module, colon, _ = typed.partition(":")
    if not colon:
        for name, is_package in modules_below(request.code_root):
            detail = "package" if is_package else "module"
            yield Suggestion(f"{name}:", Kind.Module, detail, rank=1), f"{name}:", True
        return
    for name, source in functions(request, module).items():
        found = request.modules.function(module, name)
        if isinstance(found, Fault):
            continue
        rank = 3 if name.startswith("_") else 2 if source.is_class else 1
        about = f"```python\n{name}{source.signature}\n```\n{source.about}"
        yield Suggestion(name, Kind.Function, source.signature, about, rank=rank), f"{module}:{name}", False


def functions(request: Request, module: str) -> dict[str, Source]:
    """The functions and classes that a module defines, in its order."""
    probe = request.modules.function(module, "__specc_nothing__")
    if not isinstance(probe, Fault) or probe.file is None:
        return {}
    text = request.modules.texts.get(probe.file)
    return _functions(text) if text is not None else {}


@lru_cache(maxsize=32)
def _functions(text: str) -> dict[str, Source]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    found: dict[str, Source] = {}
    left_out = set(_NOT_CALLED)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and len(found) < _MAX_FUNCTIONS:
            found[node.name] = _source(node)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}": one for name, one in _static_methods(node)}
            maker = next(
                (one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None
            )
            if any(_is_one_of(base, left_out) for base in node.bases):
                left_out.add(node.name)
                continue
            about = (ast.get_docstring(node) or "")[:_LONGEST]
            found[node.name] = Source(_source(maker).signature if maker else "(...)", about, {}, (), is_class=True)
    return found


def _is_one_of(base: ast.expr, names: Set[str]) -> bool:
    """Whether a class's base is one of the named, or an error by its name."""
    name = ast.unparse(base).rpartition(".")[2]
    return name in names or name.endswith(("Error", "Exception"))


def _static_methods(node: ast.ClassDef) -> Iterator[tuple[str, Source]]:
    for one in node.body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {getattr(decorator, "id", "") for decorator in one.decorator_list}
            if names & {"staticmethod", "classmethod"} and not one.name.startswith("_"):
                yield one.name, _source(one)


def _source(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Source:
    result = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    arguments = node.args
    ordered = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(ordered[len(ordered) - len(arguments.defaults) :], arguments.defaults, strict=True)]
    pairs += [
        (one, default) for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default
    ]
    return Source(
        f"({ast.unparse(arguments)}){result}",
        (ast.get_docstring(node) or "")[:_LONGEST],
        {one.arg: ast.unparse(default) for one, default in pairs},
        tuple(dict.fromkeys(_raised(node))),
    )


def _raised(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Raise) and inner.exc is not None:
            raised = inner.exc.func if isinstance(inner.exc, ast.Call) else inner.exc
            if isinstance(raised, ast.Name | ast.Attribute):
                yield ast.unparse(raised)


def called(request: Request, step: Mapping[str, Any] | None = None) -> tuple[Signature | None, Source | None]:
    """What a step calls, also as the entry of its script; without one it is the step at the cursor."""
    table = request.step if step is None else step
    target = table.get("call")
    if step is None and isinstance(table.get("entry"), str):
        return _entry(request, table["entry"])
    if not isinstance(target, str) or ":" not in target:
        return None, None
    module, _, name = target.partition(":")
    found = request.modules.function(module, name)
    signature = found.signature if isinstance(found, Callable) else None
    return signature, functions(request, module).get(name)


def _entry(request: Request, name: str) -> tuple[Signature | None, Source | None]:
    from specc.language_server.completion.scripts import script_of

    script = script_of(request)
    if script is None:
        return None, None
    found = script.callable(name)
    source = _functions(script.source.text).get(name)
    return found.signature if isinstance(found, Callable) else None, source
