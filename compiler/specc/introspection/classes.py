"""The names of a class and of what it extends, as errors are declared by them."""

from __future__ import annotations

import ast
import builtins

from specc.introspection.resolve import Definition, Entity, External, Resolver, dotted
from specc.introspection.syntax import SourceModule


def class_names(resolver: Resolver, module: SourceModule, parts: list[str]) -> frozenset[str]:
    """The names, bare and as `module.Class`, of the class that `parts` mean in `module` and of all its bases.

    Empty when they mean no class; without the bases that cannot be read.
    """
    found: set[str] = set()
    seen: set[Entity] = set()
    waiting = _named(resolver, module, parts, found)
    while waiting:
        entity = waiting.pop()
        if entity in seen or not isinstance(entity, Definition) or not isinstance(entity.node, ast.ClassDef):
            continue
        seen.add(entity)
        owner = f"{entity.owner.name}." if entity.owner is not None else ""
        found |= {entity.node.name, f"{entity.module.name}.{owner}{entity.node.name}"}
        for base in entity.node.bases:
            names = dotted(base)
            if names is not None:
                waiting += _named(resolver, entity.module, names, found)
    return frozenset(found)


def builtin_names(name: str) -> frozenset[str]:
    """The same of an exception that Python has by itself; empty when it has none of this name."""
    cls = getattr(builtins, name, None)
    if not isinstance(cls, type) or not issubclass(cls, BaseException):
        return frozenset()
    mro = [item.__name__ for item in cls.__mro__[:-1]]
    return frozenset([*mro, *(f"builtins.{item}" for item in mro)])


def _named(resolver: Resolver, module: SourceModule, parts: list[str], found: set[str]) -> list[Entity]:
    """What `parts` mean; names of what is not read from source go to `found`."""
    entities = list(resolver.attribute_path(module, parts))
    if not entities and len(parts) == 1:
        found |= builtin_names(parts[0])
    for entity in entities:
        if isinstance(entity, External) and entity.name:
            found |= {entity.name, entity.name.rpartition(".")[2]}
            found |= builtin_names(entity.name.removeprefix("builtins."))
    return entities
