"""A store in the memory of this process."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import quote

from specc_runtime.store.base import Store, StoreError, check_key


class MemoryStore(Store):
    """Keeps values as long as the process lives. Stores of one name share them."""

    _shared: ClassVar[dict[str, dict[str, bytes]]] = {}

    def __init__(self, name: str = "") -> None:
        self.uri = f"memory://{quote(name, safe='')}"
        self._values = self._shared.setdefault(name, {}) if name else {}

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`."""
        self._values[check_key(key)] = bytes(data)

    def get(self, key: str) -> bytes:
        """The bytes under `key`. Raises `StoreError` when there are none."""
        try:
            return self._values[check_key(key)]
        except KeyError:
            raise StoreError(f"nothing is stored at `{self.uri}/{key}`") from None

    def exists(self, key: str) -> bool:
        """Whether something is kept under `key`."""
        return check_key(key) in self._values
