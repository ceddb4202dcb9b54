"""Values as a Pulumi program sends and receives them: plain JSON, and what JSON has no form for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeAlias

from specc.targets import TargetError

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""The key of an object that stands for something else; this and what follows is in `pulumi.runtime.rpc`."""
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The text that stands for a value that is known only after creation."""


class Unknown(Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = "known after creation"

    def __repr__(self) -> str:
        return f"<{self.value}>"


UNKNOWN: Final = Unknown.UNKNOWN
"""A value that is known only after creation."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is not to be shown."""

    value: Value = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, a folder, a text or an address that is sent along; several of them in an archive."""

    archive: bool = False
    path: str | None = None
    """As the program names it, from its folder."""
    text: str | None = None
    uri: str | None = None
    assets: Mapping[str, Asset] | None = None
    sha256: str | None = None
    """Of the content: of a file as it is, of a folder or several assets over all names and hashes. None of a `uri`."""


Value: TypeAlias = "bool | int | float | str | Unknown | Secret | Asset | Sequence[Value] | Mapping[str, Value] | None"


class AssetError(TargetError):
    """A file or folder that a program wants to send is not there."""


def decode(value: Any) -> Value:
    """A value of a message, already a plain structure, with what stands for something else taken for that."""
    if isinstance(value, str):
        return UNKNOWN if value == UNKNOWN_TEXT else value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, Mapping):
        return _decode_object(value)
    if isinstance(value, list):
        return [decode(item) for item in value]
    assert value is None or isinstance(value, (bool, int)), f"a message holds no {type(value).__name__}"
    return value


def _decode_object(value: Mapping[str, Any]) -> Value:
    kind = value.get(SIGNATURE)
    if kind == SECRET:
        return Secret(decode(value.get("value")))
    if kind in (ASSET, ARCHIVE):
        return _decode_asset(value, archive=kind == ARCHIVE)
    if kind == RESOURCE:
        found = value.get("id", value.get("urn"))
        return UNKNOWN if found in ("", UNKNOWN_TEXT) else decode(found)
    if kind == OUTPUT:
        known = decode(value["value"]) if "value" in value else UNKNOWN
        return Secret(known) if value.get("secret") else known
    # Messages have no order of their own; what is told of them has.
    return {name: decode(item) for name, item in sorted(value.items())}


def _decode_asset(value: Mapping[str, Any], *, archive: bool) -> Asset:
    texts = {name: value.get(name) for name in ("path", "text", "uri", "hash")}
    if any(text is not None and not isinstance(text, str) for text in texts.values()):
        raise ValueError("a file is described by what is no text")
    digest = texts.pop("hash") or None
    assets = value.get("assets")
    if assets is None:
        return Asset(archive, **texts, sha256=digest)
    inner: dict[str, Asset] = {}
    for name, item in sorted(assets.items() if isinstance(assets, Mapping) else ()):
        found = decode(item)
        if not isinstance(found, Asset):
            raise ValueError(f"`{name}` of an archive is no file")  # noqa: TRY004 - a file is wrong, no caller
        inner[name] = found
    return Asset(archive, **texts, assets=inner, sha256=digest)


def encode(value: Value) -> Any:
    """The same as plain structure, as messages and states hold it."""
    match value:
        case Unknown():
            return UNKNOWN_TEXT
        case Secret(inner):
            return {SIGNATURE: SECRET, "value": encode(inner)}
        case Asset():
            return _encode_asset(value)
        case Mapping():
            return {name: encode(item) for name, item in value.items()}
        case list() | tuple():
            return [encode(item) for item in value]
    return value


def _encode_asset(asset: Asset) -> dict[str, Any]:
    found: dict[str, Any] = {SIGNATURE: ARCHIVE if asset.archive else ASSET}
    found |= {name: text for name in ("path", "text", "uri") if (text := getattr(asset, name)) is not None}
    if asset.assets is not None:
        found["assets"] = {name: _encode_asset(item) for name, item in asset.assets.items()}
    return found if asset.sha256 is None else {**found, "hash": asset.sha256}


def hashed(value: Value, directory: Path) -> Value:
    """The same with the hash of every asset, read from `directory`. Raises `AssetError`."""
    match value:
        case Asset():
            return _hashed_asset(value, directory)
        case Secret(inner):
            return Secret(hashed(inner, directory))
        case Mapping():
            return {name: hashed(item, directory) for name, item in value.items()}
        case list():
            return [hashed(item, directory) for item in value]
    return value


def _hashed_asset(asset: Asset, directory: Path) -> Asset:
    if asset.assets is not None:
        inner = {name: _hashed_asset(item, directory) for name, item in asset.assets.items()}
        return replace(asset, assets=inner, sha256=_over({name: item.sha256 or "" for name, item in inner.items()}))
    if asset.text is not None:
        return replace(asset, sha256=hashlib.sha256(asset.text.encode()).hexdigest())
    if asset.path is not None:
        return replace(asset, sha256=_hash_of(directory / asset.path, asset.path))
    return asset


def _hash_of(path: Path, name: str) -> str:
    try:
        if path.is_dir():
            files = [item for item in sorted(path.rglob("*")) if item.is_file()]
            return _over({item.relative_to(path).as_posix(): _hash_of(item, name) for item in files})
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AssetError(f"`{name}`, which it sends, cannot be read: {error.strerror or error}") from None


def _over(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256("".join(f"{name}\0{hashes[name]}\n" for name in sorted(hashes)).encode()).hexdigest()


def secret_texts(value: Value) -> Iterator[str]:
    """Every text in a value that is not to be shown."""
    match value:
        case Secret(inner):
            yield from _texts(inner)
        case Mapping():
            for item in value.values():
                yield from secret_texts(item)
        case list() | tuple():
            for item in value:
                yield from secret_texts(item)


def _texts(value: Value) -> Iterator[str]:
    match value:
        case str():
            yield value
        case int() | float() if not isinstance(value, bool):
            yield str(value)
        case Secret(inner):
            yield from _texts(inner)
        case Mapping():
            for item in value.values():
                yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)


def known(value: Value) -> bool:
    """Whether nothing in a value is unknown."""
    match value:
        case Unknown():
            return False
        case Secret(inner):
            return known(inner)
        case Mapping():
            return all(known(item) for item in value.values())
        case list() | tuple():
            return all(known(item) for item in value)
    return True
