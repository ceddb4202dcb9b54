"""The specs on the disk, below the folders that an editor has open."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from specc.source.formats import FORMATS
from specc.source.recognition import LEFT_OUT, is_spec

SUFFIXES = tuple(FORMATS)
"""How the names of specs end, and of files that they extend."""
_MOST_ENTRIES = 20_000
"""Entries of folders that one search looks at."""
_MOST_FILES = 2_000
"""Files that one search reads, unless it knows them already."""
_LARGEST = 512 * 1024
"""Larger files are no specs that a person writes."""


class Disk:
    """Finds specs, and remembers which files are none while they stay as they are."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int, str | None]] = {}
        """By path: when the file was changed, its size, and its text when it is a spec."""

    def specs(self, folders: Iterable[Path]) -> Iterator[tuple[str, str]]:
        """The real paths and the texts of the specs below folders, nearest first; a bounded search."""
        left = _MOST_FILES
        for entry in _files(folders):
            try:
                status = entry.stat()
            except OSError:
                continue
            known = self._known.get(entry.path)
            if known is None or known[:2] != (status.st_mtime_ns, status.st_size):
                if not left:
                    return
                left -= 1
                text = _read(entry.path) if status.st_size <= _LARGEST else None
                known = self._known[entry.path] = (status.st_mtime_ns, status.st_size, text)
            if known[2] is not None:
                yield os.path.realpath(entry.path), known[2]


def _files(folders: Iterable[Path]) -> Iterator[os.DirEntry[str]]:
    """The files that may be specs by their names."""
    waiting = [str(folder) for folder in folders]
    left, seen = _MOST_ENTRIES, set[str]()
    while waiting and left > 0:
        folder = waiting.pop(0)
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        left -= len(entries)
        if any(entry.name == "pyvenv.cfg" for entry in entries):
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and entry.name not in LEFT_OUT:
                    waiting.append(entry.path)
            elif entry.name.lower().endswith(SUFFIXES) and _is_file(entry):
                yield entry


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # links that go round in a circle
        return False


def _read(path: str) -> str | None:
    """The text of a spec; None for a file that is none."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except (OSError, ValueError):
        return None
    return text if is_spec(Path(path), text) else None
