"""Services, operations, shapes. A file is read when a step uses its service: within milliseconds, the largest in 50."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from specc_runtime.actions.aws_names import boto_service, error_names, member, sdk_service

_TRAITS = frozenset({"streaming", "eventstream", "document"})


@dataclass(frozen=True, eq=False)
class Shape:
    """What a value looks like: `kind` is structure, list, map, string, integer, blob, timestamp, ..."""

    name: str
    service: Service
    traits: Mapping[str, Any]
    """What a structure says of this member of it."""

    @cached_property
    def _raw(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.service.shapes[self.name]
        return found

    @property
    def kind(self) -> str:
        """The word of the model."""
        return str(self._raw["type"])

    @cached_property
    def members(self) -> dict[str, Shape]:
        """Of a structure: its members, by the names that Step Functions has for them."""
        return {member(name): self.service.shape(item) for name, item in self._raw.get("members", {}).items()}

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Every name under which a member may be given -> its name in `members`."""
        return {name: member(name) for name in self._raw.get("members", {})} | {name: name for name in self.members}

    @property
    def required(self) -> tuple[str, ...]:
        """Of a structure: the members that must be given."""
        return tuple(member(name) for name in self._raw.get("required", ()))

    @property
    def item(self) -> Shape:
        """What a list or a map holds."""
        return self.service.shape(self._raw["member" if self.kind == "list" else "value"])

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of a text that has only some."""
        return tuple(self._raw.get("enum", ()))

    @property
    def longest(self) -> int | None:
        """Characters of a text, or items of a list, at most."""
        found = self._raw.get("max")
        return found if isinstance(found, int) else None

    def is_(self, trait: str) -> bool:
        """Whether it is `streaming`, an `eventstream` or a `document` (any JSON)."""
        assert trait in _TRAITS
        return bool(self.traits.get(trait) or self._raw.get(trait))

    @property
    def payload(self) -> str | None:
        """Of a structure: the member that is the whole body of a message."""
        found = self._raw.get("payload")
        return member(found) if found is not None else None

    @property
    def is_text_body(self) -> bool:
        """Whether it is a blob that steps write and read as a text."""
        return self.kind == "blob" and (self.is_("streaming") or bool(self.traits.get("body")))


@dataclass(frozen=True, eq=False)
class Operation:
    """One action of a service."""

    name: str
    """As in a spec: `putItem`."""
    service: Service
    raw: Mapping[str, Any]

    @cached_property
    def input(self) -> Shape | None:
        """A structure of the parameters."""
        return self.service.shape(self.raw["input"]) if "input" in self.raw else None

    @cached_property
    def output(self) -> Shape | None:
        """A structure of the result."""
        return self.service.shape(self.raw["output"]) if "output" in self.raw else None

    @property
    def streams_events(self) -> bool:
        """Whether it sends or gets a stream of events, which no step can."""
        sides = (self.input, self.output)
        return any(item.is_("eventstream") for side in sides if side is not None for item in side.members.values())

    @property
    def deprecated(self) -> bool:
        """Whether AWS advises against it."""
        return bool(self.raw.get("deprecated"))


@dataclass(frozen=True, eq=False)
class Service:
    """One service. `boto` is its name in boto3."""

    boto: str
    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        """What AWS's SDKs derive its names from: `DynamoDB`."""
        return str(self.raw["metadata"]["serviceId"])

    @property
    def sdk(self) -> str:
        """Its name in the ARN of an SDK integration."""
        return sdk_service(self.id)

    @property
    def shapes(self) -> Mapping[str, Any]:
        """The shapes of the model, as they stand there."""
        found: Mapping[str, Any] = self.raw["shapes"]
        return found

    def shape(self, reference: Mapping[str, Any]) -> Shape:
        """The shape that a model's reference means."""
        traits = dict(reference)
        owner = self.shapes[reference["shape"]]
        body = owner.get("payload") if owner["type"] == "structure" else None
        found = Shape(str(reference["shape"]), self, traits)
        if body is not None:
            inner = found.members[member(body)]
            found.members[member(body)] = Shape(inner.name, self, {**inner.traits, "body": True})
        return found

    @property
    def operations(self) -> list[str]:
        """The actions, as in a spec."""
        return [name[:1].lower() + name[1:] for name in self.raw["operations"]]

    def operation(self, name: str) -> Operation | None:
        """The action of a name."""
        found = self.raw["operations"].get(name[:1].upper() + name[1:]) if name[:1].islower() else None
        return Operation(name, self, found) if found is not None else None

    @cached_property
    def errors(self) -> tuple[tuple[str, ...], ...]:
        """The names of every error of the model, the one that Step Functions gives it first."""
        found = ((name, raw) for name, raw in self.shapes.items() if raw.get("exception"))
        return tuple(error_names(self.id, name, str(raw.get("error", {}).get("code", ""))) for name, raw in found)


@lru_cache(maxsize=1)
def _folder() -> Path | None:
    """The folder of botocore's models. botocore itself is not imported: that takes longer than a whole check."""
    from importlib.util import find_spec

    found = find_spec("botocore")
    if found is None or found.origin is None:
        return None
    data = Path(found.origin).parent / "data"
    return data if data.is_dir() else None


@lru_cache(maxsize=1)
def available() -> frozenset[str]:
    """The services that boto3 has; none when it is not installed."""
    folder = _folder()
    return frozenset(path.name for path in folder.iterdir() if path.is_dir()) if folder is not None else frozenset()


def find_service(name: str) -> Service | None:
    """A service under its name in boto3 or in Step Functions."""
    boto = boto_service(name, available())
    return _load(boto) if boto is not None else None


@lru_cache(maxsize=16)
def _load(boto: str) -> Service | None:
    folder = _folder()
    assert folder is not None, "it is available"
    versions = sorted((path for path in (folder / boto).iterdir() if path.is_dir()), reverse=True)
    for version in versions:
        packed, plain = version / "service-2.json.gz", version / "service-2.json"
        if packed.exists():
            import gzip

            return Service(boto, json.loads(gzip.decompress(packed.read_bytes())))
        if plain.exists():
            return Service(boto, json.loads(plain.read_bytes()))
    return None
