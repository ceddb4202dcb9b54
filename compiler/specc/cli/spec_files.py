"""The specs that a command's arguments name: files, quoted globs, and what looks like a spec in folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from specc.cli.check import expand
from specc.source.limits import MAX_BYTES

_LEFT_OUT = frozenset({"build", "dist", "node_modules", "site-packages", "__pycache__"})
"""Folders of what was made or comes from elsewhere; those whose names begin with a dot are left out, too."""

_TOP_LEVEL_KEY = {
    ".toml": re.compile(r"(?:(?![ \t]*\[).*\n)*?[ \t]*(?:specc|\"specc\"|'specc')\s*="),
    ".yaml": re.compile(r"^(?:\{\s*)?(?:specc|\"specc\"|'specc')\s*:", re.MULTILINE),
    ".json": re.compile(r"(?s).*?\"specc\"\s*:\s*[\d\"]"),
}


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
    return folder.name in _LEFT_OUT or folder.name.startswith(".") or (folder / "pyvenv.cfg").exists()


def _looks_like_a_spec(path: Path) -> bool:
    """Whether a file says which version of the language it is written in, be it sound or not."""
    key = _TOP_LEVEL_KEY.get({".yml": ".yaml"}.get(path.suffix.lower(), path.suffix.lower()))
    if key is None:
        return False
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    found = (key.search if path.suffix.lower() in (".yaml", ".yml") else key.match)(text)
    return found is not None and (path.suffix.lower() != ".json" or _has_the_key(text))


def _has_the_key(text: str) -> bool:
    """Whether the key is not deeper in a JSON text; one that cannot be read counts as a spec."""
    import json

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return True
    return isinstance(value, dict) and "specc" in value
