"""What the script of a step has: its globals, its functions. Nothing of it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from specc.expressions.types import ANY
from specc.introspection.scripts import Script, read_script
from specc.language_server.completion.files import modules_below
from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Kind, Suggestion

_SHOWN = 60


def script_of(request: Request) -> Script | None:
    """The script of the step at the cursor, should it be there and sound."""
    for key in ("script", "module"):
        name = request.step.get(key)
        if isinstance(name, str):
            found = read_script(request.modules, request.code_root, name, is_module=key == "module")
            return found if isinstance(found, Script) else None
    return None


def script_globals(request: Request) -> Iterator[Suggestion]:
    """The globals that can be given a value: those that are assigned first, then functions and classes."""
    script = script_of(request)
    for name, found in (script.variables if script is not None else {}).items():
        if not found.reason:
            kind = Kind.Variable if found.is_value else Kind.Function
            yield Suggestion(name, kind, described(script, name), rank=1 if found.is_value else 3)


def outputs(request: Request) -> Iterator[Suggestion]:
    """The globals that a result can be made of: those under the main guard first, they are what a script comes to."""
    script = script_of(request)
    for name, found in (script.variables if script is not None else {}).items():
        if found.is_value or found.reason:
            yield Suggestion(name, Kind.Variable, described(script, name), rank=1)


def entries(request: Request) -> Iterator[Suggestion]:
    """The functions that `entry` can name."""
    script = script_of(request)
    for name in script.functions if script is not None else ():
        yield Suggestion(name, Kind.Function, rank=2 if name.startswith("_") else 1)


def modules(request: Request) -> Iterator[Suggestion]:
    """The modules that can be run."""
    for name, is_package in modules_below(request.code_root):
        yield Suggestion(name, Kind.Module, "package" if is_package else "module", rank=1)


def described(script: Script | None, name: str) -> str:
    """A global's type and what the script gives it, in a few letters."""
    found = script.variables.get(name) if script is not None else None
    if script is None or found is None:
        return ""
    kind = str(found.type) if found.declared or (found.type != ANY and not found.value) else ""
    text = ast.unparse(found.value) if found.value is not None else ""
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return " = ".join(part for part in (kind, shown) if part)
