"""What is kept at the address of a map's item: its result, or how it failed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from specc_runtime.codecs.json_codec import decode_json, encode_json
from specc_runtime.envelope import VERSION, Tagged
from specc_runtime.store import Store, StoreError

_AT_ONCE = 16
"""Reads of a remote store at the same time."""


@dataclass(frozen=True, slots=True)
class Failure:
    """How an item failed."""

    name: str
    message: str


Record = Tagged | Failure


def write_record(store: Store, address: str, record: Record) -> None:
    """Keep an item's outcome."""
    if isinstance(record, Failure):
        content: dict[str, Any] = {"specc": VERSION, "error": {"name": record.name, "message": record.message}}
    else:
        content = {"specc": VERSION, "result": record}
    store.put(address, encode_json(content))


def read_record(store: Store, address: str) -> Record | None:
    """The outcome kept at `address`; None when the item never ended."""
    try:
        data = store.get(address)
    except StoreError:
        if not store.exists(address):
            return None
        data = store.get(address)  # it came meanwhile, or this says why it cannot be read
    content = decode_json(data)
    if "error" in content:
        return Failure(content["error"]["name"], content["error"]["message"])
    return dict(content["result"])


def read_records(store: Store, address: str, count: int) -> list[Record | None]:
    """The outcomes of the items 0 up to `count` of the map at `address`, in order."""
    addresses = [f"{address}/{index}" for index in range(count)]
    if not store.remote or count < _AT_ONCE:
        return [read_record(store, item) for item in addresses]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda item: read_record(store, item), addresses))


def write_failures(store: Store, address: str, found: list[Record | None]) -> str:
    """Keep a report of the items of a map that failed and were tolerated: `[{"index", "name", "message"}, ...]`.

    The index is that of the batch where the map has batches. Gives the URI of the report.
    """
    report = [
        {"index": index, "name": record.name, "message": record.message}
        for index, record in enumerate(found)
        if isinstance(record, Failure)
    ]
    key = f"{address}/failures"
    store.put(key, encode_json(report))
    return store.uri_of(key)


def failure_of(error: dict[str, str]) -> Failure:
    """The failure that Step Functions calls `Error` and `Cause`; Lambda's causes are JSON with `errorMessage`."""
    cause = error.get("Cause") or ""
    try:
        described = json.loads(cause)
    except ValueError:
        described = None
    if isinstance(described, dict) and "errorMessage" in described:
        cause = str(described["errorMessage"])
    return Failure(error.get("Error") or "Error", cause)
