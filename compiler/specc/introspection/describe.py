"""Signatures from definitions: functions, classes with `__init__`, dataclasses, named tuples and typed dictionaries."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from specc.expressions.types import ANY, NULL, ListType, Type, union
from specc.introspection.annotations import AnnotationReader, literal_values, object_type, parse_text
from specc.introspection.decorators import doubt
from specc.introspection.namespace import FunctionNode
from specc.introspection.other_classes import class_type, enum_values
from specc.introspection.resolve import Definition, Resolver, dotted
from specc.introspection.signature import Callable, Parameter, Signature
from specc.introspection.syntax import SourceModule
from specc.introspection.unseen import unseen_name

_GENERATORS = frozenset({"Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator"})


@dataclass(slots=True, eq=False, repr=False)
class Describer:
    """Describes definitions. `resolver` finds what decorators and base classes are, `types` what annotations name."""

    resolver: Resolver
    types: Resolver

    def function(self, found: Definition, node: FunctionNode) -> Callable:
        """How a function is called, without the parameter that its class fills in."""
        module = found.module
        own = _kind_of_method(node) if found.owner is not None else "static"
        doubtful = doubt(self.resolver, module, node)
        if doubtful is not None and doubtful.opaque:
            return Callable(None, module.span(node))
        signature = self._signature(module, node, skip_first=own != "static")
        if doubtful is not None:
            signature = replace(signature, result=ANY, doubtful=doubtful.name)
        elif _yields(node):
            signature = replace(signature, result=ListType(self._item(module, node.returns)))
        return Callable(signature, module.span(node))

    def lambda_(self, module: SourceModule, node: ast.Lambda) -> Callable:
        """How a function written as `name = lambda ...` is called."""
        return Callable(self._arguments(module, node.args, skip_first=False), module.span(node))

    def class_(self, found: Definition, node: ast.ClassDef) -> Callable:
        """How an instance of a class is made."""
        span = found.module.span(node)
        fields = self.fields(AnnotationReader(self.types, self._object), found)
        if fields is not None:
            parameters = tuple(Parameter(name, "ordinary", required, kind) for name, kind, required in fields)
            result = object_type(fields, closed=True) if _base_names(node) & {"TypedDict"} else ANY
            return Callable(Signature(parameters, result=result), span)
        if self.resolver.member(found, node, "__new__") or node.decorator_list:
            return Callable(None, span)
        makers = self.resolver.member(found, node, "__init__")
        if not makers:
            return Callable(Signature(), span)
        maker = makers[0]
        if len(makers) == 1 and isinstance(maker, Definition) and isinstance(maker.node, ast.FunctionDef):
            described = self.function(maker, maker.node)
            signature = described.signature
            return Callable(signature and replace(signature, result=ANY), span)
        return Callable(None, span)

    def fields(
        self, reader: AnnotationReader, found: Definition, *, whole: bool = False
    ) -> list[tuple[str, Type, bool]] | None:
        """The fields of a dataclass, NamedTuple or TypedDict, as name, type and whether it must be given.

        With `whole` those of its JSON, not of its constructor.
        """
        node = found.node
        assert isinstance(node, ast.ClassDef)
        names = _base_names(node)
        structural = names & {"TypedDict", "NamedTuple"} or any(_is_dataclass(item) for item in node.decorator_list)
        if not structural:
            inherited = [base for base in self.types.bases(found, node) if isinstance(base, Definition)]
            if not (inherited and all(_is_typed_dict(base.node) for base in inherited)):
                return None
        collected: dict[str, tuple[str, Type, bool]] = {}
        for base in self.types.bases(found, node):
            if isinstance(base, Definition) and isinstance(base.node, ast.ClassDef):
                if len(reader.inside) > 20:
                    return None
                reader.inside.append(base.node)
                for item in self.fields(reader, base, whole=whole) or ():
                    collected[item[0]] = item
                reader.inside.pop()
            elif not names & {"TypedDict", "NamedTuple"}:
                return None
        total = not any(
            item.arg == "total" and isinstance(item.value, ast.Constant) and not item.value.value
            for item in node.keywords
        )
        for name, annotation, default in _fields(node, whole, returned=reader.returned):
            marker = (dotted(annotation.value) or [""])[-1] if isinstance(annotation, ast.Subscript) else ""
            required = (
                (default is None or (whole and reader.returned))
                and marker != "NotRequired"
                and (total or marker == "Required" or not names & {"TypedDict"})
            )
            collected[name] = (name, reader.part(found.module, annotation), required)
        return list(collected.values())

    def _signature(self, module: SourceModule, node: FunctionNode, *, skip_first: bool) -> Signature:
        signature = self._arguments(module, node.args, skip_first=skip_first)
        reader = AnnotationReader(self.types, self._object, returned=True)
        return replace(signature, result=reader.read(module, node.returns))

    def _item(self, module: SourceModule, node: ast.expr | None) -> Type:
        """What a generator yields: its items are collected in a list when it is called by a step."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = parse_text(node.value)
        if not isinstance(node, ast.Subscript) or (dotted(node.value) or [""])[-1] not in _GENERATORS:
            return ANY
        item = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        return AnnotationReader(self.types, self._object, returned=True).part(module, item)

    def _arguments(self, module: SourceModule, node: ast.arguments, *, skip_first: bool) -> Signature:
        found: list[Parameter] = []
        ordered = [*node.posonlyargs, *node.args]
        first_default = len(ordered) - len(node.defaults)
        for number, item in enumerate(ordered):
            default = node.defaults[number - first_default] if number >= first_default else None
            kind = "positional" if number < len(node.posonlyargs) else "ordinary"
            found.append(self._parameter(module, item, kind, default))
        if skip_first:
            found = found[1:]
        for item, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            found.append(self._parameter(module, item, "keyword", default))
        return Signature(tuple(found), any_keyword=node.kwarg is not None)

    def _parameter(self, module: SourceModule, node: ast.arg, kind: str, default: ast.expr | None) -> Parameter:
        declared = AnnotationReader(self.types, self._object).read(module, node.annotation)
        choices = literal_values(node.annotation) or enum_values(self.types, module, node.annotation)
        unseen = unseen_name(self.types, module, node.annotation, self._as_parameter)
        if isinstance(default, ast.Constant) and default.value is None and declared != ANY:
            declared = union(declared, NULL)
            choices = (*choices, None) if choices else ()
        return Parameter(node.arg, kind, default is None, declared, choices, module.span(node), unseen)  # type: ignore[arg-type]  # one of the three literals above

    def annotation(self, module: SourceModule, node: ast.expr) -> Type:
        """The type that an annotation means."""
        return AnnotationReader(self.types, self._object).read(module, node)

    def _as_parameter(self, found: Definition) -> Type | None:
        return self._object(AnnotationReader(self.types, self._object), found)

    def _object(self, reader: AnnotationReader, found: Definition) -> Type | None:
        fields = self.fields(reader, found, whole=True)
        if fields is None:
            return class_type(self.types, reader, found)
        assert isinstance(found.node, ast.ClassDef)
        names = _base_names(found.node)
        kind = object_type(fields, closed=reader.returned or not _is_any_typed_dict(self.types, found))
        # A named tuple may be given as any other tuple is.
        return union(kind, ListType(ANY)) if "NamedTuple" in names and not reader.returned else kind


def _fields(node: ast.ClassDef, whole: bool, *, returned: bool) -> Iterator[tuple[str, ast.expr, ast.expr | None]]:
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            annotation = statement.annotation
            base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
            marker = (dotted(base) or [""])[-1]
            if marker in {"ClassVar", "KW_ONLY"} or (whole and returned and marker == "InitVar"):
                continue
            if not _no_init(statement.value):
                yield statement.target.id, annotation, statement.value if not _bare_field(statement.value) else None
            elif whole:
                yield statement.target.id, annotation, statement.value


def _bare_field(value: ast.expr | None) -> bool:
    """Whether the value is `field(...)` without a default."""
    if not isinstance(value, ast.Call) or (dotted(value.func) or [""])[-1] != "field":
        return False
    return not any(keyword.arg in {"default", "default_factory", None} for keyword in value.keywords)


def _no_init(value: ast.expr | None) -> bool:
    keywords = value.keywords if isinstance(value, ast.Call) else []
    return any(
        item.arg == "init" and isinstance(item.value, ast.Constant) and item.value.value is False for item in keywords
    )


def _is_dataclass(decorator: ast.expr) -> bool:
    parts = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return parts in (["dataclass"], ["dataclasses", "dataclass"])


def _base_names(node: ast.ClassDef) -> set[str]:
    return {(dotted(base) or [""])[-1] for base in node.bases}


def _is_any_typed_dict(types: Resolver, found: Definition) -> bool:
    """Whether a class with fields is a typed dictionary, by itself or by what it extends."""
    bases = (item for item in types.bases(found, found.node) if isinstance(item, Definition))  # type: ignore[arg-type]  # the filter leaves only definitions
    return _is_typed_dict(found.node) or any(_is_typed_dict(item.node) for item in bases)


def _is_typed_dict(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and bool(_base_names(node) & {"TypedDict"})


def _kind_of_method(node: FunctionNode) -> str:
    """`static`, `class` or `instance`: which of them decides what fills the first parameter."""
    names = {(dotted(decorator) or [""])[-1] for decorator in node.decorator_list}
    return "static" if "staticmethod" in names else "class" if "classmethod" in names else "instance"


def needs_instance(found: Definition) -> bool:
    """Whether a method cannot be called on its class."""
    node = found.node
    return found.owner is not None and isinstance(node, FunctionNode) and _kind_of_method(node) == "instance"


def _yields(node: FunctionNode) -> bool:
    """Whether the function is a generator: a `yield` of its own, not of a function inside it."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(item))
    return False
