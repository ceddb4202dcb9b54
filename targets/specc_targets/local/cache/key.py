"""Keys: under what a result is kept. The same key means the same code and the same inputs."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from specc_runtime.codecs import encode
from specc_runtime.codecs.json_codec import encode_json
from specc_runtime.errors import CodecError
from specc_targets.local.cache.fingerprint import Fingerprint

VERSION = "1"
"""Of what is hashed: a release that hashes something else finds nothing of an older one."""
_PLAIN = (b"json ", b"bytes ", b"text ")
"""How values begin that are no objects of anybody's classes."""
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
    code: Callable[[bool], Fingerprint],
    arguments: Mapping[str, Any],
    codec: str | None,
    key_values: Sequence[Any] | None = None,
) -> Key:
    """The key of one call. With `key_values` those decide, and the arguments do not. Raises `NoKey`.

    `code` gives the fingerprint; it is asked for the whole module's when an argument is an object of any class, since
    then code may run that the function does not name.
    """
    whole = blake2b(f"{VERSION} {codec or ''} {'with' if key_values is None else 'key'}\n".encode())
    inputs: dict[str, str] = {}
    objects = key_values is not None and any(_is_object(value) for value in arguments.values())
    named = (
        sorted(arguments.items())
        if key_values is None
        else [(f"key[{number}]", value) for number, value in enumerate(key_values)]
    )
    for name, value in named:
        data = _canonical(name, value)
        objects = objects or not data.startswith(_PLAIN)
        digest = blake2b(data).hexdigest()
        inputs[name] = digest[:_SHORT]
        whole.update(f"{len(name)} {name} {digest}\n".encode(errors="surrogatepass"))
    found = code(objects)
    whole.update(found.digest.encode())
    return Key(whole.hexdigest()[:40], found, inputs, codec)


def _is_object(value: Any) -> bool:
    try:
        return not _canonical("", value).startswith(_PLAIN)
    except NoKey:
        return True


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
