"""Cuts a module into its top-level statements, and tells which of them one function of it can depend on.

The steps of a project often stand in one file; an edit of one must not make the results of all others worthless.
A definition is left out only when importing it does nothing, and nothing that counts says its name, not even in a text.
Whatever could reach definitions in another way makes the whole module count.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_FUNCTIONS = frozenset({"globals", "locals", "vars", "eval", "exec", "compile", "__import__", "__builtins__"})
_ATTRIBUTES = frozenset(
    {"__globals__", "__subclasses__", "f_globals", "import_module", "modules", "read_pickle", "reload", "unpickle"}
)
_MODULES = frozenset({"cloudpickle", "dill", "gc", "inspect", "joblib", "pickle", "pkgutil", "runpy", "shelve"})
"""Names with which code finds definitions that it does not name, or reads objects of classes that it does not name."""
_READERS = frozenset({"json", "tomllib", "orjson", "csv"})
"""Whose `load` gives no objects of the user's classes, as that of other libraries may."""
_QUIET_DECORATORS = frozenset(
    {
        "contextlib.asynccontextmanager",
        "contextlib.contextmanager",
        "dataclasses.dataclass",
        "functools.cache",
        "functools.cached_property",
        "functools.lru_cache",
        "functools.total_ordering",
        "functools.wraps",
        "typing.final",
        "typing.no_type_check",
        "typing.overload",
        "typing.override",
        "builtins.classmethod",
        "builtins.property",
        "builtins.staticmethod",
    }
)
_QUIET_CALLS = frozenset(
    {
        "collections.namedtuple",
        "dataclasses.field",
        "datetime.date",
        "datetime.datetime",
        "datetime.timedelta",
        "decimal.Decimal",
        "enum.auto",
        "logging.getLogger",
        "pathlib.Path",
        "re.compile",
        "typing.NewType",
        "typing.TypeVar",
        *(f"builtins.{name}" for name in ("dict", "float", "frozenset", "int", "list", "range", "set", "str", "tuple")),
    }
)
_QUIET_BASES = frozenset(
    {"abc.ABC", "enum.Enum", "enum.IntEnum", "enum.StrEnum", "typing.NamedTuple", "typing.Protocol", "typing.TypedDict"}
    | {f"builtins.{name}" for name, value in vars(builtins).items() if isinstance(value, type)}
)
_WORDS = re.compile(r"[^\W\d]\w*")


class Piece(NamedTuple):
    """One statement."""

    digest: str
    binds: tuple[str, ...]
    """What it defines, when it does nothing else; empty for one that always counts."""
    names: tuple[str, ...]
    """The names it says, in code or in a text."""


def cut(tree: ast.Module) -> list[Piece] | None:
    """The statements of a module; None when no definition can be left out with certainty."""
    if not _is_plain(tree):
        return None
    known = _Known(tree)
    found: list[Piece] = []
    for statement in tree.body:
        if _is_text(statement) or _is_main(statement):
            continue
        found.append(Piece(_hash(ast.dump(statement)), known.definition(statement), tuple(sorted(_names(statement)))))
    return found


def digest(pieces: Sequence[Piece], name: str) -> str | None:
    """The hash of what the definition of `name` can depend on; None when there is no such definition."""
    defined: dict[str, list[int]] = {}
    for number, piece in enumerate(pieces):
        for bound in piece.binds:
            defined.setdefault(bound, []).append(number)
    if name not in defined:
        return None
    counted = {number for number, piece in enumerate(pieces) if not piece.binds}
    waiting = [*counted, *defined[name]]
    counted.update(waiting)
    while waiting:
        for said in pieces[waiting.pop()].names:
            new = [number for number in defined.get(said, ()) if number not in counted]
            counted.update(new)
            waiting += new
    return _hash(" ".join(pieces[number].digest for number in sorted(counted)))


def _is_plain(tree: ast.Module) -> bool:
    """Whether nothing in a module can find definitions without saying their names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            bad = node.id in _FUNCTIONS
        elif isinstance(node, ast.Attribute):
            bad = node.attr in _ATTRIBUTES or (node.attr in {"load", "loads"} and _id(node.value) not in _READERS)
        elif isinstance(node, ast.Import):
            bad = any(not _MODULES.isdisjoint(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            taken = {alias.name for alias in node.names}
            parts = (node.module or "").split(".")
            loads = not taken.isdisjoint({"load", "loads"}) and parts[0] not in _READERS
            bad = loads or not _MODULES.isdisjoint({*parts, *taken}) or not _ATTRIBUTES.isdisjoint(taken)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bad = node.name in {"__getattr__", "__init_subclass__"}
        else:
            continue
        if bad:
            return False
    return True


class _Known:
    """What names mean at the top of a module, as far as it matters here."""

    def __init__(self, tree: ast.Module) -> None:
        self._meanings: dict[str, str] = {}
        imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        for node in imports:
            for alias in node.names:
                if isinstance(node, ast.ImportFrom):
                    self._meanings[alias.asname or alias.name] = f"{node.module}.{alias.name}" if not node.level else ""
                else:
                    top = alias.name.partition(".")[0]
                    self._meanings[alias.asname or top] = alias.name if alias.asname else top
        stars = any(alias.name == "*" for node in imports for alias in node.names)
        bound = set(_stored(tree))
        for name in vars(builtins):
            if name not in bound and name not in self._meanings and not stars:
                self._meanings[name] = f"builtins.{name}"
        for name in bound:
            self._meanings[name] = ""
        self._classes: set[str] = set()

    def definition(self, node: ast.stmt) -> tuple[str, ...]:
        """The names that a statement binds, when it does nothing else."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return (node.name,) if self._is_quiet_function(node) else ()
        if isinstance(node, ast.ClassDef):
            if self._is_quiet_class(node):
                self._classes.add(node.name)
                return (node.name,)
            return ()
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            annotation = getattr(node, "annotation", None)
            if len(names) == len(targets) and self._is_quiet(node.value) and self._is_quiet(annotation):
                return tuple(names)
        return ()

    def _is_quiet_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        parts = [*arguments.defaults, *arguments.kw_defaults, node.returns, *(one.annotation for one in every if one)]
        return all(map(self._is_quiet, parts)) and all(map(self._is_quiet_decorator, node.decorator_list))

    def _is_quiet_class(self, node: ast.ClassDef) -> bool:
        if node.keywords or not all(map(self._is_quiet_decorator, node.decorator_list)):
            return False
        for base in node.bases:
            if self._meaning(base) not in _QUIET_BASES and _id(base) not in self._classes:
                return False
        for inner in node.body:
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                if not self._is_quiet_function(inner):
                    return False
            elif not (_is_text(inner) or isinstance(inner, ast.Pass) or self.definition(inner)):
                return False
        return True

    def _is_quiet_decorator(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call):
            if not all(map(self._is_quiet, [*node.args, *(keyword.value for keyword in node.keywords)])):
                return False
            node = node.func
        if isinstance(node, ast.Attribute) and node.attr in {"setter", "deleter"}:
            return True  # of a property
        return self._meaning(node) in _QUIET_DECORATORS

    def _is_quiet(self, node: ast.expr | None) -> bool:
        """Whether evaluating an expression does nothing but give a value."""
        if node is None:
            return True
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and self._meaning(inner.func) not in _QUIET_CALLS:
                return False
            if isinstance(inner, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
                return False
        return True

    def _meaning(self, node: ast.expr) -> str:
        """`module.name` of what an expression names; empty when that is not known."""
        if isinstance(node, ast.Subscript):  # `Protocol[T]`
            return self._meaning(node.value)
        if isinstance(node, ast.Name):
            return self._meanings.get(node.id, "")
        if isinstance(node, ast.Attribute):
            owner = self._meaning(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        return ""


def _stored(tree: ast.Module) -> Iterator[str]:
    """Names that anything in the module binds otherwise than by an import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def _names(node: ast.AST) -> set[str]:
    """Every identifier in a statement, also those in texts: of annotations, of `getattr`."""
    found: set[str] = set()
    skipped = {id(text) for text in _docstrings(node)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            found.add(inner.id)
        elif isinstance(inner, ast.Attribute):
            found.add(inner.attr)
        elif isinstance(inner, ast.Global):
            found.update(inner.names)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and id(inner) not in skipped:
            found.update(_WORDS.findall(inner.value))
    return found


def _docstrings(node: ast.AST) -> Iterable[ast.Constant]:
    for inner in ast.walk(node):
        body = getattr(inner, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            yield body[0].value


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_main(node: ast.stmt) -> bool:
    """`if __name__ == "__main__":`, which is false in a module that is imported."""
    return isinstance(node, ast.If) and not node.orelse and ast.unparse(node.test) == "__name__ == '__main__'"


def _id(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
