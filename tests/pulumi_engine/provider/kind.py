"""What every kind of resource can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi_engine.provider.cloud import Cloud
from pulumi_engine.provider.errors import ProviderError
from pulumi_engine.provider.shapes import NONE, Field, Given, Shape, Table, from_api

State = dict[str, Any]
TAGS = Field(of=Table())


class Kind:
    """A kind of resource. Ids are those of the real provider."""

    token: ClassVar[str]
    shape: ClassVar[Shape]
    autoname: ClassVar[str | None] = None
    """The property with the name, which is made from that of the resource where the program says none."""
    prefix: ClassVar[str | None] = None
    """The property with the beginning of the name, which is then made at creation."""
    computed: ClassVar[frozenset[str]] = frozenset()
    """Outputs that are known only after an update."""
    virtual: ClassVar[frozenset[str]] = frozenset()
    """Properties that the provider keeps for itself; the cloud knows nothing of them."""

    @property
    def what(self) -> str:
        """The kind, in words."""
        return self.token.rpartition(":")[2]

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it; its id."""
        raise NotImplementedError

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """All that the cloud says of it, or None when it is not there."""
        raise NotImplementedError

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Change it; its id. `changed` are the properties that differ."""
        raise ProviderError(f"updating {self.what} ({id}): {sorted(changed)} cannot be changed")

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Take it away."""
        raise NotImplementedError

    def replaces(self, changed: frozenset[str], old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
        """Those of the changed properties that ask for a new resource."""
        return frozenset(name for name in changed if name in self.shape and self.shape[name].new)

    def published(self, changed: frozenset[str], new: Mapping[str, Any]) -> frozenset[str]:
        """Outputs that an update with these changes will change."""
        return self.computed

    def request(self, given: Given, *, resetting: frozenset[str] = frozenset()) -> dict[str, Any]:
        """What the API is told: all properties that it has names for, and the defaults of what is taken back."""
        found = given.mapped(self.shape)
        for name in sorted(resetting):
            item = self.shape[name]
            if given.inputs.get(name) is None and item.api:
                if item.default is NONE:
                    raise ProviderError(f"{self.what}: `{name}` cannot be taken back")
                found[item.api] = item.default
        return found

    def told(self, answer: Mapping[str, Any]) -> State:
        """What the API says, by the names of a program."""
        return dict(from_api(answer, self.shape))


def tag_list(tags: Mapping[str, str] | None, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as most services take them."""
    return [{key: name, value: text} for name, text in (tags or {}).items()]


def tag_map(tags: list[dict[str, str]], key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Tags as a program says them."""
    return {item[key]: item[value] for item in tags}


def retag(cloud: Cloud, service: str, arn: str, new: Mapping[str, str], *, listed: tuple[str, str, str] | None) -> None:
    """Bring the tags of a resource of one of the services with `TagResource` to what they should be.

    `listed` are the names of the parameter with the ARN, of that with the tags, and of that with their keys.
    """
    resource, tags, keys = listed or ("resourceArn", "tags", "tagKeys")
    old = tags_of(cloud, service, arn, listed=listed)
    gone = sorted(old.keys() - new.keys())
    if gone:
        cloud.call("updating tags", service, "UntagResource", **{resource: arn, keys: gone})
    if dict(new) != old and new:
        given: Any = dict(new)
        if service in ("stepfunctions", "ecs"):
            given = tag_list(new, "key", "value")
        elif service in ("events", "cloudwatch"):
            given = tag_list(new)
        cloud.call("updating tags", service, "TagResource", **{resource: arn, tags: given})


def tags_of(cloud: Cloud, service: str, arn: str, *, listed: tuple[str, str, str] | None) -> dict[str, str]:
    """The tags of a resource."""
    resource, tags, _ = listed or ("resourceArn", "tags", "tagKeys")
    operation = "ListTags" if service == "lambda" else "ListTagsForResource"
    found = cloud.call("reading tags", service, operation, **{resource: arn}).get(tags) or {}
    if isinstance(found, list):
        return {item.get("key", item.get("Key")): item.get("value", item.get("Value")) for item in found}
    return dict(found)
