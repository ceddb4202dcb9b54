"""What differs between two values, by path: also inside of texts that are JSON documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from specc_targets.pulumi.preview.values import UNKNOWN, Asset, Secret, Value, encode

DEFAULTS: Final = "__defaults"
"""In inputs of a state: the names of those that the provider filled in."""


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "not there"

    def __repr__(self) -> str:
        return f"<{self.value}>"


MISSING: Final = Missing.MISSING
"""Instead of a value that there is not."""
Maybe: TypeAlias = "Value | Missing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which two values differ."""

    path: tuple[str | int, ...]
    old: Maybe
    new: Maybe

    @property
    def text(self) -> str:
        """`policy.Statement[0].Action`."""
        parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path]
        return "".join(parts).removeprefix(".")


def differences(old: Mapping[str, Value], new: Mapping[str, Value]) -> tuple[Difference, ...]:
    """Everything in which inputs differ. What a provider had filled in is not asked for again, so it is no difference.

    A secret whose old value nobody here can read counts as the same: `unreadable` finds those.
    """
    return tuple(_objects((), old, new))


def unreadable(old: Maybe, new: Maybe) -> bool:
    """Whether something in two values is a secret that cannot be compared, as the old one is encrypted."""
    if isinstance(old, Secret) and isinstance(new, Secret):
        return old.value is UNKNOWN and new.value is not UNKNOWN
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return any(unreadable(old[name], new[name]) for name in old.keys() & new.keys())
    if isinstance(old, list) and isinstance(new, list):
        return any(unreadable(*pair) for pair in zip(old, new, strict=False))
    return False


def _compare(path: tuple[str | int, ...], old: Value, new: Value) -> Iterator[Difference]:
    if isinstance(old, Secret) and isinstance(new, Secret):
        if old.value is not UNKNOWN and any(_compare(path, old.value, new.value)):
            yield Difference(path, old, new)  # as a whole: what differs in it is secret, too
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _objects(path, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(path, old, new)
    elif isinstance(old, Asset) and isinstance(new, Asset):
        if not _same_content(old, new):
            yield Difference(path, old, new)
    elif isinstance(old, str) and isinstance(new, str):
        yield from _texts(path, old, new)
    elif old is not new and not _equal(old, new):
        yield Difference(path, old, new)


def _equal(old: Value, new: Value) -> bool:
    """Whether two plain values are the same: 1 is not true, but 1.0."""
    return isinstance(old, bool) == isinstance(new, bool) and old == new


def _same_content(old: Asset, new: Asset) -> bool:
    if old.sha256 is not None and new.sha256 is not None:
        return old.archive == new.archive and old.sha256 == new.sha256
    return old == new


def _objects(path: tuple[str | int, ...], old: Mapping[str, Value], new: Mapping[str, Value]) -> Iterator[Difference]:
    filled = old.get(DEFAULTS)
    by_provider = set(filled) if isinstance(filled, list) else set()
    for name in dict.fromkeys((*new, *old)):
        if name == DEFAULTS or (name not in new and name in by_provider):
            continue
        before: Maybe = old.get(name, MISSING)
        after: Maybe = new.get(name, MISSING)
        if before is MISSING or after is MISSING:
            if _empty(before) and _empty(after):
                continue
            yield Difference((*path, name), before, after)
        else:
            yield from _compare((*path, name), before, after)


def _empty(value: Maybe) -> bool:
    """Whether there is nothing: states leave out what is null."""
    return value is MISSING or value is None


def _texts(path: tuple[str | int, ...], old: str, new: str) -> Iterator[Difference]:
    if old == new:
        return
    before, after = _document(old), _document(new)
    if type(before) is type(after) and isinstance(before, (dict, list)):
        yield from _compare(path, before, after)
    else:
        yield Difference(path, old, new)


def _document(text: str) -> Value:
    """The JSON document that a text is, or the text."""
    if text[:1] not in ("{", "["):
        return text
    try:
        found: Value = json.loads(text)
    except ValueError:
        return text
    return found


def _lists(path: tuple[str | int, ...], old: Sequence[Value], new: Sequence[Value]) -> Iterator[Difference]:
    """Items that are the same stay out of it, wherever they stand now."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, [_key(item) for item in old], [_key(item) for item in new], autojunk=False)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            continue
        both = min(end - start, new_end - new_start)
        for number in range(both):
            yield from _compare((*path, new_start + number), old[start + number], new[new_start + number])
        for number in range(start + both, end):
            yield Difference((*path, number), old[number], MISSING)
        for number in range(new_start + both, new_end):
            yield Difference((*path, number), MISSING, new[number])


def _key(value: Value) -> str:
    """A text that two values share exactly if they are the same."""
    if isinstance(value, Asset) and value.sha256 is not None:
        return value.sha256
    if isinstance(value, str):
        value = _document(value)
    return json.dumps(_without_defaults(encode(value)), sort_keys=True)


def _without_defaults(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_defaults(item) for name, item in value.items() if name != DEFAULTS}
    return [_without_defaults(item) for item in value] if isinstance(value, list) else value
