"""Results as the engine keeps them: encoded, so that every reader gets a value of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specc_runtime.codecs import Encoded, encode
from specc_runtime.codecs.json_codec import copy_json
from specc_runtime.errors import CodecError
from specc_runtime.expressions import SKIPPED


class Results:
    """The results of a map, in order."""

    __slots__ = ("items",)

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = items

    def decode(self) -> list[Any]:
        """The list of values, new at every call."""
        return [load(item) for item in self.items]


class Forgotten:
    """The results of a map that nothing asks for: they are in the journal, not in memory."""

    __slots__ = ("count",)

    def __init__(self, count: int) -> None:
        self.count = count


def keep(value: Any, codec: str | None = None) -> Any:
    """A value in the form it is kept: what cannot be changed stays as it is. Raises `CodecError`."""
    if codec is None and isinstance(value, str | int | float | bool | None):
        found = copy_json(value)
        if found is value or not isinstance(found, dict | list):
            return found
    return encode(value, codec)


def keep_binding(value: Any) -> Any:
    """The same for what an iteration binds: a batch may be a list of values that are not JSON. Raises `CodecError`."""
    try:
        return keep(value)
    except CodecError:
        if not isinstance(value, list):
            raise
    return Results([keep(item) for item in value])


def whole(kept: Any) -> Any:
    """A kept value in one piece; `SKIPPED` for results of a map that have none, because they are not all JSON."""
    if not isinstance(kept, Results):
        return kept
    try:
        return keep(load(kept))
    except CodecError:
        return SKIPPED


def load(kept: Any) -> Any:
    """The value, which the caller may change."""
    return kept.decode() if isinstance(kept, Encoded | Results) else kept


class Kept(Mapping[str, Any]):
    """Values by name, loaded anew at every look."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return load(self._values[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
