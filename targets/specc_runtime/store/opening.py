"""Which store a URI means."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from specc_runtime.store.base import Store, StoreError


def open_store(uri: str) -> Store:
    """The store at `memory://name`, `file:///folder` or `s3://bucket/prefix`. Raises `StoreError` for any other."""
    parts = urlsplit(uri)
    if parts.scheme == "memory":
        from specc_runtime.store.memory import MemoryStore

        return MemoryStore(unquote(parts.netloc))
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and parts.path.startswith("/"):
        from specc_runtime.store.directory import DirectoryStore

        return DirectoryStore(unquote(parts.path))
    if parts.scheme == "s3" and parts.netloc:
        from specc_runtime.store.s3 import S3Store

        return S3Store(parts.netloc, unquote(parts.path))
    raise StoreError(f"`{uri}` is not a store; expected `memory://name`, `file:///folder` or `s3://bucket/prefix`")
