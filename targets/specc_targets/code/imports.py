"""Which modules a module's source names, wherever it stands: also inside functions, and under conditions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple


class Reference(NamedTuple):
    """One import. `module` has its leading dots; `names` are what is taken from it, which may be modules too."""

    module: str
    names: tuple[str, ...] = ()


def references(tree: ast.Module) -> list[Reference]:
    """All imports whose module is written out: statements, and `import_module` or `__import__` of a literal.

    Sorted, each once. What `from package import *` takes is `*`; see `exported`.
    """
    found: set[Reference] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(Reference(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(Reference("." * node.level + (node.module or ""), tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.Call):
            found.update(_called(node))
    return sorted(found)


def exported(tree: ast.Module) -> list[str]:
    """The names in the module's `__all__`, which `from package import *` may import as modules."""
    found: set[str] = set()
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            found.update(
                item.value for item in ast.walk(node) if isinstance(item, ast.Constant) and isinstance(item.value, str)
            )
    return sorted(found)


def absolute(reference: Reference, package: str) -> str | None:
    """The module's name from the top; None when it has more dots than `package` has parts."""
    name = reference.module.lstrip(".")
    level = len(reference.module) - len(name)
    if not level:
        return name
    parts = package.split(".") if package else []
    if level > len(parts):
        return None
    return ".".join([*parts[: len(parts) - level + 1], *filter(None, [name])])


def _called(node: ast.Call) -> Iterator[Reference]:
    function = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if function not in {"import_module", "__import__"} or not node.args:
        return
    name = node.args[0]
    if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.strip("."):
        yield Reference(name.value)
