"""Finding the file of a module without importing it, or anything above it."""

# ruff: noqa: PTH112, PTH113  # `Path.is_dir` and its like raise on names that are too long; `os.path` says False

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

MAX_PARTS = 32
"""Longest dotted name that is looked up."""

_MAX_LISTED = 2_000


class Located(NamedTuple):
    """A module that exists. Without `path` it has no source to read (built in, compiled, or a bare folder)."""

    name: str
    path: Path | None = None
    is_package: bool = False
    folders: tuple[Path, ...] = ()
    """Where its submodules are looked for."""
    is_folder: bool = False
    """Whether it is a folder without `__init__.py`."""


def find_module(name: str, roots: Sequence[Path]) -> Located | None:
    """The module called `name` below one of `roots`, or else where this interpreter would find it."""
    parts = name.split(".")
    if len(parts) > MAX_PARTS:
        return None
    found = find_below(parts, roots)
    return found or find_below(parts, [Path(entry) for entry in sys.path if entry]) or _find_elsewhere(parts)


def find_below(parts: Sequence[str], folders: Sequence[Path], start: int = 0) -> Located | None:
    """The module `parts` below one of `folders`; `folders` are those of the package of part `start`."""
    located: Located | None = None
    for number in range(start, len(parts)):
        located = _in_folders(".".join(parts[: number + 1]), parts[number], folders)
        if located is None:
            return None
        folders = located.folders
    return located


def _in_folders(name: str, part: str, folders: Iterable[Path]) -> Located | None:
    """As `importlib` looks: a package, a compiled module, a source file; a bare folder only when nothing else is."""
    bare: list[Path] = []
    for folder in folders:
        package = folder / part
        if _is_file(package / "__init__.py"):
            return Located(name, package / "__init__.py", True, (package,))
        if _compiled(folder, part):
            return Located(name)
        if _exists(folder / f"{part}.py"):
            return Located(name, folder / f"{part}.py")
        if os.path.isdir(package):
            bare.append(package)
    return Located(name, None, True, tuple(bare), is_folder=True) if bare else None


def _compiled(folder: Path, part: str) -> bool:
    from importlib.machinery import EXTENSION_SUFFIXES

    return any(_is_file(folder / f"{part}{suffix}") for suffix in EXTENSION_SUFFIXES)


def _find_elsewhere(parts: Sequence[str]) -> Located | None:
    """Built-in modules, zipped ones and editable installs: a top-level `find_spec` runs no code of the module."""
    if parts[0] in sys.builtin_module_names:
        return Located(".".join(parts))
    import importlib.util

    try:
        spec = importlib.util.find_spec(parts[0])
    except (ImportError, ValueError, AttributeError, OSError):
        return None
    if spec is None:
        return None
    is_package = spec.submodule_search_locations is not None
    path = Path(spec.origin) if spec.origin and spec.origin.endswith(".py") and os.path.isfile(spec.origin) else None
    folders = tuple(Path(folder) for folder in spec.submodule_search_locations or ())
    if len(parts) == 1:
        return Located(parts[0], path, is_package, folders)
    return find_below(parts, folders, 1)


def neighbours(name: str, roots: Sequence[Path]) -> list[str]:
    """Names of modules that stand where `name` would: for a suggestion."""
    parent, _, _ = name.rpartition(".")
    prefix = f"{parent}." if parent else ""
    folders: Sequence[Path] = roots
    if parent:
        located = find_below(parent.split("."), roots)
        folders = located.folders if located is not None else ()
    found: list[str] = []
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    stem = entry.name.removesuffix(".py")
                    if stem.isidentifier() and (stem != entry.name or _is_file(Path(entry.path) / "__init__.py")):
                        found.append(prefix + stem)
                    if len(found) >= _MAX_LISTED:
                        break
        except OSError:
            continue
    return sorted(item for item in found if not item.endswith("__init__"))


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)


def _exists(path: Path) -> bool:
    """Also true of what is no regular file, and of a link that leads nowhere: reading it says what is wrong."""
    return os.path.lexists(path) and not os.path.isdir(path)
