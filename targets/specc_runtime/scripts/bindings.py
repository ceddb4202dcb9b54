"""Which statements of a script bind its globals: first on some way through it, or again."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

IN_PLACE = "in place"
"""A single assignment: its value is replaced, and never computed."""
AFTER = "after"
"""A statement that binds more, or no plain value: it is done, and the name is assigned right after it."""


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place where a global is bound."""

    name: str
    node: ast.AST
    """The name, or what comes nearest to it: it has a position."""
    statement: ast.stmt
    way: str = AFTER
    """How a value is put in: `IN_PLACE` or `AFTER`; what has a `reason` takes none."""
    value: ast.expr | None = None
    """What an assignment to the name alone gives it: the default."""
    annotation: ast.expr | None = None
    reason: str = ""
    """How it is bound, where no value can be put in: `by a loop`."""
    first: bool = True
    """Whether there is a way through the script on which the name is not bound before."""


def first_bindings(tree: ast.Module) -> dict[str, list[Binding]]:
    """The bindings of each global that are the first on some way through the script."""
    return {name: [one for one in found if one.first] for name, found in bindings_of(tree).items()}


def bindings_of(tree: ast.Module) -> dict[str, list[Binding]]:
    """All that statements outside of functions and classes bind, in the order of the source; of each one is `first`.

    A function may bind a global, too, by `global`: never first. What `from x import *` brings is not known.
    """
    flow = _Flow()
    flow.block(tree.body, set())
    for name in flow.found:
        flow.found[name] = found = sorted(_without_bare(flow.found[name]), key=_position)
        if not any(one.first for one in found):  # only in code that is never reached
            found[0] = _again(found[0], first=True)
    return flow.found


def _position(one: Binding) -> tuple[int, int]:
    return getattr(one.node, "lineno", one.statement.lineno), getattr(one.node, "col_offset", 0)


def _without_bare(found: list[Binding]) -> list[Binding]:
    """`x: int` binds nothing: it is a place for a value where there is no other, else what says the type."""
    bare = [one for one in found if one.annotation is not None and one.value is None]
    rest = [one for one in found if one not in bare]
    if not bare or not rest:
        return found
    one = rest[0]
    annotation = one.annotation or bare[0].annotation
    return [
        Binding(one.name, one.node, one.statement, one.way, one.value, annotation, one.reason, one.first),
        *rest[1:],
    ]


def _again(one: Binding, *, first: bool) -> Binding:
    return Binding(one.name, one.node, one.statement, one.way, one.value, one.annotation, one.reason, first)


_Bound = set[str] | None
"""The names that are bound for sure where one is; None where nobody comes."""


def _either(*ways: _Bound) -> _Bound:
    there = [bound for bound in ways if bound is not None]
    return set.intersection(*there) if there else None


class _Flow:
    """Follows the ways through a script."""

    def __init__(self) -> None:
        self.found: dict[str, list[Binding]] = {}
        self._left: list[list[set[str]]] = []
        """What is bound where `break` leaves each loop around."""

    def block(self, statements: Iterable[ast.stmt], bound: _Bound) -> _Bound:
        """What is bound after these statements, where `bound` is before; it is not changed."""
        bound = None if bound is None else set(bound)
        for statement in statements:
            bound = self._statement(statement, bound)
        return bound

    def _statement(self, statement: ast.stmt, bound: _Bound) -> _Bound:
        match statement:
            case ast.If():
                self._bind(_walruses(statement, statement.test), bound)
                return _either(self.block(statement.body, bound), self.block(statement.orelse, bound))
            case ast.For() | ast.AsyncFor() | ast.While():
                return self._loop(statement, bound)
            case ast.With() | ast.AsyncWith():
                self._bind(_headers(statement), bound)
                after = self.block(statement.body, bound)
                return _either(bound, after) if _suppresses(statement) else after
            case ast.Try() | ast.TryStar():
                return self._try(statement, bound)
            case ast.Match():
                self._bind(_walruses(statement, statement.subject), bound)
                ways: list[_Bound] = [] if _takes_all(statement.cases[-1]) else [bound]
                for case in statement.cases:
                    inside = None if bound is None else set(bound)
                    self._bind(_patterns(statement, case), inside)
                    ways.append(self.block(case.body, inside))
                return _either(*ways)
            case ast.Raise() | ast.Return() | ast.Continue():
                return None
            case ast.Break():
                if self._left and bound is not None:
                    self._left[-1].append(bound)
                return None
        self._bind(_plain(statement), bound)
        return bound

    def _loop(self, statement: ast.For | ast.AsyncFor | ast.While, bound: _Bound) -> _Bound:
        endless = isinstance(statement, ast.While) and isinstance(statement.test, ast.Constant) and statement.test.value
        self._left.append([])
        inside = None if bound is None else set(bound)
        self._bind(_headers(statement), inside)
        self.block(statement.body, inside)
        ended = None if endless else self.block(statement.orelse, bound)
        return _either(ended, *self._left.pop())

    def _try(self, statement: ast.Try | ast.TryStar, bound: _Bound) -> _Bound:
        """A handler may be reached before anything in the body is bound."""
        ways = [self.block(statement.orelse, self.block(statement.body, bound))]
        for handler in statement.handlers:
            inside = None if bound is None else set(bound)
            if handler.name:
                reason = "as the name of an exception"
                self._bind([Binding(handler.name, handler, statement, reason=reason)], inside)
            ways.append(self.block(handler.body, inside))
        after = _either(*ways)
        if not statement.finalbody:
            return after
        finally_ = self.block(statement.finalbody, bound)
        return None if after is None or finally_ is None else after | finally_

    def _bind(self, bindings: Iterable[Binding], bound: _Bound) -> None:
        for one in bindings:
            first = bound is not None and one.name not in bound
            self.found.setdefault(one.name, []).append(one if first else _again(one, first=False))
            if bound is not None and (one.annotation is None or one.value is not None):
                bound.add(one.name)


def _takes_all(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _suppresses(statement: ast.With | ast.AsyncWith) -> bool:
    """Whether it goes on after an exception: by `contextlib.suppress`."""
    calls = [item.context_expr.func for item in statement.items if isinstance(item.context_expr, ast.Call)]
    return any("suppress" in (getattr(call, "id", ""), getattr(call, "attr", "")) for call in calls)


def _plain(statement: ast.stmt) -> Iterator[Binding]:
    """What a statement without others in it binds."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            inner = [*statement.decorator_list, *getattr(statement, "bases", ())]
            yield from _walruses(statement, *inner)
            yield Binding(statement.name, statement, statement)
            return
        case ast.Import() | ast.ImportFrom():
            for alias in statement.names:
                name = alias.asname or alias.name.partition(".")[0]
                if name != "*":
                    yield Binding(name, alias, statement)
            return
        case ast.Assign(targets=[ast.Name() as target]):
            yield from _walruses(statement, statement.value)
            yield Binding(target.id, target, statement, IN_PLACE, statement.value)
            return
        case ast.Assign():
            yield from _walruses(statement, statement.value)
            alone = [one for one in statement.targets if isinstance(one, ast.Name)]
            for one in statement.targets:
                for found in _names(one):
                    yield Binding(found.id, found, statement, value=statement.value if found in alone else None)
            return
        case ast.AnnAssign(target=ast.Name() as target):
            yield from _walruses(statement, *([statement.value] if statement.value else []))
            # Without a value nothing is bound, but one can be put in: so it is the place for it.
            yield Binding(target.id, target, statement, IN_PLACE, statement.value, statement.annotation)
            return
        case ast.AugAssign(target=ast.Name() as target):
            yield from _walruses(statement, statement.value)
            yield Binding(target.id, target, statement, reason="by changing what it was")
            return
    alias_ = getattr(ast, "TypeAlias", None)  # Python 3.12
    if alias_ is not None and isinstance(statement, alias_):
        yield Binding(statement.name.id, statement.name, statement)
        return
    yield from _walruses(statement, statement)


def _headers(statement: ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith) -> Iterator[Binding]:
    match statement:
        case ast.While():
            yield from _walruses(statement, statement.test)
        case ast.With() | ast.AsyncWith():
            for item in statement.items:
                yield from _walruses(statement, item.context_expr)
                for name in _names(item.optional_vars):
                    yield Binding(name.id, name, statement, reason="by `with ... as`")
        case _:
            yield from _walruses(statement, statement.iter)
            for name in _names(statement.target):
                yield Binding(name.id, name, statement, reason="by a loop")


def _patterns(statement: ast.Match, case: ast.match_case) -> Iterator[Binding]:
    for node in ast.walk(case.pattern):
        name = getattr(node, "rest", None) if isinstance(node, ast.MatchMapping) else getattr(node, "name", None)
        if isinstance(name, str):
            yield Binding(name, node, statement, reason="by a pattern")
    if case.guard is not None:
        yield from _walruses(statement, case.guard)


def _walruses(statement: ast.stmt, *nodes: ast.AST) -> Iterator[Binding]:
    """What `:=` binds in expressions: in comprehensions, too, but not in what is called later."""
    left = list(nodes)
    while left:
        node = left.pop()
        if isinstance(node, ast.NamedExpr) and isinstance(node.target, ast.Name):
            yield Binding(node.target.id, node.target, statement, reason="inside of an expression, by `:=`")
        if not isinstance(node, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            left += ast.iter_child_nodes(node)


def _names(target: ast.AST | None) -> Iterator[ast.Name]:
    """The names in a target that are bound; of `a[0]` and `a.b` there are none."""
    match target:
        case ast.Name():
            yield target
        case ast.Tuple() | ast.List():
            for item in target.elts:
                yield from _names(item)
        case ast.Starred():
            yield from _names(target.value)
