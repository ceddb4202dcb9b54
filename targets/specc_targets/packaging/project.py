"""The user's own files: the modules that steps reach, found by reading, and what `package.include` names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import specc_runtime
from specc.diagnostics import Label, Place, Severity, Sink
from specc.ir.ops import ActionTask, CallTask, ScriptTask
from specc.ir.walk import every_operation, modules
from specc.packaging import EscapeError, expand
from specc.targets import TargetError
from specc_targets.code.scripts import code_of, references, trace_script
from specc_targets.code.trace import NoMemo, Trace
from specc_targets.packaging import manifest
from specc_targets.packaging.items import Item

if TYPE_CHECKING:
    from specc.ir.module import Module

INCLUDE = ("package", "include")
_SECRETS = (".env", ".pem", ".key", ".p12", ".pfx", ".netrc", "id_rsa", "id_ed25519", "credentials", ".kdbx")
"""Ends of the names of files that mostly hold secrets."""


@dataclass(frozen=True, slots=True)
class Project:
    """What is the user's own."""

    items: Sequence[Item]
    modules: Mapping[str, Path]
    """The file of each module that is shipped, by the module's name."""
    called: Mapping[str, Place]
    """The packages from outside whose functions steps call themselves, and where."""


def read_project(module: Module, root: Path, output: Path, sink: Sink) -> Project:
    """Every module that a step of `module` reaches below `root`, and every file that `package.include` names.

    What was built into the folder `output` is not built in again.
    """
    root, output = root.resolve(), output.resolve()
    built = [output / name for name in (manifest.NAME, *manifest.earlier(output))]
    built += [output] if output.is_relative_to(root) and output != root else []
    trace, why, called = Trace(root, NoMemo()), dict[str, str](), dict[str, Place]()
    for task in _calls(module):
        name = task.function.module
        _follow(trace, name, f"called by step `{task.name}`", why)
        called.setdefault(name.partition(".")[0], task.origin.child("call"))
    for name in dict.fromkeys(one for task in _scripts(module) for one in references(task)):
        _follow(trace, name, "named by a `ref`", why)
    scripts, beside = _script_files(module, root)
    found: dict[str, Item] = {}
    patterns = [
        (pattern, Place((*INCLUDE, position)) if one is module else Place(INCLUDE[:1]))
        for one in modules(module)  # specs that this one runs as steps have their functions below the same root
        for position, pattern in enumerate(one.deployment.package.include)
    ]
    for pattern, where in patterns:
        for name, path in _included(pattern, where, root, sink):
            if any(path.is_relative_to(one) for one in built):
                continue
            found[name] = Item(name, path, "include", f"named by `package.include`: {pattern}")
            if name.endswith(".py"):  # what a plugin imports is needed as well as the plugin
                _follow(trace, _module_name(name), f"imported by {name}", why)
    for name, path in trace.files.items():
        place = _place(name, path)
        found.setdefault(place, Item(place, path, "module", why[name]))
    for name, item in scripts.items():
        found.setdefault(name, item)
    items = [found[name] for name in sorted(found) if not name.startswith(f"{specc_runtime.__name__}/")]
    outside = {name: place for name, place in called.items() if name in trace.outside - {specc_runtime.__name__}}
    return Project(items, {**beside, **trace.files}, outside)


def _calls(module: Module) -> Iterator[CallTask]:
    """The calls of functions of the user's."""
    for op in every_operation(module):
        if isinstance(op, CallTask) and not isinstance(op, ActionTask):
            yield op


def _scripts(module: Module) -> Iterator[ScriptTask]:
    for op in every_operation(module):
        if isinstance(op, ScriptTask):
            yield op


def _script_files(module: Module, root: Path) -> tuple[dict[str, Item], dict[str, Path]]:
    """The scripts, and what they import, where they stand below `root`: a script finds modules beside itself.

    Also the file of each by its module's name.
    """
    found: dict[str, Item] = {}
    files: dict[str, Path] = {}
    for task in _scripts(module):
        trace = trace_script(code_of(task), root, NoMemo())
        for name, path in trace.files.items():
            below = path.is_relative_to(root)
            place = path.relative_to(root).as_posix() if below else _place(name, path)
            found.setdefault(place, Item(place, path, "module", f"run or imported by step `{task.name}`"))
        files |= trace.files
    return found, files


def _follow(trace: Trace, module: str, reason: str, why: dict[str, str]) -> None:
    before = set(trace.files)
    trace.follow(module)
    for name in trace.files.keys() - before:
        why[name] = reason if name == module else f"imported on the way from `{module}`"


def _place(name: str, path: Path) -> str:
    """Where a module's file stands in the archive: where its name says, wherever it was found."""
    folder = name.replace(".", "/")
    if path.stem == "__init__":
        return f"{folder}/{path.name}"
    parent, _, _ = folder.rpartition("/")
    return f"{parent}/{path.name}" if parent else path.name


def _module_name(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _included(pattern: str, where: Place, root: Path, sink: Sink) -> Iterator[tuple[str, Path]]:
    try:
        found = expand(pattern, root)
    except EscapeError as error:  # which checking the spec has reported, unless a link has come since
        raise TargetError(f"`{pattern}` in `package.include` {error}") from None
    for name, path in found:
        if not _is_text(name):
            raise TargetError(f"`{name!a}` in `package.include` has a name that is no text")
        if path.name.lower().endswith(_SECRETS) or path.resolve().name.lower().endswith(_SECRETS):
            sink.report(
                "SPC516",
                f"`{name}` looks like a secret, and whoever may read the function's code can read it",
                Label(where, "matches this file"),
                severity=Severity.WARNING,
                help="leave it out, and name where steps read the secret under `[secrets]`",
            )
        yield name, path


def _is_text(name: str) -> bool:
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False
