"""What `[package]` names: files to ship, found by patterns that cannot leave the package's root, and its checks."""

# ruff: noqa: PTH113  # `Path.is_file` raises on names that are too long; `os.path` says False

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Severity, Sink

if TYPE_CHECKING:
    from specc.ir.module import Module

REQUIREMENTS = ("uv.lock", "pyproject.toml", "requirements.txt")
"""The kinds of files that list dependencies; of the last kind is every `.txt`."""
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages"})
_BUILT = frozenset({"build", "dist"})
"""Folders of what was made of the sources: an archive in itself would never come to an end."""
_MAGIC = "*?["


class EscapeError(ValueError):
    """A pattern leads out of the package's root; the message says how, in the user's words."""


def expand(pattern: str, root: Path) -> list[tuple[str, Path]]:
    """The files that a pattern names below `root`: their names with slashes, sorted, and where they are.

    `*`, `?` and `[...]` stand for characters of a name, `**` for any folders. The name of a folder takes all that is in
    it. Hidden files are taken only where the pattern writes out the dot, and what is in `build` and `dist` where it
    writes out that name; caches and virtual environments never are, and links to folders are not followed. Raises
    `EscapeError`.
    """
    wanted = _parts(pattern)
    named = [part for part in wanted if part.startswith(".") or part in _BUILT]
    fixed = 0
    while fixed < len(wanted) and not _is_magic(wanted[fixed]):
        fixed += 1
    start = root.joinpath(*wanted[:fixed])
    _check_inside(start, root)
    found = []
    for path in [start] if os.path.isfile(start) else _walk(start, named):
        parts = path.relative_to(root).parts
        if _matches(parts, wanted) and os.path.isfile(path):
            _check_inside(path, root)
            found.append(("/".join(parts), path))
    return sorted(found)


def check_package(module: Module, root: Path, sink: Sink) -> None:
    """Report patterns and a file of requirements that cannot be right. `root` is the folder of the spec."""
    package = module.deployment.package
    for position, pattern in enumerate(package.include):
        place = Place(("package", "include", position))
        try:
            found = expand(pattern, root / module.package_root)
        except EscapeError as error:
            sink.report(
                "SPC512",
                f"`{pattern}` in `package.include` {error}",
                Label(place, "only files below the package's root are shipped"),
                help="give `package.root` a folder above, or copy the file",
            )
            continue
        if not found:
            sink.report(
                "SPC511",
                f"no file matches `{pattern}` in `package.include`",
                Label(place, "matches nothing now"),
                severity=Severity.WARNING,
                help=f"patterns start at the package's root, `{module.package_root}`; `**` stands for any folders",
            )
    if package.requirements is not None:
        _check_requirements(package.requirements, root, sink)


def _check_requirements(name: str, root: Path, sink: Sink) -> None:
    place = Place(("package", "requirements"))
    file = Path(name).name
    if file not in REQUIREMENTS and not file.endswith(".txt"):
        sink.report(
            "SPC522",
            f"`{name}` is no list of requirements that specc reads",
            Label(place, "not one of the known kinds"),
            help="give a `uv.lock`, a `pyproject.toml` or a `requirements.txt`",
        )
    elif not os.path.isfile(root / name):
        make = "run `uv lock` beside its `pyproject.toml`" if file == "uv.lock" else "write it"
        sink.report(
            "SPC522",
            f"the file of requirements `{name}` does not exist",
            Label(place, "looked for from the spec's folder"),
            help=f"{make}, or leave `requirements` out when the steps import nothing beside the standard library",
        )


def _parts(pattern: str) -> list[str]:
    if pattern.startswith(("/", "~")) or "\\" in pattern or "\0" in pattern:
        raise EscapeError("is no path below the package's root with `/` between its parts")
    parts = [part for part in pattern.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise EscapeError("leads out of the package's root with `..`")
    return parts or ["**"]


def _is_magic(part: str) -> bool:
    return any(letter in part for letter in _MAGIC)


def _check_inside(path: Path, root: Path) -> None:
    real, home = os.path.realpath(path), os.path.realpath(root)
    if real != home and not real.startswith(home.rstrip("/") + "/"):
        raise EscapeError(f"leads out of the package's root by the link `{path.relative_to(root)}`")


def _walk(start: Path, named: Sequence[str]) -> Iterator[Path]:
    """Every file at or below a folder that may be shipped; `named` are names that are taken only on demand."""
    for folder, folders, names in os.walk(start):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED
            and _is_shown(name, named)
            and not os.path.lexists(os.path.join(folder, name, "pyvenv.cfg"))  # noqa: PTH118  # for thousands of names
        )
        for name in sorted(names):
            if not name.endswith((".pyc", ".pyo")) and _is_shown(name, named):
                yield Path(folder, name)


def _is_shown(name: str, named: Sequence[str]) -> bool:
    return (not name.startswith(".") and name not in _BUILT) or any(fnmatchcase(name, pattern) for pattern in named)


def _matches(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a file's path is what a pattern names, or is in a folder that it names letter by letter."""
    if not wanted:
        return not parts
    first, rest = wanted[0], wanted[1:]
    if first == "**":
        return not rest or any(_matches(parts[at:], rest) for at in range(len(parts)))
    if not parts or not fnmatchcase(parts[0], first):
        return False
    return (not rest and not _is_magic(first)) or _matches(parts[1:], rest)
