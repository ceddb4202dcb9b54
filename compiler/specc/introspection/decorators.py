"""What a decorator does to the signature below it, as far as its source or its name tells."""

from __future__ import annotations

import ast
from typing import NamedTuple

from specc.introspection.namespace import FunctionNode
from specc.introspection.resolve import Definition, Resolver, dotted
from specc.introspection.syntax import SourceModule

KEEPING = frozenset(
    {
        "abstractmethod", "cache", "classmethod", "deprecated", "final", "jit", "lru_cache", "njit", "no_type_check",
        "override", "retry", "runtime_checkable", "staticmethod", "typechecked", "validate_call", "wraps",
    }
)  # fmt: skip
"""Decorators that keep the parameters, by the last part of their name."""

CHANGING = frozenset(
    {
        "asynccontextmanager", "argument", "cached_property", "command", "contextmanager", "dispatch", "fixture",
        "flow", "group", "inject", "option", "partial", "patch", "property", "provide_session", "register",
        "singledispatch", "task", "vectorize",
    }
)  # fmt: skip
"""Decorators after which the definition's own parameters say nothing."""


class Doubt(NamedTuple):
    """A decorator that may change parameters; `opaque` when it certainly does."""

    name: str
    opaque: bool = False


def doubt(resolver: Resolver, module: SourceModule, node: FunctionNode) -> Doubt | None:
    """The first decorator of a function after which its parameters are not certain."""
    found: Doubt | None = None
    for decorator in node.decorator_list:
        called = isinstance(decorator, ast.Call)
        parts = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if parts is None:
            found = found or Doubt("...")
            continue
        name = ".".join(parts)
        if parts[-1] in CHANGING:
            return Doubt(name, opaque=True)
        if parts[-1] in KEEPING or _keeps(resolver, module, parts, called):
            continue
        found = found or Doubt(name)
    return found


def _keeps(resolver: Resolver, module: SourceModule, parts: list[str], called: bool) -> bool:
    """Whether the decorator's own source shows that it hands all arguments on, or returns what it was given."""
    entities = resolver.attribute_path(module, parts)
    if len(entities) != 1 or not isinstance(entities[0], Definition):
        return False
    maker = entities[0].node
    if not isinstance(maker, ast.FunctionDef):
        return False
    if called:
        inner = [item for item in maker.body if isinstance(item, ast.FunctionDef)]
        if len(inner) != 1:
            return False
        maker = inner[0]
    wrappers = [item for item in maker.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    if wrappers:
        return all(_takes_everything(wrapper.args) for wrapper in wrappers)
    given = maker.args.args[0].arg if maker.args.args else None
    returned = [item.value for item in ast.walk(maker) if isinstance(item, ast.Return)]
    return bool(returned) and all(isinstance(value, ast.Name) and value.id == given for value in returned)


def _takes_everything(arguments: ast.arguments) -> bool:
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return not named and arguments.vararg is not None and arguments.kwarg is not None
