"""Small private files: written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specc_targets.local.runs.errors import StateError, cannot

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def make_folder(path: Path) -> None:
    """Make a folder and those around it, for its owner alone. Raises `StateError`."""
    try:
        for folder in reversed([path, *path.parents]):
            if not folder.is_dir():
                with contextlib.suppress(FileExistsError):  # another process was quicker, or `is_dir` fails below
                    folder.mkdir(FOLDER_MODE)
        if not path.is_dir():
            raise StateError(f"`{path}` is not a folder; move it away, or set SPECC_STATE to another folder")
    except OSError as error:
        raise StateError(cannot("make the folder", path, error)) from error


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`, however little the system takes at a time. Raises `OSError`."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def write_file(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Replace `path` by a file with this content, in one step. Raises `StateError`.

    `sync` waits until the content has reached the disk.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        try:
            write_all(descriptor, data)
            if sync:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise StateError(cannot("write", path, error)) from error


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Replace `path` by a JSON object, in one step. ASCII only: names of files need not be Unicode."""
    write_file(path, json.dumps(content, indent=1).encode() + b"\n")


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`. Raises `FileNotFoundError`, or `StateError` with the reason."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StateError(cannot("read", path, error)) from error
    except (ValueError, RecursionError):
        raise StateError(f"`{path}` is damaged: it is not JSON") from None
    if not isinstance(content, dict):
        raise StateError(f"`{path}` is damaged: it is not an object")
    return content
