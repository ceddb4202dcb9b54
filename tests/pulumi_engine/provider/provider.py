"""The test provider: what the real one does with a resource, over boto3 on an emulator."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_engine.provider import functions, identity, jobs, machines, storage, tasks, watching
from pulumi_engine.provider.cloud import Cloud
from pulumi_engine.provider.errors import InputError, NotKeptError, ProviderError
from pulumi_engine.provider.gaps import GAPS
from pulumi_engine.provider.kind import Kind
from pulumi_engine.provider.shapes import Given, check_all, missed, same

KINDS: dict[str, Kind] = {
    kind.token: kind()
    for room in (storage, watching, identity, functions, machines, jobs, tasks)
    for kind in room.KINDS
}
DEFAULTS = "__defaults"
"""The input in which the real provider keeps which properties it has filled in."""
Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Diff:
    """What differs between what is there and what is wanted."""

    changed: frozenset[str] = frozenset()
    replaces: frozenset[str] = frozenset()
    delete_first: bool = False
    """Whether there cannot be two at a time, as both have the same name."""


@dataclass
class Provider:
    """The provider `aws`, set up by the configuration of a stack."""

    cloud: Cloud
    gaps_met: set[tuple[str, str]] = field(default_factory=set)
    before: Callable[[str, str, str], None] = lambda *_: None
    """Called before each operation that changes anything; it may raise."""

    def kind(self, type: str) -> Kind:
        """The kind of a type."""
        if type not in KINDS:
            raise ProviderError(f"the provider has no resource type {type}")
        return KINDS[type]

    def check(self, type: str, name: str, old: Properties | None, new: Properties) -> dict[str, Any]:
        """The inputs, validated and with a name where the program gives none."""
        kind = self.kind(type)
        inputs = {key: value for key, value in new.items() if value is not None}
        defaults = []
        if kind.autoname is not None and kind.autoname not in inputs and kind.prefix not in inputs:
            kept = old is not None and kind.autoname in old.get(DEFAULTS, ())
            inputs[kind.autoname] = old[kind.autoname] if old and kept else f"{name}-{secrets.token_hex(4)[:7]}"
            defaults.append(kind.autoname)
        try:
            check_all(inputs, kind.shape)
        except InputError as error:
            raise InputError(f"{type} {name}: {error.path}", str(error).partition(": ")[2]) from None
        return {**inputs, DEFAULTS: defaults}

    def diff(self, type: str, old: Properties, new: Properties) -> Diff:
        """What an update of the inputs would change."""
        kind = self.kind(type)
        names = (old.keys() | new.keys()) - {DEFAULTS}
        shape = kind.shape
        changed = frozenset(
            name
            for name in names
            if name not in shape or not same(old.get(name), new.get(name), shape[name].of, shape[name])
        )
        replaces = kind.replaces(changed, old, new)
        named = kind.autoname in new and kind.autoname not in new.get(DEFAULTS, ())
        first = bool(replaces) and named and kind.autoname not in changed
        return Diff(changed, replaces, first)

    def create(self, type: str, name: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
        """Make it: id and outputs."""
        kind = self.kind(type)
        self.before("create", type, name)
        made = kind.create(self.cloud, Given(_without(inputs)))
        return made, self._kept(kind, made, name, inputs)

    def update(
        self, type: str, name: str, id: str, old: Properties, new: Properties, diff: Diff
    ) -> tuple[str, dict[str, Any]]:
        """Change it: id, which may be another, and outputs."""
        kind = self.kind(type)
        self.before("update", type, name)
        made = kind.update(self.cloud, id, Given(_without(new)), diff.changed) if diff.changed else id
        return made, self._kept(kind, made, name, new)

    def delete(self, type: str, name: str, id: str, outputs: Properties) -> None:
        """Take it away. What has gone by itself is no error, as with the real one."""
        kind = self.kind(type)
        self.before("delete", type, name)
        if kind.read(self.cloud, id, outputs) is not None:
            kind.delete(self.cloud, id, dict(outputs))

    def read(
        self, type: str, id: str, inputs: Properties, outputs: Properties
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Inputs and outputs as they are now, or None when it is gone.

        Of the inputs only those that were declared; what reads back as it was said stays as it was said.
        """
        kind = self.kind(type)
        found = kind.read(self.cloud, id, outputs)
        if found is None:
            return None
        now = dict(inputs)
        for name, lost in self._lost(kind, inputs, found).items():
            if any((kind.token, path) not in GAPS for path in lost):
                now[name] = found.get(name)
        declared = {name: value for name, value in _without(now).items() if value is not None}
        now = {name: value for name, value in now.items() if value is not None}
        return now, {**{name: value for name, value in found.items() if value is not None}, **declared}

    def invoke(self, token: str, arguments: Properties) -> dict[str, Any]:
        """A function of the provider."""
        if arguments:
            raise InputError(f"{token}: {min(arguments)}", "nothing was done with it")
        region, account = self.cloud.region, self.cloud.account
        if token == "aws:index/getCallerIdentity:getCallerIdentity":
            found = self.cloud.client("sts").get_caller_identity()
            return {"accountId": account, "arn": found["Arn"], "userId": found["UserId"], "id": account}
        if token == "aws:index/getRegion:getRegion":
            endpoint = f"ec2.{region}.amazonaws.com"
            return {"id": region, "region": region, "name": region, "endpoint": endpoint, "description": region}
        if token == "aws:index/getPartition:getPartition":
            suffix = "amazonaws.com"
            return {"id": "aws", "partition": "aws", "dnsSuffix": suffix, "reverseDnsPrefix": "com.amazonaws"}
        raise ProviderError(f"the provider has no function {token}")

    def _kept(self, kind: Kind, id: str, name: str, inputs: Properties) -> dict[str, Any]:
        """The outputs, after all that was declared was read back."""
        found = kind.read(self.cloud, id, inputs)
        if found is None:
            raise NotKeptError(f"{kind.token} {name}: it was made and is not there")
        lost = {path: top for top, paths in self._lost(kind, inputs, found).items() for path in paths}
        unknown = [path for path in lost if (kind.token, path) not in GAPS]
        if unknown:
            top = lost[unknown[0]]
            raise NotKeptError(
                f"{kind.token} {name}: {unknown} do not read back as declared: {inputs[top]!r}, found {found.get(top)!r}"
            )
        self.gaps_met |= {(kind.token, path) for path in lost}
        return {**{key: value for key, value in found.items() if value is not None}, **_without(inputs)}

    def _lost(self, kind: Kind, inputs: Properties, found: Properties) -> dict[str, list[str]]:
        """Declared property -> the paths in it that are otherwise; without numbers of items."""
        lost = {}
        for name, value in _without(inputs).items():
            item = kind.shape[name]
            if name not in kind.virtual and (paths := missed(value, found.get(name), item.of, name, item)):
                lost[name] = [re.sub(r"\[\d+\]", "[]", path) for path in paths]
        return lost


def _without(inputs: Properties) -> dict[str, Any]:
    """Inputs without what the provider keeps among them for itself."""
    return {name: value for name, value in inputs.items() if name != DEFAULTS}
