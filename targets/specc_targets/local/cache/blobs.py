"""Values too large for the database: one file each, named by its content."""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from collections.abc import Iterable
from pathlib import Path

_LEFT_OVER = 3600.0
"""Seconds after which a file that nobody finished is one that nobody will."""
_numbers = itertools.count()


class Blobs:
    """A folder of such files. Any number of processes may use it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def write(self, data: bytes) -> str:
        """Keep `data`; its name. A file appears whole or not at all. Raises `OSError`."""
        name = hashlib.sha256(data).hexdigest()
        path = self._directory / name
        if path.exists() and path.stat().st_size == len(data):
            return name
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._directory / f".{name[:16]}-{os.getpid()}-{next(_numbers)}"
        try:
            part.write_bytes(data)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return name

    def read(self, name: str) -> bytes | None:
        """The data; None when it is not what was written: then the file is removed. Raises `OSError`."""
        path = self._directory / name
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != name:
            path.unlink(missing_ok=True)
            return None
        return data

    def remove(self, names: Iterable[str]) -> None:
        """Remove files that no entry names any more."""
        for name in names:
            (self._directory / name).unlink(missing_ok=True)

    def sweep(self, used: set[str]) -> None:
        """Remove what processes that were killed left, and files that no entry names."""
        try:
            files = list(os.scandir(self._directory))
        except OSError:
            return
        limit = time.time() - _LEFT_OVER
        for file in files:
            try:
                if file.name not in used and file.stat().st_mtime < limit:
                    os.unlink(file.path)  # noqa: PTH108  # an entry of `scandir` has its path as text
            except OSError:
                continue
