"""The user's project on its way to machines that do not see its folder."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MOST = 32 * 1024 * 1024
"""Bytes of files that are sent; a larger project has to be on a file system that all machines share."""
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages"})
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Project(NamedTuple):
    """A folder of modules, and its files for those who have no such folder."""

    root: str
    digest: str
    """Of its Python files: who has the same at `root` sees the same folder."""
    archive: bytes | None
    """A zip of all its files; None when they are too many bytes."""


def read_project(root: Path) -> Project:
    """What is at `root`. Hidden files, virtual environments and caches are left out."""
    files = list(_files(root))
    total, archive = 0, io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name, path in files:
            try:
                data = path.read_bytes() if total + path.stat().st_size <= MOST else None
            except OSError:
                continue
            if data is None:
                return Project(str(root), digest_of(root), None)
            total += len(data)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return Project(str(root), digest_of(root), archive.getvalue())


def digest_of(root: Path) -> str:
    """A hash of the Python files below `root`; that of nothing when there is no such folder."""
    found = hashlib.sha256()
    for name, path in _files(root):
        if name.endswith(".py"):
            try:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
            except OSError:
                continue
            found.update(f"{name}\0{content}\n".encode(errors="surrogateescape"))
    return found.hexdigest()


def unfold(archive: bytes, folder: Path) -> None:
    """Write the files of an archive of ours below `folder`."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        source.extractall(folder)  # `extractall` keeps names within the folder


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file that counts, by its name with slashes, in order."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED
            and not os.path.lexists(os.path.join(folder, name, "pyvenv.cfg"))  # noqa: PTH118  # for thousands of names, without a Path for each
        )
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file():
                yield path.relative_to(root).as_posix(), path
