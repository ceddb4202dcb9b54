"""Puts Lambda functions and buckets where a machine expects them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from specc_targets.emulator.client import ROLE, Emulator

_EPOCH = (1980, 1, 1, 0, 0, 0)


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """A zip of `files`; equal files give equal bytes, so that functions can share sandboxes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name])
    return target.getvalue()


def python_files(*folders: Path) -> dict[str, bytes]:
    """The Python files under some folders, by path relative to each."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
    }


def create_function(
    server: Emulator,
    name: str,
    code: bytes,
    *,
    handler: str,
    environment: Mapping[str, str],
    timeout: int = 30,
    memory: int = 512,
) -> None:
    """Create one Lambda function from a zip."""
    server.functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=ROLE,
        Handler=handler,
        Code={"ZipFile": code},
        Timeout=timeout,
        MemorySize=memory,
        Environment={"Variables": dict(environment)},
    )
