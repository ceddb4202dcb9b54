"""What a module or a class body binds, and how."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Binding(NamedTuple):
    """One statement that binds a name.

    `node` is a function, a class, or the value assigned; None when the statement does not tell (a loop, a `with`).
    An import has `module` (with its leading dots) and, for `from ... import`, `attribute`.
    """

    node: ast.AST | None = None
    module: str | None = None
    attribute: str | None = None
    conditional: bool = False
    typing_only: bool = False
    """Stands under `if TYPE_CHECKING`: there for annotations, not when the program runs."""


@dataclass(slots=True, eq=False, repr=False)
class Namespace:
    """The names of a body.

    A name bound under conditions has several bindings; a later certain one replaces the earlier ones.
    """

    names: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    """Modules of `from m import *`."""
    opaque: bool = False
    """Whether names may appear that no statement shows (`exec`, `globals()`, a module's `__getattr__`)."""

    @classmethod
    def of(cls, body: Iterable[ast.stmt]) -> Namespace:
        """Read the statements of a body. Function bodies are not entered."""
        found = cls()
        _Collector(found).body(body)
        found.opaque = found.opaque or "__getattr__" in found.names
        return found


@dataclass(slots=True, eq=False, repr=False)
class _Collector:
    """Reads statements that stand under the same conditions."""

    found: Namespace
    conditional: bool = False
    typing_only: bool = False

    def body(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.definition(statement)

    def definition(self, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not _is_overload(node):
                self.bind(node.name, node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            self.imports(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete | ast.Expr):
            self.assignment(node)
        else:
            self.block(node)

    def bind(
        self, name: str, node: ast.AST | None = None, module: str | None = None, attribute: str | None = None
    ) -> None:
        binding = Binding(node, module, attribute, self.conditional, self.typing_only)
        names = self.found.names
        if self.conditional or name not in names:
            names.setdefault(name, []).append(binding)
        else:
            names[name] = [binding]

    def imports(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                self.bind(alias.asname or top, module=alias.name if alias.asname else top)
            return
        source = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self.found.stars.append(source)
            else:
                self.bind(alias.asname or alias.name, module=source, attribute=alias.name)

    def assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete | ast.Expr) -> None:
        if isinstance(node, ast.Expr):
            self.found.opaque = self.found.opaque or _binds_by_name(node.value)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Name) and not self.conditional:
                    self.found.names.pop(target.id, None)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and _binds_by_name(target.value):
                    self.found.opaque = True
                for name in _target_names(target):
                    self.bind(name, node.value if isinstance(target, ast.Name) else None)
        else:
            for name in _target_names(node.target):
                self.bind(name, node.value if isinstance(node, ast.AnnAssign) else None)

    def block(self, node: ast.stmt) -> None:
        """A statement that holds others."""
        maybe = replace(self, conditional=True)
        if isinstance(node, ast.If):
            checking = _is_type_checking(node.test)
            inside = maybe if checking is None else self
            replace(inside, typing_only=self.typing_only or checking is True).body(node.body)
            replace(inside, typing_only=self.typing_only or checking is False).body(node.orelse)
        elif isinstance(node, ast.Try | ast.TryStar):
            for part in (node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody):
                maybe.body(part)
        elif isinstance(node, ast.Match):
            for case in node.cases:
                maybe.body(case.body)
        elif isinstance(node, ast.With | ast.AsyncWith | ast.For | ast.AsyncFor | ast.While):
            for target in _block_targets(node):
                for name in _target_names(target):
                    self.bind(name)
            inside = self if isinstance(node, ast.With | ast.AsyncWith) else maybe
            inside.body(node.body)
            maybe.body(getattr(node, "orelse", ()))


def _block_targets(node: ast.stmt) -> Iterator[ast.expr]:
    if isinstance(node, ast.For | ast.AsyncFor):
        yield node.target
    elif isinstance(node, ast.With | ast.AsyncWith):
        yield from (item.optional_vars for item in node.items if item.optional_vars is not None)


def _target_names(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _binds_by_name(node: ast.expr) -> bool:
    """Whether an expression is a call that can bind names no statement shows."""
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr == "update":
        return _binds_by_name(function.value)
    return isinstance(function, ast.Name) and function.id in {"exec", "globals", "vars", "locals", "setattr", "eval"}


def _is_overload(node: FunctionNode | ast.ClassDef) -> bool:
    names = {getattr(decorator, "attr", getattr(decorator, "id", "")) for decorator in node.decorator_list}
    return "overload" in names


def _is_type_checking(test: ast.expr) -> bool | None:
    """True for `TYPE_CHECKING`, False for its negation, None for any other condition."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _is_type_checking(test.operand)
        return None if inner is None else not inner
    name = getattr(test, "attr", getattr(test, "id", None))
    return True if name == "TYPE_CHECKING" else None
