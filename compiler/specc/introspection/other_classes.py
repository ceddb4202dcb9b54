"""Classes that declare no fields: enumerations, models of pydantic, what extends a class of Python, and the rest."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.expressions.types import ANY, INTEGER, NUMBER, STRING, Field, ListType, ObjectType, OpaqueType, Type, union
from specc.introspection.annotations import AnnotationReader, parse_text, type_of_constant
from specc.introspection.resolve import Definition, Entity, External, Resolver, dotted
from specc.introspection.syntax import SourceModule

if TYPE_CHECKING:
    from specc_runtime.expressions import JsonValue

_ENUMS = {
    "enum.Enum": ANY,
    "enum.IntEnum": INTEGER,
    "enum.Flag": INTEGER,
    "enum.IntFlag": INTEGER,
    "enum.StrEnum": STRING,
}
_MODEL = "pydantic.BaseModel"
_ABSTRACT = frozenset({"Protocol", "ABC"})
_LOOSE = frozenset({"computed_field", "model_serializer", "field_serializer", "model_validator"})
"""Decorators after which a model's fields are not what its JSON has."""
_MAX_DEPTH = 20


def class_type(types: Resolver, reader: AnnotationReader, found: Definition) -> Type:
    """The type of a class that is no dataclass, named tuple or typed dictionary."""
    node = found.node
    assert isinstance(node, ast.ClassDef)
    family = _family(types, found, 0)
    if family is None:
        return ANY
    bases = [item for item in family if isinstance(item, External)]
    names = {item.name for item in bases}
    kinds = [_ENUMS[name] for name in names if name in _ENUMS]
    if kinds:
        return _enum(node, kinds[0], names)
    if _MODEL in names:
        return _model(reader, [item for item in family if isinstance(item, Definition)])
    if bases:
        # An instance is what it extends; of JSON no function is given one.
        return reader.external(bases[0].name) if reader.returned and len(bases) == 1 else ANY
    return _plain(reader, found, family)


def _family(types: Resolver, found: Definition, depth: int) -> list[Entity] | None:
    """The class and all that it extends, as far as it is read; None when something of it is not known."""
    node = found.node
    if not isinstance(node, ast.ClassDef) or depth > _MAX_DEPTH:
        return None
    family: list[Entity] = [found]
    for base in types.bases(found, node):
        if isinstance(base, Definition):
            inner = _family(types, base, depth + 1)
            if inner is None:
                return None
            family += inner
        elif isinstance(base, External) and base.name:
            family.append(base)
        else:
            return None
    return family


def _enum(node: ast.ClassDef, kind: Type, bases: set[str]) -> Type:
    """The values of the members: what an enumeration is in JSON."""
    if kind != ANY:
        return kind
    if "builtins.str" in bases:
        return STRING
    if "builtins.int" in bases:
        return INTEGER
    if any(isinstance(item, ast.FunctionDef) and item.name in {"__new__", "__init__"} for item in node.body):
        return ANY
    values = list(_values(node))
    return union(*(_type_of(value) for value in values)) if values else ANY


def enum_values(types: Resolver, module: SourceModule, node: ast.expr | None) -> tuple[JsonValue, ...]:
    """The values of the members of an enumeration; empty when `node` names none, or one with other values than texts
    and integers.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        node = parse_text(node.value)
    parts = dotted(node) if node is not None else None
    found = types.attribute_path(module, parts) if parts is not None else ()
    if len(found) != 1 or not isinstance(found[0], Definition) or not isinstance(found[0].node, ast.ClassDef):
        return ()
    family = _family(types, found[0], 0) or []
    names = {item.name for item in family if isinstance(item, External)}
    own = found[0].node.body
    if not names & (_ENUMS.keys() - {"enum.Flag", "enum.IntFlag"}) or any(
        isinstance(item, ast.FunctionDef) and item.name.startswith("_") for item in own
    ):
        return ()
    values = [value.value if isinstance(value, ast.Constant) else None for value in _values(found[0].node)]
    kept = [value for value in values if isinstance(value, str | int) and not isinstance(value, bool)]
    return tuple(kept) if len(kept) == len(values) else ()


def _values(node: ast.ClassDef) -> Iterator[ast.expr]:
    for item in node.body:
        if isinstance(item, ast.Assign):
            names = [target.id for target in item.targets if isinstance(target, ast.Name)]
            if names and not names[0].startswith("_"):
                yield item.value


def _type_of(value: ast.expr) -> Type:
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        value = value.operand
    if isinstance(value, ast.Constant):
        if isinstance(value.value, float):
            return NUMBER
        return type_of_constant(value.value) if isinstance(value.value, str | int | None) else ANY
    if isinstance(value, ast.Tuple | ast.List | ast.Set):
        return ListType(ANY)
    if isinstance(value, ast.Call) and (dotted(value.func) or [""])[-1] == "auto":
        return INTEGER
    return ANY


def _model(reader: AnnotationReader, family: list[Definition]) -> Type:
    """A model of pydantic: what it takes it may convert, so only names are known of a parameter."""
    fields: dict[str, Field] = {}
    loose = False
    before, reader.model = reader.model, True
    for item in reversed(family):
        assert isinstance(item.node, ast.ClassDef)
        for statement in item.node.body:
            loose = loose or _is_loose(statement)
            if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
                continue
            name, base = statement.target.id, statement.annotation
            marker = dotted(base.value if isinstance(base, ast.Subscript) else base) or [""]
            if name.startswith("_") or marker[-1] == "ClassVar" or name == "model_config":
                continue
            loose = loose or _has_alias(statement)
            kind = reader.part(item.module, statement.annotation) if reader.returned else ANY
            fields[name] = Field(name, kind, reader.returned or not _has_default(statement.value))
    reader.model = before
    if loose:
        return ObjectType()
    return ObjectType(tuple(fields.values()), open=not reader.returned)


def _is_loose(statement: ast.stmt) -> bool:
    """Whether a statement of a model's body makes its JSON other than its fields."""
    if isinstance(statement, ast.FunctionDef):
        names = {
            (dotted(item.func if isinstance(item, ast.Call) else item) or [""])[-1] for item in statement.decorator_list
        }
        return bool(names & _LOOSE)
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return any(isinstance(item, ast.Name) and item.id == "model_config" for item in targets)


def _has_alias(statement: ast.AnnAssign) -> bool:
    calls = (item for item in ast.walk(statement) if isinstance(item, ast.Call))
    return any(
        keyword.arg is None or "alias" in keyword.arg or keyword.arg == "exclude"
        for item in calls
        for keyword in item.keywords
    )


def _has_default(value: ast.expr | None) -> bool:
    if not isinstance(value, ast.Call) or (dotted(value.func) or [""])[-1] != "Field":
        return value is not None
    first = value.args[0] if value.args else None
    if first is not None:
        return not (isinstance(first, ast.Constant) and first.value is Ellipsis)
    return any(item.arg in {"default", "default_factory", None} for item in value.keywords)


def _plain(reader: AnnotationReader, found: Definition, family: list[Entity]) -> Type:
    """A class of the user's own of which JSON knows nothing; ANY where a subclass may be returned that JSON knows."""
    if not reader.returned:
        return ANY
    for item in family:
        node = item.node if isinstance(item, Definition) else None
        if not isinstance(node, ast.ClassDef) or node.decorator_list or node.keywords:
            return ANY
        if any((dotted(base) or [""])[-1] in _ABSTRACT for base in node.bases):
            return ANY
    assert isinstance(found.node, ast.ClassDef)
    for other in ast.walk(found.module.tree):
        if isinstance(other, ast.ClassDef) and any(found.node.name in (dotted(base) or ()) for base in other.bases):
            return ANY
    return OpaqueType(f"{found.module.name}.{found.node.name}")
