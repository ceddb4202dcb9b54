"""Annotations that nobody can resolve while a program runs, because they are there for type checkers only."""

from __future__ import annotations

import ast
from collections.abc import Callable

from specc.expressions.types import ANY, OpaqueType, Type
from specc.introspection.annotations import parse_text
from specc.introspection.python_types import LISTS, known_type
from specc.introspection.resolve import Definition, Entity, External, Resolver, dotted
from specc.introspection.syntax import SourceModule

TypeOfClass = Callable[[Definition], "Type | None"]
_MAX_NODES = 400


def unseen_name(types: Resolver, module: SourceModule, node: ast.expr | None, type_of: TypeOfClass) -> str | None:
    """The name under `if TYPE_CHECKING:` for which an argument stays JSON that would else become what is annotated."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        node = parse_text(node.value)
    if node is None:
        return None
    nodes = [item for _, item in zip(range(_MAX_NODES), ast.walk(node), strict=False)]
    hidden = next((item.id for item in nodes if isinstance(item, ast.Name) and _hidden(module, item.id)), None)
    if hidden is None:
        return None
    for item in nodes:
        parts = dotted(item)
        found = types.attribute_path(module, parts) if parts is not None else ()
        if len(found) == 1 and _converts(found[0], type_of):
            return hidden
    return None


def _hidden(module: SourceModule, name: str) -> bool:
    bindings = module.namespace.names.get(name, ())
    return bool(bindings) and all(binding.typing_only for binding in bindings)


def _converts(entity: Entity, type_of: TypeOfClass) -> bool:
    """Whether JSON is made something else for this class."""
    if isinstance(entity, External):
        kind = known_type(entity.name, returned=False, inside=False, model=False)
        library = entity.name.partition(".")[0]
        plain = library in {"numpy", "pandas"} or entity.name.rpartition(".")[2] in LISTS - {"set", "frozenset"}
        return kind is not None and not isinstance(kind, OpaqueType) and not plain
    if isinstance(entity, Definition) and isinstance(entity.node, ast.ClassDef):
        return type_of(entity) not in (None, ANY)
    return False
