"""The code of scripts: found, read, and compiled once for all runs in this process."""

from __future__ import annotations

import ast
import os
import sys
import threading
import warnings
from collections.abc import Sequence
from importlib.machinery import PathFinder
from pathlib import Path
from types import CodeType
from typing import NamedTuple

from specc_runtime.errors import FunctionNotFound
from specc_runtime.scripts.transform import with_places

_MOST = 256
"""Scripts that are kept."""
_Key = tuple[str, tuple[str, ...], int]
_kept: dict[_Key, tuple[bytes, Compiled]] = {}
_lock = threading.Lock()


class Compiled(NamedTuple):
    """What a script's source came to."""

    code: CodeType | None
    """None where the source has a mistake."""
    is_quiet: bool
    """Whether the compiler has nothing to say: else it is to say it where the script runs."""


def file_of(root: Path, script: str) -> Path:
    """The file of a script. Raises `FunctionNotFound`."""
    path = Path(os.path.abspath(root / script))  # noqa: PTH100  # a link stays one, as Python has it
    if path.is_dir():
        raise FunctionNotFound(f"`{script}` is a folder, and no script; for a package use `module`")
    if not path.exists():
        raise FunctionNotFound(f"there is no script `{script}` below the package's root")
    return path


def file_of_module(root: Path, name: str) -> Path | None:
    """The source that `python -m name` would run; None where there is none that can be read. Nothing is imported."""
    path: Sequence[str] | None = [str(root), *sys.path]
    parts = name.split(".")
    spec = None
    for number in range(len(parts)):
        spec = PathFinder.find_spec(".".join(parts[: number + 1]), path)
        if spec is None:
            return None
        path = spec.submodule_search_locations
        if path is None and number < len(parts) - 1:
            return None
        path = None if path is None else list(path)
    if path is not None:
        spec = PathFinder.find_spec(f"{name}.__main__", path)
    return Path(spec.origin) if spec is not None and spec.origin and spec.origin.endswith(".py") else None


def read(path: Path, shown: str) -> bytes:
    """The source. Raises `FunctionNotFound`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FunctionNotFound(f"`{shown}` cannot be read: {error.strerror}") from None


def compiled(path: Path, source: bytes, names: Sequence[str], shown: str, optimize: int) -> Compiled:
    """The source compiled, with places for the values of `names`. Raises `ArgumentMismatch` where there can be none."""
    key = (str(path), tuple(sorted(names)), optimize)
    known = _kept.get(key)
    if known is not None and known[0] == source:
        return known[1]
    with _lock, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        made = Compiled(_code(path, source, names, shown, optimize), not said)
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[key] = (source, made)
    return made


def _code(path: Path, source: bytes, names: Sequence[str], shown: str, optimize: int) -> CodeType | None:
    try:
        tree = ast.parse(source, str(path))
        if names:
            return compile(with_places(tree, names, shown), str(path), "exec", dont_inherit=True, optimize=optimize)
        return compile(source, str(path), "exec", dont_inherit=True, optimize=optimize)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
