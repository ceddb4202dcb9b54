"""Follows imports through the files of a project."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from specc_targets.code import packages, slices
from specc_targets.code.imports import Reference, absolute
from specc_targets.code.sources import Source, file_stamp, read_source

_OURS = frozenset({"specc", "specc_runtime", "specc_schemas", "specc_targets"})


class Memo(Protocol):
    """Remembers from run to run what reading files and looking for packages takes long to find."""

    def recall(self, kind: str, name: str, stamp: str) -> Any | None:
        """What was remembered under this name, when its stamp was the same."""

    def remember(self, kind: str, name: str, stamp: str, value: Any) -> None:
        """Keep a JSON value."""


class NoMemo:
    """Remembers nothing: for what is read once."""

    def recall(self, kind: str, name: str, stamp: str) -> Any | None:
        """Nothing."""

    def remember(self, kind: str, name: str, stamp: str, value: Any) -> None:
        """Keep nothing."""


class Trace:
    """Follows imports from one module on. Nothing is imported or executed.

    `beside` is the folder of a script, where Python looks for modules first.
    """

    def __init__(self, root: Path, memo: Memo, beside: Path | None = None) -> None:
        self._root, self._memo = root, memo
        self._folders = (root,) if beside is None else (beside, root)
        self.sources: dict[str, str] = {}
        self.watched: dict[Path, str] = {}
        self.files: dict[str, Path] = {}
        """The file of each module of the project that has one."""
        self.outside: set[str] = set()
        """The first part of the name of all that is imported and is no module of the project."""
        self._seen: dict[str, Source | None] = {}
        self._waiting: list[str] = []
        self._referred: set[str] = set()
        self._labels: dict[str, str] = {}
        self.packages: dict[str, str] = {}
        """The versions of what is imported from outside; empty until they are looked up."""

    def follow(self, module: str) -> None:
        """Read a module, the packages above it, and all that they import."""
        self._visit(module)
        self._follow()

    def follow_file(self, path: Path) -> None:
        """Read a script, which is a module under no name, and all that it imports."""
        self._read(self._label(path.name, path), path)
        self._follow()

    def _follow(self) -> None:
        while self._waiting:
            name = self._waiting.pop()
            source = self._seen[name]
            if source is not None:
                for reference in source.references:
                    self._refer(name, source, reference)

    def slice_of(self, module: str, name: str) -> dict[str, str]:
        """The file of `module` with the hash of what `name` in it can reach; empty when that may be anything.

        So it is when a module that it imports, or it itself, imports it: then others may use what it does not.
        """
        source = self._seen.get(module)
        if source is None or source.pieces is None or module in self._referred:
            return {}
        digest = slices.digest(source.pieces, name)
        return {} if digest is None else {self._labels[module]: digest}

    def look_up_packages(self) -> None:
        """Find the installed versions of what is imported from outside."""
        stamp = packages.stamp() if self.outside else ""
        found: dict[str, str] = {}
        for top in sorted(self.outside):
            versions = self._memo.recall("package", top, stamp)
            if versions is None:
                versions = _versions(top)
                self._memo.remember("package", top, stamp, versions)
            found |= versions
        self.packages = dict(sorted(found.items()))

    def _refer(self, name: str, source: Source, reference: Reference) -> None:
        package = name if source.is_package else name.rpartition(".")[0]
        module = absolute(reference, package)
        if module is None or not self._visit(module):
            return
        self._referred.add(module)
        names: Iterable[str] = reference.names
        if "*" in reference.names:
            target = self._seen.get(module)
            names = target.exports if target is not None else ()
        for attribute in names:
            if attribute.isidentifier() and self._visit(f"{module}.{attribute}"):
                self._referred.add(f"{module}.{attribute}")

    def _visit(self, name: str) -> bool:
        """Take up a module of the project and the packages above it; whether it is one."""
        parts = name.split(".")
        for number in range(1, len(parts) + 1):
            prefix = ".".join(parts[:number])
            if prefix in self._seen:
                continue
            path, known = self._locate(prefix)
            if not known:
                if number == 1:
                    self.outside.add(prefix)
                return False
            self._read(prefix, path)
        return True

    def _locate(self, name: str) -> tuple[Path | None, bool]:
        """The file of one of the project's modules, and whether it is one: bare folders are, and have no file."""
        from specc.introspection.locate import find_below, find_module

        parts = name.split(".")
        if parts[0] in self.outside:
            return None, False
        located = find_below(parts, self._folders)
        if located is not None and located.is_folder and len(parts) == 1:
            elsewhere = find_module(name, ())  # a bare folder is a package only where nothing else is
            located = located if elsewhere is None or elsewhere.is_folder else None
        if located is None:
            if parts[0] in sys.stdlib_module_names or parts[0] in _OURS:
                return None, False
            located = find_module(name, ())
            if located is None or located.path is None or packages.is_library(located.path):
                return None, False
        path = located.path
        if path is None and not located.is_folder:
            path = next((found for folder in self._folders if (found := _compiled(parts, folder))), None)
        return path, True

    def _read(self, name: str, path: Path | None) -> None:
        self._seen[name] = None
        if path is None:
            return
        stamp = file_stamp(path)
        kept = self._memo.recall("source", str(path), stamp)
        source = Source.from_json(kept) if kept is not None else None
        if source is None:
            source = read_source(name, path)
            if source.settled:
                self._memo.remember("source", str(path), stamp, source.as_json())
        self._seen[name] = source
        self.files[name] = path
        self._labels[name] = self._label(name, path)
        self.sources[self._labels[name]] = source.digest
        self.watched[path] = stamp
        self._waiting.append(name)

    def _label(self, name: str, path: Path) -> str:
        """The file relative to the project, so that the project may stand elsewhere; else the module's name."""
        try:
            return path.relative_to(self._root).as_posix()
        except ValueError:
            return name


def _compiled(parts: Sequence[str], root: Path) -> Path | None:
    from importlib.machinery import EXTENSION_SUFFIXES

    folder = root.joinpath(*parts[:-1])
    files = (folder / f"{parts[-1]}{suffix}" for suffix in EXTENSION_SUFFIXES)
    return next((file for file in files if file.is_file()), None)


def _versions(top: str) -> dict[str, str]:
    if top in sys.stdlib_module_names:
        return {}
    found = dict(packages.versions("specc" if top in _OURS else top))
    if found or top in _OURS:
        return found
    from specc.introspection.locate import find_module

    return {top: packages.UNKNOWN if find_module(top, ()) is not None else packages.MISSING}
