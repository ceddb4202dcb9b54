"""Python annotations as static types. What is not known is ANY, and never complained about."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specc.expressions.types import (
    ANY,
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    Field,
    ListType,
    ObjectType,
    Type,
    union,
)
from specc.introspection.python_types import LISTS, known_type
from specc.introspection.resolve import Definition, Entity, External, Resolver, dotted
from specc.introspection.syntax import SourceModule

if TYPE_CHECKING:
    from specc_runtime.expressions import JsonValue

_BUILTIN: dict[str, Type] = {
    "int": INTEGER,
    "float": NUMBER,
    "bool": BOOLEAN,
    "str": STRING,
    "None": NULL,
    "LiteralString": STRING,
    "AnyStr": STRING,
    "dict": OBJECT,
    "Dict": OBJECT,
    "Mapping": OBJECT,
    "MutableMapping": OBJECT,
    "OrderedDict": OBJECT,
    "defaultdict": OBJECT,
    "list": ListType(ANY),
    "List": ListType(ANY),
    "tuple": ListType(ANY),
    "Tuple": ListType(ANY),
    "MutableSequence": ListType(ANY),
}
_OBJECTS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict"})
_LISTS = frozenset({"list", "List", "MutableSequence"})
_SEQUENCES = frozenset({"Sequence", "Iterable", "Collection", "Reversible", "Container"})
_TRANSPARENT = frozenset({"Annotated", "Required", "NotRequired", "ReadOnly", "Final", "ClassVar", "InitVar"})
_MAX_NODES = 400
_MAX_TEXT = 4_000


@dataclass(slots=True, eq=False, repr=False)
class AnnotationReader:
    """Turns one annotation into a type. Use a new one for every annotation: it counts its work.

    As a parameter a sequence also takes a string; as a result (`returned`) it is only what is declared.
    """

    resolver: Resolver
    fields_of: Callable[[AnnotationReader, Definition], Type | None]
    """The object type of a dataclass, TypedDict or the like, or None for any other class."""
    returned: bool = False
    model: bool = False
    """Whether it reads the fields of a model of pydantic."""
    level: int = 0
    """How many values stand around the one that is annotated."""
    nodes: int = _MAX_NODES
    inside: list[ast.AST] = field(default_factory=list)
    """Classes being read, so that a recursive one ends."""

    def read(self, module: SourceModule, node: ast.expr | None) -> Type:
        """The type that the annotation `node`, which stands in `module`, declares."""
        self.nodes -= 1
        if node is None or self.nodes < 0:
            return ANY
        if isinstance(node, ast.Constant):
            return self._constant(module, node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return union(self.read(module, node.left), self.read(module, node.right))
        if isinstance(node, ast.Subscript):
            return self._generic(module, node)
        if isinstance(node, ast.Name | ast.Attribute):
            parts = dotted(node)
            return self._named(module, parts) if parts else ANY
        return ANY

    def part(self, module: SourceModule, node: ast.expr | None) -> Type:
        """The same of a value that stands inside of another."""
        self.level += 1
        found = self.read(module, node)
        self.level -= 1
        return found

    def _constant(self, module: SourceModule, value: object) -> Type:
        if value is None:
            return NULL
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            return ANY
        return self.read(module, parse_text(value))

    def _named(self, module: SourceModule, parts: list[str]) -> Type:
        entity = self._entity(module, parts)
        if isinstance(entity, External):
            return self.external(entity.name)
        if not isinstance(entity, Definition):
            return ANY
        if isinstance(entity.node, ast.ClassDef):
            if any(entity.node is other for other in self.inside):
                return ANY
            self.inside.append(entity.node)
            found = self.fields_of(self, entity)
            self.inside.pop()
            return found or ANY
        if isinstance(entity.node, ast.Call):
            return self._new_type(entity.module, entity.node)
        if isinstance(entity.node, ast.Subscript | ast.BinOp) and len(self.inside) < 20:
            self.inside.append(entity.node)
            found = self.read(entity.module, entity.node)
            self.inside.pop()
            return found
        return ANY

    def external(self, full_name: str) -> Type:
        """The type of a class that is known by its name."""
        known = known_type(full_name, returned=self.returned, inside=self.level > 0, model=self.model)
        if known is not None:
            return known
        name = full_name.rpartition(".")[2]
        if not _is_typing(full_name):
            return ANY
        if name in _SEQUENCES:
            return self._sequence(name, ANY)
        return _BUILTIN.get(name, ANY)

    def _sequence(self, name: str, item: Type) -> Type:
        if self.returned:
            return ListType(item) if name == "Sequence" else ANY
        members: list[Type] = [ListType(item)]
        if item in (ANY, STRING):
            members.append(STRING)
            members += [] if name in {"Sequence", "Reversible"} else [OBJECT]
        return union(*members)

    def _generic(self, module: SourceModule, node: ast.Subscript) -> Type:
        parts = dotted(node.value)
        entity = self._entity(module, parts) if parts else None
        arguments = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if not isinstance(entity, External):
            return ANY
        if not _is_typing(entity.name):
            return self.external(entity.name)
        name = entity.name.rpartition(".")[2]
        if name == "Optional":
            return union(self.read(module, arguments[0]), NULL)
        if name == "Union":
            return union(*(self.read(module, argument) for argument in arguments))
        if name in _TRANSPARENT:
            return self.read(module, arguments[0]) if arguments else ANY
        if name == "Literal":
            return union(*(type_of_constant(value) for value in literal_values(node)))
        if name in _LISTS or name in LISTS:
            return ListType(self.part(module, arguments[0]) if arguments else ANY)
        if name in _SEQUENCES:
            return self._sequence(name, self.part(module, arguments[0]) if arguments else ANY)
        if name in _OBJECTS:
            return ObjectType(rest=self.part(module, arguments[1])) if len(arguments) == 2 else OBJECT
        if name in {"tuple", "Tuple"}:
            kept = [item for item in arguments if not (isinstance(item, ast.Constant) and item.value is Ellipsis)]
            return ListType(union(*(self.part(module, item) for item in kept)) if kept else ANY)
        return self.external(entity.name)

    def _new_type(self, module: SourceModule, node: ast.Call) -> Type:
        parts = dotted(node.func)
        if parts and self._typing_name(module, parts) == "NewType" and len(node.args) == 2:
            return self.read(module, node.args[1])
        return ANY

    def _typing_name(self, module: SourceModule, parts: list[str]) -> str | None:
        entity = self._entity(module, parts)
        if isinstance(entity, External) and _is_typing(entity.name):
            return entity.name.rpartition(".")[2]
        return None

    def _entity(self, module: SourceModule, parts: list[str]) -> Entity | None:
        found = self.resolver.attribute_path(module, parts)
        if not found and len(parts) == 1 and (parts[0] in _BUILTIN or hasattr(builtins, parts[0])):
            return External(f"builtins.{parts[0]}")
        return found[0] if len(found) == 1 else None


def _is_typing(name: str) -> bool:
    module, _, _ = name.rpartition(".")
    return module in {
        "typing",
        "typing_extensions",
        "collections.abc",
        "collections",
        "builtins",
        "dataclasses",
        "types",
    }


def parse_text(text: str) -> ast.expr | None:
    """The expression in a quoted annotation, or None when it is none."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def literal_values(node: ast.expr | None) -> tuple[JsonValue, ...]:
    """The values of `Literal[...]`, empty when the annotation is anything else or has values JSON cannot hold."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "Literal[" in node.value[:40]:
        node = parse_text(node.value)
    if not isinstance(node, ast.Subscript) or (dotted(node.value) or [""])[-1] != "Literal":
        return ()
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    values: list[JsonValue] = []
    for item in items:
        sign = -1 if isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.USub) else 1
        constant = item.operand if isinstance(item, ast.UnaryOp) else item
        value = constant.value if isinstance(constant, ast.Constant) else Ellipsis
        if value is not None and not isinstance(value, bool | int | str):
            return ()
        values.append(-value if sign < 0 and isinstance(value, int) else value)
    return tuple(values)


def type_of_constant(value: JsonValue) -> Type:
    """The type of a scalar."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    return INTEGER if isinstance(value, int) else STRING if isinstance(value, str) else ANY


def object_type(fields: list[tuple[str, Type, bool]], *, closed: bool) -> Type:
    """An object with these fields. What a parameter takes is open: Python does not check what else is in it."""
    return ObjectType(tuple(Field(name, kind, required) for name, kind, required in fields), open=not closed)
