"""Keys: under what a result is kept. The same key means the same code and the same inputs."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from specc_runtime.codecs import encode
from specc_runtime.codecs.json_codec import encode_json
from specc_runtime.errors import CodecError
from specc_targets.local.cache.fingerprint import Fingerprint

VERSION = "1"
"""Of what is hashed: a release that hashes something else finds nothing of an older one."""
_SHORT = 16
"""Characters of an input's hash that are kept to tell which input has changed."""


class NoKey(Exception):  # noqa: N818  # not a failure: the call is made, and its result not kept
    """An input cannot be hashed. The message says which and why."""


@dataclass(frozen=True, slots=True)
class Key:
    """Identifies a result."""

    digest: str
    """40 hexadecimal digits, of all of the below."""
    code: Fingerprint
    inputs: Mapping[str, str]
    """What the inputs are called -> the beginning of each one's hash."""
    codec: str | None


def make_key(
    code: Fingerprint,
    arguments: Mapping[str, Any],
    codec: str | None,
    key_values: Sequence[Any] | None = None,
) -> Key:
    """The key of one call. With `key_values` those decide, and the arguments do not. Raises `NoKey`."""
    whole = blake2b(f"{VERSION} {code.digest} {codec or ''} {'with' if key_values is None else 'key'}\n".encode())
    inputs: dict[str, str] = {}
    named = (
        sorted(arguments.items())
        if key_values is None
        else [(f"key[{number}]", value) for number, value in enumerate(key_values)]
    )
    for name, value in named:
        digest = blake2b(_canonical(name, value)).hexdigest()
        inputs[name] = digest[:_SHORT]
        whole.update(f"{len(name)} {name} {digest}\n".encode(errors="surrogatepass"))
    return Key(whole.hexdigest()[:40], code, inputs, codec)


def _canonical(name: str, value: Any) -> bytes:
    """The value as bytes, and by which codec: JSON where it is JSON, else what the codec of its type writes."""
    try:
        return b"json " + encode_json(value)
    except CodecError as error:
        reason = str(error)
    try:
        if not isinstance(value, list | tuple | dict):
            encoded = encode(value)
            return f"{encoded.codec} ".encode() + encoded.data
    except CodecError:
        pass
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        parts = [(key, _canonical(name, item)) for key, item in value.items()]
        return b"object " + b"".join(f"{len(key)} {key} {len(part)} ".encode() + part for key, part in parts)
    if isinstance(value, list | tuple):
        found = [_canonical(name, item) for item in value]
        return b"list " + b"".join(f"{len(part)} ".encode() + part for part in found)
    try:
        return b"pickle " + pickle.dumps(value, protocol=5)  # written only, never read
    except Exception as error:
        raise NoKey(f"`{name}` {reason}") from error
