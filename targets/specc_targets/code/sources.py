"""One file of the project: a hash that does not see comments or layout, and what the file imports."""

from __future__ import annotations

import ast
import hashlib
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc_targets.code.imports import Reference, exported, references
from specc_targets.code.slices import Piece, cut

_READING = 1
"""What is made of a file; a release that makes something else of it remembers nothing of an older one."""
_SETTLED = 2.0
"""Seconds after which a second change of a file cannot have the same time stamp, on any file system."""


@dataclass(frozen=True, slots=True)
class Source:
    """What matters of a file."""

    digest: str
    is_package: bool
    references: Sequence[Reference] = ()
    exports: Sequence[str] = ()
    pieces: Sequence[Piece] | None = None
    """Its statements, where some of them may not matter to a function of it."""
    settled: bool = True
    """Whether the file has been as it is for a while, so that its time stamp tells it from a later version."""

    def as_json(self) -> Any:
        """For remembering."""
        found = [[item.module, list(item.names)] for item in self.references]
        return [self.digest, self.is_package, found, self.exports, self.pieces]

    @classmethod
    def from_json(cls, kept: Any) -> Source | None:
        """The same again; None when it is something else."""
        try:
            digest, is_package, found, exports, cuts = kept
            pieces = None if cuts is None else [Piece(text, tuple(binds), tuple(names)) for text, binds, names in cuts]
            return cls(digest, is_package, [Reference(name, tuple(names)) for name, names in found], exports, pieces)
        except (TypeError, ValueError):
            return None


def file_stamp(path: Path) -> str:
    """Different for a file that was written, replaced or moved since; also when a copy set its time back."""
    try:
        status = os.stat(path)  # noqa: PTH116  # the bare call takes half the time, and this is asked often
    except OSError:
        return "missing"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"  # the hash is of this version's syntax tree
    return f"{_READING} {version} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def read_source(name: str, path: Path) -> Source:
    """Read a module's file. One that is no valid Python source counts by its bytes, and imports nothing."""
    from specc.introspection.syntax import SourceModule, read_module

    is_package = path.name == "__init__.py"
    settled = _is_settled(path)
    module = read_module(name, path, is_package) if path.suffix == ".py" else None
    if isinstance(module, SourceModule):
        try:
            text = ast.dump(module.tree)
        except RecursionError:
            return Source(_hash(module.data), is_package, references(module.tree), exported(module.tree), None, settled)
        found = references(module.tree), exported(module.tree), cut(module.tree)
        return Source(_hash(text.encode(errors="surrogatepass")), is_package, *found, settled)
    try:
        return Source(_hash(path.read_bytes()), is_package, settled=settled)
    except OSError:
        return Source("unreadable", is_package, settled=False)


def _is_settled(path: Path) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return time.time() - max(status.st_mtime, status.st_ctime) > _SETTLED


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
