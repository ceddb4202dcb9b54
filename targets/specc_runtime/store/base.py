"""What a store is."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from pathlib import Path

from specc_runtime.errors import SpeccError

FILES = "files"
"""Below which whole files are kept, by their content."""
_LONGEST = 900
_UNUSUAL = re.compile(r"[^A-Za-z0-9._+=@-]|^\.+$")
"""What a name does without in a URI."""


class StoreError(SpeccError):
    """A store cannot be reached, or does not hold what was asked for."""


def check_key(key: str) -> str:
    """`key` itself. Raises `StoreError` unless it is segments between single slashes, none of them `.` or `..`."""
    segments = key.split("/")
    if any(part in {"", ".", ".."} for part in segments) or "\\" in key or not key.isprintable() or len(key) > _LONGEST:
        raise StoreError(f"`{key[:80]}` is not a key of a store")
    return key


def file_key(digest: str, name: str) -> str:
    """Where a file of this content and name is kept."""
    return f"{FILES}/{digest}/{_UNUSUAL.sub('_', name)[-100:]}"


class Store(ABC):
    """Bytes by key. A key is `a/b/c`; a key may also be the beginning of another one.

    A value is there whole or not at all, whatever happens while it is written. Writing a key again replaces it.
    """

    uri: str
    """Without a slash at the end. Values have the URI `<uri>/<key>`."""
    remote: bool = False
    """Whether reading many values is worth doing at the same time."""

    @abstractmethod
    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`."""

    @abstractmethod
    def get(self, key: str) -> bytes:
        """The bytes under `key`. Raises `StoreError` when there are none."""

    @abstractmethod
    def exists(self, key: str) -> bool:
        """Whether something is kept under `key`."""

    def put_file(self, path: Path) -> tuple[str, str, int]:
        """Keep a file by its content: its URI, its SHA-256 in hex, its bytes. The URI ends like the file's name."""
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        key = file_key(digest, path.name)
        if not self.exists(key):
            self.put(key, data)
        return self.uri_of(key), digest, len(data)

    def get_file(self, uri: str, target: Path) -> None:
        """Write what `put_file` has kept into a file. Raises `StoreError`, and `OSError` of the target."""
        target.write_bytes(self.get(self.key_of(uri)))

    def uri_of(self, key: str) -> str:
        """The URI of the value under `key`."""
        return f"{self.uri}/{check_key(key)}"

    def key_of(self, uri: str) -> str:
        """The key of a URI of this store. Raises `StoreError` when it is of another one."""
        prefix = f"{self.uri}/"
        if not uri.startswith(prefix):
            raise StoreError(f"`{uri}` is not in the store `{self.uri}`")
        return check_key(uri[len(prefix) :])
