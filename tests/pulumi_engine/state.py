"""The state of a stack, in the form of `pulumi stack export`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from specc_targets.pulumi.preview.values import decode, encode

VERSION = "3.272.0"
STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource, as the state has it. Inputs and outputs are values of a program."""

    urn: str
    type: str
    custom: bool = True
    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str = ""
    protect: bool = False
    retain_on_delete: bool = False
    delete: bool = False
    """Whether it was replaced, and its old self is still to go."""
    errors: tuple[str, ...] = ()
    """What went wrong after it was made."""

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.rpartition("::")[2]

    def changed(self, **changes: Any) -> Resource:
        """It, otherwise."""
        return replace(self, **changes)


_KEYS = {
    "parent": "parent",
    "provider": "provider",
    "protect": "protect",
    "retain_on_delete": "retainOnDelete",
    "delete": "delete",
}


@dataclass
class State:
    """All of a stack."""

    resources: list[Resource] = field(default_factory=list)
    pending: list[tuple[Resource, str]] = field(default_factory=list)
    """Operations that were begun and not ended."""
    secrets_providers: dict[str, Any] = field(default_factory=dict)

    def find(self, urn: str) -> Resource | None:
        """A resource that is not on its way out."""
        return next((item for item in self.resources if item.urn == urn and not item.delete), None)

    @property
    def outputs(self) -> dict[str, Any]:
        """What the program exports."""
        return next((dict(item.outputs) for item in self.resources if item.type == STACK), {})

    def names(self) -> list[str]:
        """The names of what a provider has made."""
        return sorted(item.name for item in self.resources if item.custom and not item.type.startswith("pulumi:"))

    def to_json(self) -> dict[str, Any]:
        """As `pulumi stack export` prints it."""
        deployment: dict[str, Any] = {
            "manifest": {"time": "2026-01-01T00:00:00Z", "magic": "", "version": f"v{VERSION}"},
            "resources": [_to_json(item) for item in self.resources],
            "metadata": {},
        }
        if self.secrets_providers:
            deployment["secrets_providers"] = self.secrets_providers
        if self.pending:
            deployment["pending_operations"] = [
                {"resource": _to_json(item), "type": operation} for item, operation in self.pending
            ]
        return {"version": 3, "deployment": deployment}

    @classmethod
    def from_json(cls, text: Mapping[str, Any] | None) -> State:
        """What was exported."""
        found = (text or {}).get("deployment") or {}
        return cls(
            [_from_json(item) for item in found.get("resources") or ()],
            [(_from_json(item["resource"]), item["type"]) for item in found.get("pending_operations") or ()],
            found.get("secrets_providers") or {},
        )


def _to_json(item: Resource) -> dict[str, Any]:
    found: dict[str, Any] = {"urn": item.urn, "custom": item.custom, "type": item.type}
    if item.id:
        found["id"] = item.id
    found |= {"inputs": encode(dict(item.inputs)), "outputs": encode(dict(item.outputs))}
    found |= {key: value for name, key in _KEYS.items() if (value := getattr(item, name))}
    if item.dependencies:
        found["dependencies"] = list(item.dependencies)
    if item.property_dependencies:
        found["propertyDependencies"] = {key: list(urns) for key, urns in item.property_dependencies.items()}
    if item.errors:
        found["initErrors"] = list(item.errors)
    return found


def _from_json(found: Mapping[str, Any]) -> Resource:
    inputs, outputs = decode(found.get("inputs") or {}), decode(found.get("outputs") or {})
    assert isinstance(inputs, Mapping)
    assert isinstance(outputs, Mapping)
    return Resource(
        urn=found["urn"],
        type=found["type"],
        custom=found["custom"],
        id=found.get("id", ""),
        inputs=inputs,
        outputs=outputs,
        dependencies=tuple(found.get("dependencies") or ()),
        property_dependencies={key: tuple(urns) for key, urns in (found.get("propertyDependencies") or {}).items()},
        errors=tuple(found.get("initErrors") or ()),
        **{name: found[key] for name, key in _KEYS.items() if key in found},
    )
