"""What a request's scope means: names that are read from the store only when an expression uses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc_runtime.envelope import Tagged, is_tagged, load
from specc_runtime.store import Store

_PLAIN = ("params", "env", "run", "stack", "error")


class TaggedValues(Mapping[str, Any]):
    """Tagged values by name; each is loaded once, when it is first used."""

    def __init__(self, values: Mapping[str, Tagged], store: Store) -> None:
        self._values, self._store = values, store
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            value = self._values[name]
            self._loaded[name] = load(value, self._store) if is_tagged(value) else value
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class RequestScope(Mapping[str, Any]):
    """The scope in which a request's templates are evaluated."""

    def __init__(self, scope: Mapping[str, Any], store: Store) -> None:
        self._plain: dict[str, Any] = {name: scope.get(name, {}) for name in _PLAIN}
        self._plain["steps"] = TaggedValues(scope.get("steps", {}), store)
        names: dict[str, Tagged] = dict(scope.get("names", {}))
        for item in _items(scope):
            names.update(load_item(item, store))
        if "last" in scope:
            names["last"] = scope["last"]
        self._names = TaggedValues(names, store)

    def __getitem__(self, name: str) -> Any:
        return self._names[name] if name in self._names else self._plain[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._plain, **dict.fromkeys(self._names)})

    def __len__(self) -> int:
        return len(self._plain.keys() | set(self._names))


def _items(scope: Mapping[str, Any]) -> list[Any]:
    """The items of the maps around, outermost first."""
    found = scope.get("items") or []
    return [*found, scope["item"]] if scope.get("item") is not None else list(found)


def load_item(item: Mapping[str, Any], store: Store) -> Mapping[str, Tagged]:
    """What a map's item binds, given as it is or as `{"$item": {"$ref": manifest, "index": i}}`."""
    where = item.get("$item", item)
    if "$ref" not in where:
        return dict(where)
    found: Mapping[str, Tagged] = load(dict(where), store)
    return found
