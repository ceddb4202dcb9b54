"""Following a name to what it means: through imports, re-exports and aliases, across files."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass, field

from specc.introspection.namespace import Binding, Namespace
from specc.introspection.python_types import is_known_library
from specc.introspection.syntax import SourceModule

MAX_DEPTH = 24
"""Longest chain of imports and aliases that is followed."""

MAX_LOOKUPS = 2_000
"""Look-ups that one question may take."""

TYPING_MODULES = frozenset(
    {"typing", "typing_extensions", "collections.abc", "builtins", "types", "functools", "dataclasses"}
)
"""Modules whose names mean something by themselves; their files are not read."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, a class or an assigned value, in its file. `owner` is the class that a method stands in."""

    module: SourceModule
    node: ast.AST
    owner: ast.ClassDef | None = None


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module, used as a value."""

    name: str


@dataclass(frozen=True, slots=True)
class External:
    """Something that is not read: a name of `typing`, of a compiled module, or one that only running would tell."""

    name: str = ""


Entity = Definition | ModuleValue | External
UNKNOWN = External()
LoadModule = Callable[[str], "SourceModule | External | None"]
"""Gives a module by its absolute name: External when it exists without readable source, None when it does not exist."""


@dataclass(slots=True, eq=False, repr=False)
class Resolver:
    """Resolves dotted names. With `typing` it also sees what stands under `if TYPE_CHECKING`."""

    load: LoadModule
    typing: bool = False
    budget: list[int] = field(default_factory=lambda: [MAX_LOOKUPS])
    """Look-ups left; a file whose conditions multiply ends in "unknown" rather than in endless work."""

    def attribute_path(self, module: SourceModule, parts: list[str], depth: int = 0) -> tuple[Entity, ...]:
        """What `parts` mean in `module`; empty when there is nothing. Several when it depends on conditions."""
        found = self.name(module, parts[0], depth)
        for part in parts[1:]:
            found = tuple(dict.fromkeys(item for entity in found for item in self._attribute(entity, part, depth + 1)))
        return found

    def name(self, module: SourceModule, name: str, depth: int = 0) -> tuple[Entity, ...]:
        """What a top-level name of `module` means."""
        if self._exhausted(depth):
            return (UNKNOWN,)
        bindings = self._visible(module.namespace, name)
        if bindings:
            found = (entity for binding in bindings for entity in self._binding(module, binding, None, depth))
            return tuple(dict.fromkeys(found))
        unknown = module.namespace.opaque
        for star in module.namespace.stars:
            source = self.load(self._absolute(module, star))
            if isinstance(source, SourceModule):
                entities = () if name.startswith("_") else self.name(source, name, depth + 1)
                if entities:
                    return entities
            unknown = unknown or isinstance(source, External)
        return (UNKNOWN,) if unknown else ()

    def _exhausted(self, depth: int) -> bool:
        self.budget[0] -= 1
        return depth > MAX_DEPTH or self.budget[0] < 0

    def _visible(self, namespace: Namespace, name: str) -> list[Binding]:
        return [binding for binding in namespace.names.get(name, ()) if self.typing or not binding.typing_only]

    def _binding(
        self, module: SourceModule, binding: Binding, owner: ast.ClassDef | None, depth: int
    ) -> tuple[Entity, ...]:
        if binding.module is not None:
            return self._import(self._absolute(module, binding.module), binding.attribute, depth)
        node = binding.node
        if node is None:
            return (UNKNOWN,)
        if isinstance(node, ast.Name | ast.Attribute):
            parts = dotted(node)
            if parts is not None and not (owner is not None and parts[0] not in module.namespace.names):
                return self.attribute_path(module, parts, depth + 1) or (UNKNOWN,)
            return (UNKNOWN,)
        return (Definition(module, node, owner),)

    def _import(self, module_name: str, attribute: str | None, depth: int) -> tuple[Entity, ...]:
        if attribute is None:
            return (ModuleValue(module_name),)
        if module_name in TYPING_MODULES or is_known_library(module_name, typing=self.typing):
            return (External(f"{module_name}.{attribute}"),)
        source = self.load(module_name)
        found = self.name(source, attribute, depth + 1) if isinstance(source, SourceModule) else ()
        if source is None or (found and found != (UNKNOWN,)):
            return found
        # Also after UNKNOWN: `from . import sub` in a package binds `sub` to its submodule by way of itself.
        if self.load(f"{module_name}.{attribute}") is not None:
            return (ModuleValue(f"{module_name}.{attribute}"),)
        return (External(f"{module_name}.{attribute}"),) if isinstance(source, External) else found

    def _attribute(self, entity: Entity, name: str, depth: int) -> tuple[Entity, ...]:
        if isinstance(entity, External):
            return (External(f"{entity.name}.{name}" if entity.name else ""),)
        if isinstance(entity, ModuleValue):
            return self._import(entity.name, name, depth)
        if not isinstance(entity.node, ast.ClassDef):
            return (UNKNOWN,) if isinstance(entity.node, ast.Call | ast.Subscript | ast.Await) else ()
        return self.member(entity, entity.node, name, depth)

    def member(self, entity: Definition, node: ast.ClassDef, name: str, depth: int = 0) -> tuple[Entity, ...]:
        """What `name` is in a class or in the classes that it extends; unknown when one of those cannot be read."""
        if self._exhausted(depth):
            return (UNKNOWN,)
        bindings = self._visible(Namespace.of(node.body), name)
        if bindings:
            found = (item for binding in bindings for item in self._binding(entity.module, binding, node, depth))
            return tuple(dict.fromkeys(found))
        for base in self.bases(entity, node):
            if not isinstance(base, Definition) or not isinstance(base.node, ast.ClassDef):
                return (UNKNOWN,)
            inherited = self.member(base, base.node, name, depth + 1)
            if inherited:
                return inherited
        return ()

    def bases(self, entity: Definition, node: ast.ClassDef) -> tuple[Entity, ...]:
        """The classes that a class extends, but for those that add no members (`object`, `Generic`, ...)."""
        found: list[Entity] = []
        for base in node.bases:
            parts = dotted(base.value if isinstance(base, ast.Subscript) else base)
            if parts is None or parts[-1] in {"object", "Generic", "Protocol", "ABC"}:
                found += [UNKNOWN] if parts is None else []
                continue
            found += self.attribute_path(entity.module, parts)[:1] or (_builtin(parts),)
        if any(
            keyword.arg == "metaclass" and "ABCMeta" not in (dotted(keyword.value) or ()) for keyword in node.keywords
        ):
            found.append(UNKNOWN)
        return tuple(found)

    @staticmethod
    def _absolute(module: SourceModule, name: str) -> str:
        level = len(name) - len(name.lstrip("."))
        if not level:
            return name
        package = module.package.split(".") if module.package else []
        kept = package[: len(package) - level + 1]
        return ".".join([*kept, *([name[level:]] if name[level:] else [])])


def _builtin(parts: list[str]) -> External:
    """A name that no module binds: one that Python has by itself, or unknown."""
    return External(f"builtins.{parts[0]}") if len(parts) == 1 and hasattr(builtins, parts[0]) else UNKNOWN


def dotted(node: ast.AST) -> list[str] | None:
    """`a.b.c` as its parts, or None when the expression is anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return [node.id, *reversed(parts)]
