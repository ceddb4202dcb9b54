"""The files that a command names: programs, scripts and data, whose content decides what comes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specc_runtime.actions.command import words
from specc_runtime.errors import ArgumentMismatch
from specc_runtime.functions import root


def files_named(arguments: Mapping[str, Any]) -> dict[str, str]:
    """The hash of every file below the package's root that is one of the arguments, by its name there."""
    folder = (root() or Path.cwd()).resolve()
    try:
        named = words(arguments["command"])
    except ArgumentMismatch:  # which the call will say
        return {}
    found: dict[str, str] = {}
    for name in dict.fromkeys(named):
        digest = _digest(folder, name)
        if digest is not None:
            found[name] = digest
    return found


def _digest(folder: Path, name: str) -> str | None:
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "blake2b").hexdigest()
    except (OSError, ValueError):  # too long for a name, not readable
        return None
