"""The files of a project, as far as a short look goes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from specc.source.formats import FORMATS
from specc.source.recognition import LEFT_OUT, is_spec

_MAX_ENTRIES = 4_000
_MAX_DEPTH = 8
_MAX_READ = 200_000


def files_below(folder: Path, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Files below a folder with one of these suffixes, as paths from there with `/`; those near the top first."""
    waiting: list[tuple[str, int]] = [("", 0)]
    seen = 0
    while waiting:
        inside, depth = waiting.pop(0)
        try:
            with os.scandir(folder / inside) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in listed:
            seen += 1
            if seen > _MAX_ENTRIES:
                return
            if entry.name.startswith(".") or entry.name in LEFT_OUT:
                continue
            path = f"{inside}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if depth < _MAX_DEPTH and not os.path.lexists(folder / path / "pyvenv.cfg"):
                    waiting.append((f"{path}/", depth + 1))
            elif entry.name.endswith(suffixes):
                yield path


def modules_below(folder: Path) -> Iterator[tuple[str, bool]]:
    """The names of the modules below a folder, and whether each is a package."""
    for path in files_below(folder, (".py",)):
        parts = path.removesuffix(".py").split("/")
        is_package = parts[-1] == "__init__"
        name = parts[:-1] if is_package else parts
        if name and all(part.isidentifier() for part in name):
            yield ".".join(name), is_package


def specs_below(folder: Path, but: Path) -> Iterator[str]:
    """The specs below a folder, as paths from there, without one of them."""
    for path in files_below(folder, tuple(FORMATS)):
        if folder / path != but and is_spec(folder / path, read(folder, path) or ""):
            yield path


def specs_around(folder: Path, but: Path, roots: Collection[Path]) -> Iterator[str]:
    """The specs below a folder, then those beside and above it, as far up as the outermost root that holds it."""
    yield from specs_below(folder, but)
    outermost = next((above for above in reversed(folder.parents) if above in roots), folder)
    known, up = folder, ""
    while known != outermost:
        above, up = known.parent, f"../{up}"
        for path in specs_below(above, but):
            if not (above / path).is_relative_to(known):
                yield f"{up}{path}"
        known = above


def read(folder: Path, path: str) -> str | None:
    """The beginning of a file below a folder; None when it cannot be read."""
    file = Path(os.path.realpath(folder / path))
    try:
        if not file.is_relative_to(os.path.realpath(folder)) or not file.is_file():
            return None
        with file.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(_MAX_READ)
    except OSError:
        return None
