"""The specs that a command's arguments name: files, quoted globs, and what looks like a spec in folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from specc.cli.check import expand
from specc.source.formats import FORMATS
from specc.source.limits import MAX_BYTES
from specc.source.recognition import LEFT_OUT, is_spec


def named_specs(arguments: tuple[str, ...]) -> Iterator[str]:
    """The files that the arguments name, each once; without arguments, what is in this folder and those below it."""
    seen = set()
    for argument in arguments or (".",):
        found = _below(argument) if Path(argument).is_dir() else expand((argument,))
        for name in found:
            if name not in seen:
                seen.add(name)
                yield name


def _below(folder: str) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _left_out(Path(here, name)))
        for file in sorted(files):
            path = Path(here, file)
            if path.is_file() and _looks_like_a_spec(path):
                yield str(path)


def _left_out(folder: Path) -> bool:
    return folder.name in LEFT_OUT or folder.name.startswith(".") or (folder / "pyvenv.cfg").exists()


def _looks_like_a_spec(path: Path) -> bool:
    """Whether a file is a spec, be it sound or not."""
    if path.suffix.lower() not in FORMATS:
        return False
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    return is_spec(path, text)
