"""Works expressions out, as far as they are data."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from specc.importing.reading import library
from specc.importing.reading.objects import (
    Budget,
    Defined,
    Generated,
    Imported,
    Method,
    Raised,
    Scope,
    Stopped,
    Unreadable,
    fits,
    hidden,
    is_plain,
)
from specc.importing.values import Configuration, Where

_OPERATORS: dict[type[ast.AST], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add), ast.Sub: ("-", operator.sub), ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv), ast.FloorDiv: ("//", operator.floordiv), ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow), ast.LShift: ("<<", operator.lshift), ast.RShift: (">>", operator.rshift),
    ast.BitOr: ("|", operator.or_), ast.BitAnd: ("&", operator.and_), ast.BitXor: ("^", operator.xor),
}  # fmt: skip
_COMPARISONS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda one, many: one in many, ast.NotIn: lambda one, many: one not in many,
}  # fmt: skip
_SIGNS: dict[type[ast.AST], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_, ast.Invert: operator.invert,
}  # fmt: skip
_NO_DATA = "is no plain data"


class Expressions:
    """Evaluates the expressions of one file."""

    def __init__(self, file: str, budget: Budget) -> None:
        self.file = file
        self.budget = budget

    def where(self, node: ast.AST) -> Where:
        """Where a node stands."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end = getattr(node, "end_lineno", None) or line
        return Where(self.file, line, column, end, getattr(node, "end_col_offset", None) or column)

    def unreadable(self, node: ast.AST, reason: str) -> Unreadable:
        """What cannot be known without running the file."""
        return Unreadable(reason, self.where(node))

    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        """The value of an expression; `Unreadable` when it is not known. Raises Stopped where Python would raise."""
        self.budget.spend()
        found = getattr(self, f"_{type(node).__name__.lower()}", None)
        if found is None:
            return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
        try:
            return fits(found(node, scope))
        except Raised as error:
            raise Stopped(self.unreadable(node, f"`{shown(node)}` raises {error}")) from None

    def known(self, node: ast.expr, scope: Scope) -> Any:
        """The value of an expression that what follows depends on. Raises Stopped when it is not known."""
        value = self.evaluate(node, scope)
        if isinstance(value, Unreadable):
            raise Stopped(value)
        return value

    def items(self, value: Any, node: ast.AST) -> Iterator[Any]:
        """The items of a value, counted. Raises Stopped when nobody knows them."""
        if isinstance(value, Unreadable):
            raise Stopped(value)
        if isinstance(value, Generated):
            value = value.items
        if not isinstance(value, Iterable) or isinstance(value, PurePosixPath):
            raise Stopped(self.unreadable(node, f"`{shown(node)}` is nothing to go through"))
        return self.budget.items(value)

    def truth(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a condition holds. Raises Stopped when nobody knows."""
        value = self.known(node, scope)
        return bool(value) if is_plain(value) else True

    def _constant(self, node: ast.Constant, scope: Scope) -> Any:
        return self.unreadable(node, "`...` is no value") if node.value is ... else node.value

    def _name(self, node: ast.Name, scope: Scope) -> Any:
        there, value = scope.find(node.id)
        if there:
            return value
        if node.id in library.FUNCTIONS or node.id in library.IGNORED:
            return Imported(node.id, self.where(node))
        return self.unreadable(node, f"`{node.id}` is not known here")

    def _list(self, node: ast.List, scope: Scope) -> Any:
        return self._elements(node.elts, scope)

    def _tuple(self, node: ast.Tuple, scope: Scope) -> Any:
        return tuple(self._elements(node.elts, scope))

    def _set(self, node: ast.Set, scope: Scope) -> Any:
        items = self._elements(node.elts, scope)
        unknown = next((item for item in items if isinstance(item, Unreadable)), None)
        return unknown or _hashed(lambda: set(items))

    def _elements(self, nodes: list[ast.expr], scope: Scope) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found += self.items(self.evaluate(node.value, scope), node.value)
            else:
                found.append(self.evaluate(node, scope))
        return found

    def _dict(self, node: ast.Dict, scope: Scope) -> Any:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                other = self.known(value, scope)
                if not isinstance(other, dict):
                    return self.unreadable(value, f"`{shown(value)}` {_NO_DATA}")
                found |= other
            else:
                name = self.known(key, scope)
                if not isinstance(name, str | int | float | bool | tuple | None):
                    return self.unreadable(key, f"`{shown(key)}` cannot be a key")
                found[name] = self.evaluate(value, scope)
        return found

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Any:
        parts: list[str] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
                continue
            assert isinstance(part, ast.FormattedValue)
            value = self.evaluate(part.value, scope)
            if isinstance(value, Unreadable):
                return value
            unknown = hidden(value, self.budget)
            if unknown is not None:
                return self._for(unknown, part.value)
            if part.conversion != -1:
                value = repr(value) if part.conversion == ord("r") else str(value)
            form = self.known(part.format_spec, scope) if part.format_spec else ""
            parts.append(library.formatted(value, form))
        return "".join(parts)

    def _binop(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.evaluate(node.left, scope), self.evaluate(node.right, scope)
        return self.operate(node, type(node.op), left, right)

    def operate(self, node: ast.AST, kind: type[ast.AST], left: Any, right: Any) -> Any:
        """What an operator gives."""
        for value in (left, right):
            if isinstance(value, Unreadable):
                return value
        if kind is ast.Mod and isinstance(left, str) and (unknown := hidden(right, self.budget)) is not None:
            return self._for(unknown, node)
        if not (is_plain(left) and is_plain(right)) or kind not in _OPERATORS:
            return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
        return library.operated(*_OPERATORS[kind], left, right)

    def _unaryop(self, node: ast.UnaryOp, scope: Scope) -> Any:
        value = self.evaluate(node.operand, scope)
        if isinstance(value, Unreadable):
            return value
        if not is_plain(value):
            return False if isinstance(node.op, ast.Not) else self.unreadable(node, f"`{shown(node)}` {_NO_DATA}")
        return library.operated("", lambda one, _: _SIGNS[type(node.op)](one), value, None)

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> Any:
        wanted = isinstance(node.op, ast.Or)
        value: Any = None
        for part in node.values:
            value = self.evaluate(part, scope)
            if isinstance(value, Unreadable) or bool(value) is wanted:
                return value
        return value

    def _compare(self, node: ast.Compare, scope: Scope) -> Any:
        left = self.evaluate(node.left, scope)
        for kind, part in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(part, scope)
            for value in (left, right):
                if isinstance(value, Unreadable):
                    return value
            if not isinstance(kind, ast.Is | ast.IsNot):
                unknown = next(
                    (one for value in (left, right) if (one := hidden(value, self.budget)) is not None), None
                )
                if unknown is not None:
                    return self._for(unknown, node)
            compare = _COMPARISONS[type(kind)]
            if not library.operated("", compare, left, right):
                return False
            left = right
        return True

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> Any:
        value = self.evaluate(node.test, scope)
        if isinstance(value, Unreadable):
            return value
        return self.evaluate(node.body if value else node.orelse, scope)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.evaluate(node.value, scope)
        scope.set(node.target.id, value)
        return value

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Any:
        return Defined("<lambda>", node, scope, self.where(node))

    def _starred(self, node: ast.Starred, scope: Scope) -> Any:
        return self.unreadable(node, "`*` cannot be read here")

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        value = self.evaluate(node.value, scope)
        index = self.evaluate(node.slice, scope)
        for part in (value, index):
            if isinstance(part, Unreadable):
                return part
        if isinstance(value, Imported) and value.name == "os.environ":
            return self.environment(node, index)
        if not is_plain(value):
            return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
        return library.operated("[]", operator.getitem, value, index)

    def _for(self, unknown: Any, node: ast.AST) -> Unreadable:
        """What is said of something that looks at what is not known, or is no data."""
        return unknown if isinstance(unknown, Unreadable) else self.unreadable(node, f"`{shown(node)}` {_NO_DATA}")

    def environment(self, node: ast.AST, name: Any) -> Any:
        """A variable of the environment: not known before a run."""
        return self.unreadable(node, f"the variable `{name}` is only known where the file runs")

    def _slice(self, node: ast.Slice, scope: Scope) -> Any:
        parts = [self.evaluate(part, scope) if part else None for part in (node.lower, node.upper, node.step)]
        unknown = next((part for part in parts if isinstance(part, Unreadable)), None)
        return unknown or slice(*parts)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        value = self.evaluate(node.value, scope)
        if isinstance(value, Unreadable):
            return value
        if isinstance(value, Imported):
            name = f"{value.name}.{node.attr}"
            return library.CONSTANTS.get(name, Imported(name, self.where(node)))
        if isinstance(value, Defined) and node.attr in value.members:
            return value.members[node.attr]
        if isinstance(value, PurePosixPath) and node.attr in library.PATH_ATTRIBUTES:
            return getattr(value, node.attr)
        if isinstance(value, Configuration) and node.attr in ("globals_dict", "args", "kwargs", "metadata"):
            return getattr(value, "globals" if node.attr == "globals_dict" else node.attr)
        return Method(value, node.attr)

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        function = self.evaluate(node.func, scope)
        if isinstance(function, Unreadable):
            return function
        arguments = self._elements(node.args, scope)
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, scope)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict):
                named |= {str(key): item for key, item in value.items()}
            else:
                return self.unreadable(keyword.value, f"`{shown(keyword.value)}` {_NO_DATA}")
        return self.apply(node, function, arguments, named, scope)

    def apply(self, node: ast.AST, function: Any, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        """What calling something gives."""
        if isinstance(function, Defined):
            return self.run_defined(node, function, arguments, named)
        for value in (*arguments, *named.values()):
            if isinstance(value, Unreadable):
                return value
        if isinstance(function, Method):
            if library.has_method(function.of, function.name):
                if function.name in library.LOOKING:
                    unknown = hidden([function.of, arguments, named], self.budget)
                    if unknown is not None:
                        return self._for(unknown, node)
                found = library.call_method(function.of, function.name, arguments, named, self.budget)
                fits(function.of)
                return found
            return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
        if isinstance(function, Imported):
            if function.name == "isinstance" or function.name not in library.FUNCTIONS:
                return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
            if "key" in named or not all(is_plain(item) or isinstance(item, Iterator) for item in arguments):
                return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
            if function.name in library.LOOKING:
                if function.name not in ("str", "repr"):
                    arguments = [list(self.budget.items(it)) if isinstance(it, Iterator) else it for it in arguments]
                unknown = hidden([arguments, named], self.budget)
                if unknown is not None:
                    return self._for(unknown, node)
            return library.call(library.FUNCTIONS[function.name], arguments, named, self.budget)
        return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")

    def run_defined(self, node: ast.AST, function: Defined, arguments: list[Any], named: dict[str, Any]) -> Any:
        """What a function of the file gives."""
        raise NotImplementedError

    def _listcomp(self, node: ast.ListComp, scope: Scope) -> Any:
        return self._comprehended(node.generators, scope, lambda inner: self.evaluate(node.elt, inner))

    def _generatorexp(self, node: ast.GeneratorExp, scope: Scope) -> Any:
        return self._comprehended(node.generators, scope, lambda inner: self.evaluate(node.elt, inner))

    def _setcomp(self, node: ast.SetComp, scope: Scope) -> Any:
        found = self._comprehended(node.generators, scope, lambda inner: self.evaluate(node.elt, inner))
        return _hashed(lambda: set(found))

    def _dictcomp(self, node: ast.DictComp, scope: Scope) -> Any:
        pairs = self._comprehended(
            node.generators, scope, lambda inner: (self.known(node.key, inner), self.evaluate(node.value, inner))
        )
        return _hashed(lambda: dict(pairs))

    def _comprehended(
        self, generators: list[ast.comprehension], scope: Scope, element: Callable[[Scope], Any]
    ) -> list[Any]:
        found: list[Any] = []
        inner = Scope(parent=scope)

        def go(depth: int) -> None:
            if depth == len(generators):
                found.append(element(inner))
                fits(found)
                return
            part = generators[depth]
            for item in self.items(self.evaluate(part.iter, inner), part.iter):
                self.assign(part.target, item, inner)
                if all(self.truth(test, inner) for test in part.ifs):
                    go(depth + 1)

        go(0)
        return found

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Bind what stands left of `=`."""
        match target:
            case ast.Name():
                scope.set(target.id, value)
            case ast.Tuple() | ast.List():
                self._unpack(target.elts, value, target, scope)
            case ast.Subscript():
                holder, index = self.known(target.value, scope), self.known(target.slice, scope)
                if not isinstance(holder, dict | list):
                    raise Stopped(self.unreadable(target, f"`{shown(target)}` cannot be set without running it"))
                try:
                    holder[index] = value
                except (LookupError, TypeError, ValueError) as error:
                    raise Stopped(self.unreadable(target, f"`{shown(target)}` raises {error}")) from None
            case _:
                raise Stopped(self.unreadable(target, f"`{shown(target)}` cannot be set without running it"))

    def _unpack(self, targets: list[ast.expr], value: Any, node: ast.expr, scope: Scope) -> None:
        if isinstance(value, Unreadable):
            for target in targets:
                self.assign(target, value, scope)
            return
        items = list(self.items(value, node))
        if any(isinstance(target, ast.Starred) for target in targets) or len(items) != len(targets):
            raise Stopped(self.unreadable(node, f"`{shown(node)}` does not fit what it is set to"))
        for target, item in zip(targets, items, strict=True):
            self.assign(target, item, scope)


def _hashed(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except TypeError as error:
        raise Raised(f"TypeError: {error}") from None


def shown(node: ast.AST) -> str:
    """The source of an expression, not too long."""
    try:
        text = ast.unparse(node)
    except (RecursionError, ValueError):
        return "..."
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
