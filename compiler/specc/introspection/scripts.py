"""Scripts: the globals that they bind, where first and where again, and their functions. Nothing is executed."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from specc.diagnostics import Span
from specc.expressions.types import ANY, BOOLEAN, NUMBER, OBJECT, STRING, ListType, Type
from specc.introspection.reader import ModuleReader
from specc.introspection.signature import Callable, Fault
from specc.introspection.syntax import SourceModule, Unreadable
from specc_runtime.scripts.bindings import Binding, bindings_of

_OF_VALUES: tuple[tuple[type, Type], ...] = (
    (bool, BOOLEAN),
    (int, NUMBER),
    (float, NUMBER),
    (str, STRING),
    (list, ListType(ANY)),
    (tuple, ListType(ANY)),
    (dict, OBJECT),
)
"""What a global is taken to be by the literal that a script gives it; a whole number may become any number."""


class Variable(NamedTuple):
    """A global of a script."""

    span: Span
    """Where it is first bound."""
    type: Type = ANY
    declared: bool = False
    """Whether an annotation says so."""
    later: tuple[Span, ...] = ()
    """Where it is bound again on the same way through the script."""
    reason: str = ""
    """How it is bound, where no value can be put in."""
    is_value: bool = True
    """Whether it is an assigned value: no function, class or import."""
    value: ast.expr | None = None
    """What the script gives it first."""


@dataclass(frozen=True)
class Script:
    """A script that was read."""

    name: str
    """As the spec names it."""
    source: SourceModule
    reader: ModuleReader

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """The globals that statements outside of functions bind."""
        return {name: self._variable(found) for name, found in bindings_of(self.source.tree).items()}

    @property
    def opaque(self) -> bool:
        """Whether there may be globals that no statement shows."""
        return bool(self.source.namespace.opaque or self.source.namespace.stars)

    @cached_property
    def local(self) -> dict[str, Span]:
        """The names that only functions and classes bind inside of themselves, with where."""
        found: dict[str, Span] = {}
        for outer in ast.walk(self.source.tree):
            if not isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            for node in ast.walk(outer):
                name = node.arg if isinstance(node, ast.arg) else node.id if isinstance(node, ast.Name) else None
                if name is not None and not isinstance(getattr(node, "ctx", None), ast.Load):
                    found.setdefault(name, self.source.span(node))
        return found

    @cached_property
    def declared_global(self) -> frozenset[str]:
        """The names that functions bind as globals."""
        nodes = (node for node in ast.walk(self.source.tree) if isinstance(node, ast.Global))
        return frozenset(name for node in nodes for name in node.names)

    @cached_property
    def functions(self) -> list[str]:
        """The functions that are there when the script is imported."""
        return [node.name for node in self.source.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    @cached_property
    def guarded(self) -> dict[str, Span]:
        """Functions that are there only when the script is the main program, with where."""
        found: dict[str, Span] = {}
        for node in self.source.tree.body:
            if isinstance(node, ast.If) and _is_guard(node.test):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                        found[inner.name] = self.source.span(inner)
        return {name: span for name, span in found.items() if name not in self.functions}

    def callable(self, name: str) -> Callable | Fault:
        """The function `name`, as somebody who imports the script may call it."""
        if name in self.guarded:
            return Fault("no-function", span=self.guarded[name])
        return self.reader.function_of(self.source, name)

    def _variable(self, found: list[Binding]) -> Variable:
        first = [one for one in found if one.first]
        reasons = [one.reason for one in first if one.reason]
        annotations = [one.annotation for one in found if one.annotation is not None]
        kind: Type = ANY
        if annotations:
            kind = self.reader.annotation(self.source, annotations[0])
        elif len(first) == 1 and first[0].value is not None:
            kind = _of_literal(first[0].value)
        return Variable(
            span=self.source.span(first[0].node),
            type=kind,
            declared=bool(annotations) and kind != ANY,
            later=tuple(self.source.span(one.node) for one in found if not one.first),
            reason=reasons[0] if reasons else "",
            is_value=any(one.value is not None or one.annotation is not None for one in first),
            value=first[0].value,
        )


def read_script(reader: ModuleReader, root: Path, name: str, *, is_module: bool) -> Script | Unreadable | None:
    """The script or module `name`; None when there is none, or nothing to read of it."""
    if is_module:
        found = reader.main_module(name)
        if found is None:
            return None
        if not isinstance(found, SourceModule | Unreadable):
            return Unreadable(root, "")  # compiled, or of a library
    else:
        found = reader.script(root / name)
    return Script(name, found, reader) if isinstance(found, SourceModule) else found


def _is_guard(test: ast.expr) -> bool:
    """Whether a condition is `__name__ == "__main__"`, in either order, alone or among others."""
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))


def _of_literal(node: ast.expr) -> Type:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ANY
    return next((kind for python, kind in _OF_VALUES if isinstance(value, python)), ANY)
