"""Content addressed values: the same bytes are kept once."""

from __future__ import annotations

import hashlib

from specc_runtime.store.base import Store, StoreError


def put_blob(store: Store, data: bytes) -> tuple[str, str]:
    """Keep `data` under the hash of its content. Gives its URI and its SHA-256 in hex."""
    digest = hashlib.sha256(data).hexdigest()
    key = f"blobs/{digest}"
    if not store.exists(key):
        store.put(key, data)
    return store.uri_of(key), digest


def get_checked(store: Store, uri: str, sha256: str | None) -> bytes:
    """The bytes at `uri`. Raises `StoreError` when they are not those that were written."""
    data = store.get(store.key_of(uri))
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise StoreError(f"what is stored at `{uri}` has changed since it was written")
    return data
