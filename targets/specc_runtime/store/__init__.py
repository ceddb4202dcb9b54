"""Stores: where values are kept that are too large to travel, and results that others look up by address."""

from specc_runtime.store.base import Store, StoreError, check_key
from specc_runtime.store.blobs import put_blob
from specc_runtime.store.opening import open_store

__all__ = ["Store", "StoreError", "check_key", "open_store", "put_blob"]
