"""What the user's modules import from outside of the project, and must find where they run."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from specc.diagnostics import Place, Position, Span

if TYPE_CHECKING:
    from specc.introspection.syntax import SourceModule

_RUNTIME = "specc_runtime"
_TOLERANT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


class Import(NamedTuple):
    """The first use of a package that is no part of the project."""

    package: str
    """The first part of its name."""
    at: Span | Place
    what: str = "imports it"
    """What the code there does."""


def imports(modules: Mapping[str, Path]) -> list[Import]:
    """Every package from outside that some module needs, each once, by name.

    Not those of the standard library, and not what a module does without: imports for type checkers only, and in a
    `try` that catches their absence.
    """
    from specc.introspection.syntax import SourceModule, read_module

    own = {name.partition(".")[0] for name in modules}
    found: dict[str, Import] = {}
    for name in sorted(modules):
        path = modules[name]
        source = read_module(name, path, path.name == "__init__.py") if path.suffix == ".py" else None
        if not isinstance(source, SourceModule):
            continue
        for node, package in _needed(source.tree.body):
            if package not in own and package not in sys.stdlib_module_names and package != _RUNTIME:
                found.setdefault(package, Import(package, _span(source, node, package)))
    return [found[package] for package in sorted(found)]


def _needed(body: list[ast.stmt]) -> Iterator[tuple[ast.alias | ast.ImportFrom, str]]:
    """Import statements with the first part of what they import, wherever they stand."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from ((alias, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if not node.level and node.module:
                yield node, node.module.partition(".")[0]
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from _needed(node.orelse)
        elif isinstance(node, ast.Try) and any(map(_is_tolerant, node.handlers)):
            yield from _needed([*node.orelse, *node.finalbody])
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.stmt):
                    yield from _needed([child])
                elif isinstance(child, ast.ExceptHandler | ast.match_case):
                    yield from _needed(child.body)


def _is_tolerant(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
    return not names.isdisjoint(_TOLERANT)


def _span(source: SourceModule, node: ast.alias | ast.ImportFrom, package: str) -> Span:
    """The package's name in an import."""
    lines = source.text.split("\n")
    line = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
    start = max(line.find(package, len(line.encode()[: node.col_offset].decode(errors="ignore"))), 0)
    return Span(source.display_name, Position(node.lineno, start + 1), Position(node.lineno, start + 1 + len(package)))
