"""A store in a folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

from specc_runtime.store.base import FILES, Store, StoreError, check_key, file_key

_SUFFIX = ".value"
"""Ends every file, and no folder: a key may be the beginning of another one."""
_CHUNK = 1 << 20
_SAFE = " !#$&'()+,-.=@[]^_{}"


class DirectoryStore(Store):
    """Keeps each value in a file. Written beside its place and then moved there, so it is never seen half."""

    def __init__(self, root: Path | str) -> None:
        self._root = Path(root).resolve()
        self.uri = self._root.as_uri()

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._check_inside(path)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                os.replace(temporary, path)  # noqa: PTH105  # a Path of a file that is about to go
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)  # noqa: PTH108  # a Path of a file that is about to go
                raise
        except OSError as error:
            raise StoreError(f"cannot write `{path}`: {error.strerror}") from error

    def get(self, key: str) -> bytes:
        """The bytes under `key`. Raises `StoreError` when there are none."""
        path = self._path(key)
        self._check_inside(path)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise StoreError(f"nothing is stored at `{self.uri}/{key}`") from None
        except OSError as error:
            raise StoreError(f"cannot read `{path}`: {error.strerror}") from error

    def exists(self, key: str) -> bool:
        """Whether something is kept under `key`."""
        path = self._path(key)
        self._check_inside(path)
        return path.is_file()

    def put_file(self, path: Path) -> tuple[str, str, int]:
        """Keep a file as one that anybody can open by its URI. It is known by its content once it has been copied."""
        files = self._root / FILES
        digest, size = hashlib.sha256(), 0
        try:
            files.mkdir(parents=True, exist_ok=True)
            self._check_inside(files)
            with tempfile.NamedTemporaryFile(dir=files, prefix=".writing-") as copy:
                with path.open("rb") as source:
                    while chunk := source.read(_CHUNK):
                        digest.update(chunk)
                        size += copy.write(chunk)
                copy.flush()
                found = self._root / file_key(digest.hexdigest(), path.name)
                found.parent.mkdir(exist_ok=True)
                with contextlib.suppress(FileExistsError):
                    os.link(copy.name, found)  # there whole or not at all
        except OSError as error:
            raise StoreError(f"cannot keep `{path}` below `{files}`: {error.strerror}") from error
        return found.as_uri(), digest.hexdigest(), size

    def get_file(self, uri: str, target: Path) -> None:
        """Copy a file that is kept."""
        path = self._root / self.key_of(uri)
        self._check_inside(path)
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError as error:
            raise StoreError(f"nothing is stored at `{uri}`") from error

    def _path(self, key: str) -> Path:
        segments = [_name(part) for part in check_key(key).split("/")]
        return self._root.joinpath(*segments[:-1], segments[-1] + _SUFFIX)

    def _check_inside(self, path: Path) -> None:
        """No link may lead out of the store."""
        if not Path(os.path.realpath(path)).is_relative_to(self._root):
            raise StoreError(f"`{path}` leads out of the store")


def _name(segment: str) -> str:
    name = quote(segment, safe=_SAFE)
    return name.removesuffix(_SUFFIX) + "%2Evalue" if name.endswith(_SUFFIX) else name
