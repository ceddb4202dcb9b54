"""Who may import whom, also in functions and under TYPE_CHECKING: read from the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOTS = {
    "specc": "compiler/specc",
    "specc_pytest": "compiler/specc_pytest",
    "specc_schemas": "schemas/specc_schemas",
    "specc_targets": "targets/specc_targets",
    "specc_runtime": "targets/specc_runtime",
}
ALLOWED = {
    "specc_runtime": {"specc_runtime"},
    "specc_schemas": {"specc_schemas"},
    "specc": {
        "specc",
        "specc_schemas",
        "specc_runtime.expressions",
        "specc_runtime.parameters",
        "specc_runtime.actions.aws_names",
        "specc_runtime.environment",
        "specc_runtime.scripts.bindings",
        "specc_runtime.cells",
    },
    "specc_pytest": {"specc", "specc_pytest"},
    "specc_targets": {"specc", "specc_schemas", "specc_targets", "specc_runtime"},
}
"""Root -> the packages of ours that it may import. The runtime's expressions are the one home of parser and evaluator,
its parameters that of what a value must be, its names of services what calls to AWS are called, its bindings where
scripts bind their globals, its cells what configurations are called."""

LATE = {"boto3", "botocore", "networkx", "rich", "jsonschema", "difflib", "yaml"}
"""Never imported at the top of a module: who does not need them should not wait for them.

(Modules called `yaml_*` or `rich_*` are themselves imported late, by those who need that library.)
"""

RUNTIME_THIRD_PARTY = {"boto3", "botocore"}
"""All that a function package may need beside the standard library."""


def modules(repository: Path, root: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((repository / ROOTS[root]).rglob("*.py")):
        if "templates" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert not node.level, "imports are absolute"
        assert node.module is not None
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def at_top(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements that run on import: not those in functions or under `if TYPE_CHECKING`."""
    yield from running(tree, inside_functions=False)


def running(tree: ast.Module, *, inside_functions: bool) -> Iterator[ast.stmt]:
    """Statements that run at some time: not those under `if TYPE_CHECKING`."""
    waiting: list[ast.stmt | ast.ExceptHandler] = list(tree.body)
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and not inside_functions:
            continue
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            waiting += statement.orelse
            continue
        if isinstance(statement, ast.stmt):
            yield statement
        waiting += [
            child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt | ast.ExceptHandler)
        ]


@pytest.mark.parametrize("root", ROOTS)
def test_direction(repository: Path, root: str) -> None:
    wrong = []
    for path, tree in modules(repository, root):
        for node in ast.walk(tree):
            for name in imported(node):
                package = name.partition(".")[0]
                if package in ROOTS and not any(f"{name}.".startswith(f"{allowed}.") for allowed in ALLOWED[root]):
                    wrong.append(f"{path.relative_to(repository)}:{node.lineno} imports {name}")
    assert not wrong


@pytest.mark.parametrize("root", ROOTS)
def test_heavy_imports_are_late(repository: Path, root: str) -> None:
    wrong = [
        f"{path.relative_to(repository)}:{statement.lineno} imports {name}"
        for path, tree in modules(repository, root)
        for statement in at_top(tree)
        for name in imported(statement)
        if (library := name.partition(".")[0]) in LATE and not path.name.startswith(f"{library}_")
    ]
    assert not wrong


def test_runtime_needs_only_the_standard_library(repository: Path) -> None:
    import sys

    known = {*sys.stdlib_module_names, *RUNTIME_THIRD_PARTY, "specc_runtime"}
    wrong = [
        f"{path.relative_to(repository)} imports {name}"
        for path, tree in modules(repository, "specc_runtime")
        for statement in running(tree, inside_functions=True)
        for name in imported(statement)
        if name.partition(".")[0] not in known
    ]
    assert not wrong


def test_compiler_reaches_targets_only_by_name(repository: Path) -> None:
    """A string is as good as an import: nothing but the registry may know where a target lives."""
    registry = repository / "compiler/specc/targets.py"  # its table equals the entry points: see `test_targets.py`
    for path, tree in modules(repository, "specc"):
        if path == registry:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "specc_targets." not in node.value, f"{path}:{node.lineno}"
