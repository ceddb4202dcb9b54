"""Puts places for values into the syntax tree of a script, where it first binds some of its globals.

Only code comes of it, so one script is compiled once for all values: each place loads a constant that is none of the
script's, and `child.filled` exchanges these for what gives the values. Lines and columns stay those of the source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from specc_runtime.errors import ArgumentMismatch
from specc_runtime.scripts.bindings import IN_PLACE, Binding, first_bindings
from specc_runtime.scripts.child import placeholder


def with_places(tree: ast.Module, names: Iterable[str], shown: str) -> ast.Module:
    """The tree with a place for the value of each of `names`; it is changed.

    Raises `ArgumentMismatch`, which calls the script `shown`, for a name that the script does not bind, or binds where
    no value can be put in. Where it imports `*`, it may bind any name there.
    """
    found = first_bindings(tree)
    after: dict[ast.stmt, list[ast.stmt]] = {}
    stars = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"]
    for name in names:
        if name not in found and not stars:
            raise ArgumentMismatch(_unknown(name, found, shown))
        for statement in stars if name not in found else ():
            after.setdefault(statement, []).append(_assignment(name, statement))
        for one in found.get(name, ()):
            if one.reason:
                raise ArgumentMismatch(_no_place(one, shown))
            if one.way == IN_PLACE and isinstance(one.statement, ast.Assign | ast.AnnAssign):
                _replace(one.statement, name)
            else:
                after.setdefault(one.statement, []).append(_assignment(name, one.statement))
    if after:
        _insert(tree, after)
    return tree


def _unknown(name: str, found: Iterable[str], shown: str) -> str:
    from difflib import get_close_matches  # late: for mistakes only

    near = get_close_matches(name, list(found), 1)
    return f"`{shown}` has no global `{name}`" + (f"; did you mean `{near[0]}`?" if near else "")


def _no_place(one: Binding, shown: str) -> str:
    line = getattr(one.node, "lineno", one.statement.lineno)
    return f"`{shown}` binds `{one.name}` {one.reason} on line {line}, where no value can be put in"


def _place(name: str, at: ast.AST) -> ast.expr:
    """An expression that loads a constant, and of that the attribute `value`."""
    constant = ast.copy_location(ast.Constant(placeholder(name)), at)
    return ast.copy_location(ast.Attribute(constant, "value", ast.Load()), at)


def _replace(statement: ast.Assign | ast.AnnAssign, name: str) -> None:
    statement.value = _place(name, statement.value or statement.target)  # type: ignore[union-attr]  # of an AnnAssign


def _assignment(name: str, statement: ast.stmt) -> ast.stmt:
    """Stands on the first line of the statement that it follows."""
    target = ast.copy_location(ast.Name(name, ast.Store()), statement)
    return ast.copy_location(ast.Assign([target], _place(name, statement)), statement)


def _insert(tree: ast.Module, after: dict[ast.stmt, list[ast.stmt]]) -> None:
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and not after.keys().isdisjoint(block):
                setattr(node, field, [new for old in block for new in (old, *after.get(old, ()))])
