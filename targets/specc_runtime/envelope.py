"""Tagged values: how a value travels between steps, whoever runs them.

`{"$value": json}` is the value itself, `{"$ref": uri, "codec", "sha256", "size"}` is kept in a store (with `index`, one
item of the list kept there), `{"$skipped": step}` is none. `project` beside it shows parts of the value (JSON Pointer),
`partial` that some were too large to be shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from specc_runtime.codecs import CODECS, Encoded, encode
from specc_runtime.codecs.json_codec import decode_json, encode_json, is_plain
from specc_runtime.errors import CodecError
from specc_runtime.expressions import SKIPPED, JsonValue
from specc_runtime.limits import PROJECTION_LIMIT, THRESHOLD
from specc_runtime.store import Store, put_blob
from specc_runtime.store.blobs import get_checked

VERSION = 1
"""Of requests and of what is kept at addresses."""
LIST_CODEC = "list"
"""A JSON array of tagged values, for lists whose items are not all JSON."""

_OPAQUE = frozenset({"bytes", "npy", "arrow", "parquet"})
"""Codecs of values that no expression looks into: they are not read back to be shown."""

Tagged = dict[str, Any]


def skipped(step: str) -> Tagged:
    """The tagged value of a step that was skipped."""
    return {"$skipped": step}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of JSON that a value may have to travel itself, and that its projections may have together."""

    threshold: int = THRESHOLD
    projections: int = PROJECTION_LIMIT

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> Limits:
        """What a request asks for: less than usual where many values travel together."""
        return cls(int(request.get("threshold", THRESHOLD)), int(request.get("project_limit", PROJECTION_LIMIT)))


USUAL = Limits()


def tag(
    value: Any, store: Store, codec: str | None = None, project: Iterable[str] = (), limits: Limits = USUAL
) -> Tagged:
    """Make a value ready to travel; what is large, or not plain JSON, is put into the store. Raises `CodecError`."""
    encoded = encode(value, codec)
    tagged = tag_encoded(encoded, store, limits.threshold)
    pointers = tuple(project)
    if pointers and encoded.codec in _OPAQUE:
        tagged |= {"project": {}, "partial": True}  # whoever asks is sent to the function that reads it
    elif pointers:
        tagged |= projections(encoded.decode(), pointers, limits.projections)
    return tagged


def tag_encoded(encoded: Encoded, store: Store, threshold: int = THRESHOLD) -> Tagged:
    """The same for a value that is encoded already."""
    if encoded.codec == "json" and len(encoded.data) <= threshold:
        value = decode_json(encoded.data)
        if is_plain(value):
            return {"$value": value}
    return reference(encoded, store)


def fitted(tagged: Tagged, store: Store, limits: Limits) -> Tagged:
    """A tagged value that was made without knowing the limits where it goes, within them."""
    found = dict(tagged)
    if "$value" in found:
        data = encode_json(found["$value"])
        if len(data) > limits.threshold:
            del found["$value"]
            found |= reference(Encoded("json", data), store)
    parts = found.get("project")
    if parts:
        kept = _within(
            {pointer: len(encode_json([pointer, part])) for pointer, part in parts.items()}, limits.projections
        )
        if len(kept) < len(parts):
            found |= {"project": {pointer: parts[pointer] for pointer in kept}, "partial": True}
    return found


def reference(encoded: Encoded, store: Store) -> Tagged:
    """Keep an encoded value in the store, and give the reference to it."""
    uri, digest = put_blob(store, encoded.data)
    return {"$ref": uri, "codec": encoded.codec, "sha256": digest, "size": len(encoded.data)}


def reference_list(tagged: list[Tagged], store: Store) -> Tagged:
    """Keep a list of tagged values in the store, and give the reference to the list of the values themselves."""
    data = encode_json(tagged)
    uri, digest = put_blob(store, data)
    return {"$ref": uri, "codec": LIST_CODEC, "sha256": digest, "size": len(data)}


def is_tagged(value: object) -> bool:
    """Whether `value` is a tagged value rather than a plain one."""
    return isinstance(value, dict) and not value.keys().isdisjoint(("$value", "$ref", "$skipped"))


def load(tagged: Tagged, store: Store) -> Any:
    """The value itself, `SKIPPED` when there is none. Raises `CodecError` and `StoreError`."""
    if "$value" in tagged:
        return tagged["$value"]
    if "$skipped" in tagged:
        return SKIPPED
    if "$ref" not in tagged:
        raise CodecError(f"not a tagged value: {json.dumps(tagged)[:80]}")
    data = get_checked(store, tagged["$ref"], tagged.get("sha256"))
    name = tagged.get("codec", "json")
    index = tagged.get("index")
    if name == LIST_CODEC:
        items = decode_json(data)
        return load(items[index], store) if index is not None else [load(item, store) for item in items]
    value = CODECS[name].decode(data) if name in CODECS else Encoded(name, data).decode()
    return value if index is None else value[index]


def projections(value: Any, pointers: Iterable[str], limit: int = PROJECTION_LIMIT) -> dict[str, Any]:
    """The parts of `value` that are there, by JSON Pointer (RFC 6901), as the fields that show them beside it.

    The largest are left out where all exceed `limit`, and those that are no JSON. `partial` says so: the workflow then
    asks a function.
    """
    found: dict[str, JsonValue] = {}
    sizes: dict[str, int] = {}
    whole = True
    for pointer in pointers:
        there, part = _resolve(value, pointer)
        if there:
            try:
                sizes[pointer] = len(encode_json([pointer, part]))
                found[pointer] = part
            except CodecError:
                whole = False
    kept = {pointer: found[pointer] for pointer in _within(sizes, limit)}
    return {"project": kept} if whole and len(kept) == len(found) else {"project": kept, "partial": True}


def _within(sizes: Mapping[str, int], limit: int) -> list[str]:
    """The pointers of the parts that are shown: without the largest while all exceed the limit."""
    total = sum(sizes.values())
    left_out: set[str] = set()
    for pointer in sorted(sizes, key=lambda item: sizes[item], reverse=True):
        if total > limit:
            total -= sizes[pointer]
            left_out.add(pointer)
    return [pointer for pointer in sizes if pointer not in left_out]


def _resolve(value: Any, pointer: str) -> tuple[bool, Any]:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isascii() and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return False, None
    return True, value
