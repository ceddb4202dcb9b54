"""What a server of scripts is asked for."""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from specc_runtime.codecs import encode
from specc_runtime.errors import ArgumentMismatch, CodecError
from specc_runtime.programs import folders
from specc_runtime.scripts import sources
from specc_runtime.scripts.plain import is_plain


class Start:
    """How a script is started: where it is, what it is told, what it works in."""

    def __init__(self, script: str | None, module: str | None, entry: str | None, argv: list[str], folder: Path):
        root = folders.package_root()
        self.shown = script if script is not None else str(module)
        self._module, self._entry, self._argv, self._folder, self._root = module, entry, argv, folder, root
        self._at_root = folder == root
        self._script = script
        self._path: Path | None
        if script is not None:
            self._path = sources.file_of(root, script)
        else:
            self._path = sources.file_of_module(root, str(module))

    def request(
        self,
        values: Mapping[str, Any],
        arguments: Mapping[str, Any],
        outputs: Sequence[str] | None,
        environment: Mapping[str, str],
    ) -> dict[str, Any]:
        """What the server is told."""
        code = source = None
        path = self._path
        if path is None and values:
            raise ArgumentMismatch(f"there is no source of `{self.shown}`, where values could be put in")
        if path is not None and (self._script is not None or values):
            source = sources.read(path, self.shown)
            made = sources.compiled(path, source, list(values), self.shown, _optimization(environment))
            if made.code is not None:
                code = marshal.dumps(made.code)
                source = None if made.is_quiet else source
        if self._script is not None:
            first = self._script if self._at_root else str(path)
            folder = os.path.dirname(os.path.realpath(str(path)))  # noqa: PTH120  # no path is wanted
        else:
            first, folder = "-m", str(self._root)
        if self._entry is not None:
            first = "-c"
        name = self._module
        if name is None and self._entry is not None and path is not None:
            name = path.stem
        return {
            "path": None if path is None else str(path),
            "shown": self.shown,
            "module": name,
            "entry": self._entry,
            "arguments": dict(arguments),
            "argv": [first, *self._argv],
            "cwd": str(self._folder),
            "folder": folder,
            "paths": [str(self._root), *filter(None, sys.path)],
            "environment": dict(environment),
            "code": code,
            "source": source,
            "values": dict(values),
            "outputs": None if outputs is None else list(outputs),
        }


def _optimization(environment: Mapping[str, str]) -> int:
    """What the variable asks of the compiler; anything that is no number means 1."""
    text = environment.get("PYTHONOPTIMIZE", "")
    return min(int(text), 2) if text.isdecimal() else int(bool(text))


def packed(values: Mapping[str, Any], references: Mapping[str, str], what: str) -> dict[str, tuple[str, Any]]:
    """Values as `child.holder` takes them. Raises `CodecError`."""
    found: dict[str, tuple[str, Any]] = {name: ("ref", reference) for name, reference in references.items()}
    for name, value in values.items():
        if is_plain(value):
            found[name] = ("plain", value)
            continue
        try:
            encoded = encode(value)
        except CodecError as error:
            raise CodecError(f"{what} `{name}` {error}") from None
        found[name] = (encoded.codec, encoded.data)
    return found
