"""What a script is started with, and which globals it has: read from its text."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from specc.importing.syntax import parsed
from specc.importing.values import ImportProblem

_CONVENTIONAL = ("main", "run")


@dataclass(slots=True)
class Script:
    """A script, or a module."""

    name: str
    """What steps call it."""
    path: Path | None
    """The file; None for a module that is not found."""
    module: str | None = None
    entry: str | None = None
    """The function to call; None where the file runs as a program."""
    found: str | None = None
    """The function that arguments are for, should there be some."""
    whole: bool = False
    """Whether a main guard does more than call one function."""
    globals: dict[str, str] | None = None
    """The names that it binds, with why no value can be put in, or an empty text. None when nobody knows."""
    mentioned: frozenset[str] = frozenset()
    """The names that it speaks of."""
    functions: dict[str, ast.arguments] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What people know it by."""
        return self.path.name if self.path else self.module or self.name


def read_script(given: str, folder: Path, entry: str | None = None) -> Script:
    """Read `train.py`, `train.py:function`, `pkg.train` or `pkg.train:function`. Raises ImportProblem."""
    path, colon, function = given.rpartition(":")
    if not colon or not function.isidentifier():
        path, function = given, ""
    entry = entry or function or None
    if path.endswith(".py") or "/" in path:
        return _read(Path(path), None, entry)
    file = folder / (path.replace(".", "/") + ".py")
    if not file.exists():
        if not all(part.isidentifier() for part in path.split(".")):
            raise ImportProblem("SPC602", f"`{given}` is neither a `.py` file nor a module")
        return Script(path.rpartition(".")[2], None, path, entry, entry)
    return _read(file, path, entry)


def _read(path: Path, module: str | None, entry: str | None) -> Script:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ImportProblem("SPC602", f"cannot read `{path}`: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise ImportProblem("SPC602", f"`{path}` is no text in UTF-8") from None
    tree = parsed(text, str(path))
    found = Script((module or path.stem).rpartition(".")[2], path, module, globals=bound_names(tree))
    found.mentioned = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    found.functions = {
        node.name: node.args for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    if entry is not None:
        if entry not in found.functions:
            raise ImportProblem("SPC605", f"`{path}` has no function `{entry}`")
        found.entry = found.found = entry
        return found
    _choose(found, tree)
    return found


def _choose(script: Script, tree: ast.Module) -> None:
    """Find the function to call: one that is marked, the one of the main guard, or one that is called as usual."""
    marked = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
              and any(_is_mark(decorator) for decorator in node.decorator_list)]  # fmt: skip
    if len(marked) > 1:
        raise ImportProblem(
            "SPC605", f"`{script.path}` marks several functions: {', '.join(f'`{name}`' for name in marked)}",
            help="`--entry` chooses one",
        )  # fmt: skip
    guard = next((node for node in tree.body if isinstance(node, ast.If) and _is_guard(node.test)), None)
    usual = next((name for name in _CONVENTIONAL if name in script.functions), None)
    if marked:
        script.entry = script.found = marked[0]
    elif guard is not None:
        calls = [_called(statement) for statement in guard.body]
        first = next((call for call in calls if call), None)
        script.found = first[0] if first else usual
        script.whole = not (len(calls) == 1 and first is not None and first[1] and first[0] in script.functions)
        script.entry = None if script.whole else script.found
    else:
        script.entry = script.found = usual


def _is_mark(node: ast.expr) -> bool:
    node = node.func if isinstance(node, ast.Call) else node
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name == "entrypoint"


def _is_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and len(test.comparators) == 1
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value == "__main__"
    )


def _called(statement: ast.stmt) -> tuple[str, bool] | None:
    """The function that a statement only calls, and whether without arguments; through `asyncio.run` too."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "run":
        owner = call.func.value
        if isinstance(owner, ast.Name) and owner.id == "asyncio" and len(call.args) == 1 and not call.keywords:
            call = call.args[0]
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
        return call.func.id, not (call.args or call.keywords)
    return None


def bound_names(tree: ast.Module) -> dict[str, str]:
    """The globals that a script binds, with why no value can be put in, or an empty text."""
    from specc_runtime.scripts.bindings import first_bindings

    return {name: next((one.reason for one in found if one.reason), "") for name, found in first_bindings(tree).items()}


def positional(script: Script, values: int) -> list[str] | None:
    """The names that so many positional arguments have; None when they have none."""
    given = script.functions.get(script.found or "")
    if given is None:
        return None
    names = [item.arg for item in (*given.posonlyargs, *given.args)]
    return names[:values] if values <= len(names) else None


def accepts(script: Script, name: str) -> bool:
    """Whether the function takes an argument of this name."""
    given = script.functions.get(script.found or "")
    if given is None:
        return True
    return bool(given.kwarg) or any(item.arg == name for item in (*given.args, *given.kwonlyargs))
