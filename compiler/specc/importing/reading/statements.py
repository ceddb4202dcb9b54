"""Follows statements, as far as they only make data."""

from __future__ import annotations

import ast
from typing import Any

from specc.importing.reading import library
from specc.importing.reading.expressions import Expressions, shown
from specc.importing.reading.objects import (
    Captured,
    Defined,
    Generated,
    Imported,
    Raised,
    Scope,
    Stopped,
    Unreadable,
)
from specc.importing.values import Configuration, ImportProblem

DEPTH = 40
"""How deep functions may call each other."""


class _Left(Exception):  # noqa: N818 - a jump
    """`return`, `break` or `continue`."""

    def __init__(self, how: str, value: Any = None) -> None:
        super().__init__(how)
        self.how = how
        self.value = value


class Statements(Expressions):
    """Follows the statements of one file."""

    def execute(self, body: list[ast.stmt], scope: Scope) -> None:
        """Follow statements in order. Raises Stopped at the first whose effect is not known."""
        for statement in body:
            self.budget.spend()
            follow = getattr(self, f"_do_{type(statement).__name__.lower()}", None)
            if follow is None:
                raise Stopped(self.unreadable(statement, self.cannot(statement)))
            follow(statement, scope)

    def cannot(self, statement: ast.stmt) -> str:
        """What is said of a statement that is not followed."""
        first = shown(statement).split(":")[0]
        return f"`{first}` cannot be read without running it"

    def _do_pass(self, _: ast.Pass, scope: Scope) -> None:
        pass

    def _do_assert(self, _: ast.Assert, scope: Scope) -> None:
        pass  # what it rules out is the author's to know

    def _do_global(self, statement: ast.Global, scope: Scope) -> None:
        scope.shared.update(statement.names)

    def _do_import(self, statement: ast.Import, scope: Scope) -> None:
        for alias in statement.names:
            name = alias.name if alias.asname else alias.name.split(".")[0]
            scope.set(alias.asname or name, Imported(name, self.where(statement), module=True))

    def _do_importfrom(self, statement: ast.ImportFrom, scope: Scope) -> None:
        module = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            if module == "__future__":
                continue
            if alias.name == "*":
                raise Stopped(self.unreadable(statement, f"what `{shown(statement)}` brings is not known"))
            name = f"{module}.{alias.name}"
            value = library.CONSTANTS.get(name, Imported(name, self.where(statement)))
            scope.set(alias.asname or alias.name, value)

    def _do_assign(self, statement: ast.Assign, scope: Scope) -> None:
        value = self.evaluate(statement.value, scope)
        for target in statement.targets:
            self.assign(target, value, scope)

    def _do_annassign(self, statement: ast.AnnAssign, scope: Scope) -> None:
        if statement.value is not None:
            self.assign(statement.target, self.evaluate(statement.value, scope), scope)

    def _do_augassign(self, statement: ast.AugAssign, scope: Scope) -> None:
        if isinstance(statement.target, ast.Name):
            old = self.evaluate(ast.copy_location(ast.Name(statement.target.id, ast.Load()), statement.target), scope)
        elif isinstance(statement.target, ast.Subscript):
            old = self.evaluate(statement.target, scope)
        else:
            raise Stopped(self.unreadable(statement, self.cannot(statement)))
        try:
            new = self.operate(statement, type(statement.op), old, self.evaluate(statement.value, scope))
        except Raised as error:
            raise Stopped(self.unreadable(statement, f"`{shown(statement)}` raises {error}")) from None
        self.assign(statement.target, new, scope)

    def _do_delete(self, statement: ast.Delete, scope: Scope) -> None:
        for target in statement.targets:
            if isinstance(target, ast.Name) and target.id in scope.names:
                del scope.names[target.id]
            elif isinstance(target, ast.Subscript):
                holder, index = self.known(target.value, scope), self.known(target.slice, scope)
                if not isinstance(holder, dict) or index not in holder:
                    raise Stopped(self.unreadable(statement, self.cannot(statement)))
                del holder[index]
            else:
                raise Stopped(self.unreadable(statement, self.cannot(statement)))

    def _do_if(self, statement: ast.If, scope: Scope) -> None:
        self.execute(statement.body if self.truth(statement.test, scope) else statement.orelse, scope)

    def _do_for(self, statement: ast.For, scope: Scope) -> None:
        for item in self.items(self.evaluate(statement.iter, scope), statement.iter):
            self.assign(statement.target, item, scope)
            if self._once(statement.body, scope):
                return
        self.execute(statement.orelse, scope)

    def _do_while(self, statement: ast.While, scope: Scope) -> None:
        while self.truth(statement.test, scope):
            self.budget.spend()
            if self._once(statement.body, scope):
                return
        self.execute(statement.orelse, scope)

    def _once(self, body: list[ast.stmt], scope: Scope) -> bool:
        """Follow a loop's body once. Whether the loop ends."""
        try:
            self.execute(body, scope)
        except _Left as left:
            if left.how == "return":
                raise
            return left.how == "break"
        return False

    def _do_break(self, _: ast.Break, scope: Scope) -> None:
        raise _Left("break")

    def _do_continue(self, _: ast.Continue, scope: Scope) -> None:
        raise _Left("continue")

    def _do_return(self, statement: ast.Return, scope: Scope) -> None:
        raise _Left("return", self.evaluate(statement.value, scope) if statement.value else None)

    def _do_functiondef(self, statement: ast.FunctionDef, scope: Scope) -> None:
        scope.set(statement.name, Defined(statement.name, statement, scope, self.where(statement)))

    def _do_asyncfunctiondef(self, statement: ast.AsyncFunctionDef, scope: Scope) -> None:
        scope.set(statement.name, Defined(statement.name, statement, scope, self.where(statement)))

    def _do_classdef(self, statement: ast.ClassDef, scope: Scope) -> None:
        made = Defined(statement.name, statement, scope, self.where(statement))
        for part in statement.body:  # plain values of a class can be read; the rest stays with it
            if isinstance(part, ast.Assign | ast.AnnAssign) and part.value is not None:
                targets = part.targets if isinstance(part, ast.Assign) else [part.target]
                value = self.evaluate(part.value, Scope(made.members, scope))
                made.members |= {target.id: value for target in targets if isinstance(target, ast.Name)}
        scope.set(statement.name, made)

    def _do_with(self, statement: ast.With, scope: Scope) -> None:
        [item, *others] = statement.items
        block = self.evaluate(item.context_expr, scope)
        if others or not isinstance(block, Captured):
            reason = block.reason if isinstance(block, Unreadable) else self.cannot(statement)
            raise Stopped(self.unreadable(item.context_expr, reason))
        if item.optional_vars is not None:
            self.assign(item.optional_vars, block, scope)
        before = set(scope.module.names)
        self.execute(statement.body, scope)
        block.names |= {name: value for name, value in scope.module.names.items() if name not in before}

    def _do_expr(self, statement: ast.Expr, scope: Scope) -> None:
        value = statement.value
        if isinstance(value, ast.Constant):
            return
        if isinstance(value, ast.Yield):
            self._produce(self.evaluate(value.value, scope) if value.value else None, value, scope)
            return
        if isinstance(value, ast.YieldFrom):
            for item in self.items(self.evaluate(value.value, scope), value.value):
                self._produce(item, value, scope)
            return
        if isinstance(value, ast.Call) and self._is_ignored(value.func, scope):
            for part in value.args:  # what they do counts, what they give does not
                self.evaluate(part.value if isinstance(part, ast.Starred) else part, scope)
            return
        found = self.evaluate(value, scope)
        if isinstance(found, Unreadable):
            raise Stopped(found)

    def _is_ignored(self, function: ast.expr, scope: Scope) -> bool:
        found = self.evaluate(function, scope)
        return isinstance(found, Imported) and library.ignored(found.name)

    def _produce(self, value: Any, node: ast.expr, scope: Scope) -> None:
        inner: Scope | None = scope
        while inner is not None and inner.produced is None:
            inner = inner.parent
        if inner is None or inner.produced is None:
            raise Stopped(self.unreadable(node, "`yield` stands outside of a function"))
        if isinstance(value, Configuration):
            value.where = value.where or self.where(node)
        inner.produced.append(value)
        if len(inner.produced) > self.budget.limit:
            raise ImportProblem(
                "SPC604",
                f"`yield` gives more than {self.budget.limit} configurations, or never ends",
                self.where(node),
                help="`--limit` sets how many are read; what has no end by itself is a loop for `repeat`",
            )

    def run_defined(self, node: ast.AST, function: Defined, arguments: list[Any], named: dict[str, Any]) -> Any:
        """What a function of the file gives; all that it yields when it is a generator."""
        code = function.node
        if not isinstance(code, ast.FunctionDef | ast.Lambda) or getattr(code, "decorator_list", None):
            return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
        if self.budget.depth >= DEPTH:
            return self.unreadable(node, f"`{function.name}` calls itself too often")
        scope = Scope(parent=function.scope)
        if not self._bind(code.args, function, arguments, named, scope):
            return self.unreadable(node, f"the arguments of `{shown(node)}` do not fit")
        if isinstance(code, ast.Lambda):
            return self.evaluate(code.body, scope)
        generates = yields(code)
        scope.produced = [] if generates else None
        result = None
        self.budget.depth += 1
        try:
            self.execute(code.body, scope)
        except _Left as left:
            result = left.value
        finally:
            self.budget.depth -= 1
        return Generated(scope.produced) if scope.produced is not None else result

    def _bind(
        self, given: ast.arguments, function: Defined, values: list[Any], named: dict[str, Any], scope: Scope
    ) -> bool:
        names = [item.arg for item in (*given.posonlyargs, *given.args)]
        if given.vararg or given.kwarg or len(values) > len(names):
            return False
        scope.names |= dict(zip(names, values, strict=False))
        allowed = {*names, *(item.arg for item in given.kwonlyargs)}
        if not named.keys() <= allowed - scope.names.keys():
            return False
        scope.names |= named
        defaults = dict(zip(reversed(names), reversed(given.defaults), strict=False))
        for item, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            if default is not None:
                defaults[item.arg] = default
        for name in allowed - scope.names.keys():
            if name not in defaults:
                return False
            scope.names[name] = self.evaluate(defaults[name], function.scope)
        return True


def yields(function: ast.FunctionDef) -> bool:
    """Whether a function is a generator."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)
    return False
