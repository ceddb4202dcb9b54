"""ECS: clusters and what tasks do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi_engine.provider.cloud import Cloud
from pulumi_engine.provider.errors import ProviderError
from pulumi_engine.provider.kind import TAGS, Kind, State, retag, tag_list, tags_of
from pulumi_engine.provider.shapes import Field, Given, Many, Shape

_SETTING = {"name": Field(api="name", required=True), "value": Field(api="value", required=True)}


class Cluster(Kind):
    """Where tasks run."""

    token = "aws:ecs/cluster:Cluster"
    shape: ClassVar[Shape] = {
        "name": Field(api="clusterName", new=True),
        "settings": Field(api="settings", of=Many(_SETTING)),
        "tags": TAGS,
    }
    autoname = "name"

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it. ECS would not say that there is one of this name."""
        request, tags = self.request(given), tag_list(given.take("tags"), "key", "value")
        given.done()
        name = request["clusterName"]
        if self._find(cloud, name) is not None:
            raise ProviderError(f"creating ECS Cluster ({name}): cluster already exists")
        made = cloud.call(f"creating ECS Cluster ({name})", "ecs", "CreateCluster", **request, tags=tags)
        return str(made["cluster"]["clusterArn"])

    def _find(self, cloud: Cloud, cluster: str) -> Any:
        given: dict[str, Any] = {"clusters": [cluster], "include": ["SETTINGS"]}
        found = cloud.call("reading", "ecs", "DescribeClusters", **given)["clusters"]
        return found[0] if found and found[0]["status"] == "ACTIVE" else None

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Describe it."""
        found = self._find(cloud, id.rpartition("/")[2])
        if found is None:
            return None
        return {**self.told(found), "arn": id, "tags": tags_of(cloud, "ecs", id, listed=None)}

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Change it."""
        request, tags = self.request(given, resetting=changed - {"tags"}), given.take("tags", {})
        given.done()
        if "settings" in changed:
            said = {"cluster": id.rpartition("/")[2], "settings": request["settings"]}
            cloud.call(f"updating ECS Cluster ({id})", "ecs", "UpdateCluster", **said)
        if "tags" in changed:
            retag(cloud, "ecs", id, tags, listed=None)
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it."""
        cloud.call(f"deleting ECS Cluster ({id})", "ecs", "DeleteCluster", cluster=id.rpartition("/")[2])


_STRATEGY = {
    "capacityProvider": Field(api="capacityProvider", required=True),
    "weight": Field(api="weight", of=int),
    "base": Field(api="base", of=int),
}


class ClusterCapacityProviders(Kind):
    """What a cluster runs tasks on."""

    token = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
    shape: ClassVar[Shape] = {
        "clusterName": Field(api="cluster", new=True, required=True),
        "capacityProviders": Field(api="capacityProviders", of=Many(str, unordered=True), default=[]),
        "defaultCapacityProviderStrategies": Field(
            api="defaultCapacityProviderStrategy", of=Many(_STRATEGY, unordered=True), default=[]
        ),
    }

    def _put(self, cloud: Cloud, request: dict[str, Any]) -> str:
        full = {"capacityProviders": [], "defaultCapacityProviderStrategy": [], **request}
        action = f"setting ECS Cluster Capacity Providers ({request['cluster']})"
        cloud.call(action, "ecs", "PutClusterCapacityProviders", **full)
        return str(request["cluster"])

    def create(self, cloud: Cloud, given: Given) -> str:
        """Put them."""
        request = self.request(given)
        given.done()
        return self._put(cloud, request)

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Describe the cluster."""
        found = cloud.call("reading", "ecs", "DescribeClusters", clusters=[id])["clusters"]
        if not found or found[0]["status"] != "ACTIVE":
            return None
        return {**self.told(found[0]), "clusterName": id}

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Put them again."""
        return self.create(cloud, given)

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Put none."""
        self._put(cloud, {"cluster": id})


class TaskDefinition(Kind):
    """What a task does: any change makes another revision."""

    token = "aws:ecs/taskDefinition:TaskDefinition"
    shape: ClassVar[Shape] = {
        "family": Field(api="family", new=True, required=True),
        "containerDefinitions": Field(json=True, new=True, required=True),
        "cpu": Field(api="cpu", new=True),
        "memory": Field(api="memory", new=True),
        "networkMode": Field(api="networkMode", new=True),
        "requiresCompatibilities": Field(api="requiresCompatibilities", of=Many(str, unordered=True), new=True),
        "executionRoleArn": Field(api="executionRoleArn", new=True),
        "taskRoleArn": Field(api="taskRoleArn", new=True),
        "runtimePlatform": Field(
            api="runtimePlatform",
            of={
                "cpuArchitecture": Field(api="cpuArchitecture"),
                "operatingSystemFamily": Field(api="operatingSystemFamily"),
            },
            new=True,
        ),
        "skipDestroy": Field(of=bool),
        "trackLatest": Field(of=bool),
        "tags": TAGS,
    }
    virtual = frozenset({"skipDestroy", "trackLatest"})

    def create(self, cloud: Cloud, given: Given) -> str:
        """Register it."""
        request, tags = self.request(given), tag_list(given.take("tags"), "key", "value")
        containers = json.loads(given.take("containerDefinitions"))
        given.take("skipDestroy"), given.take("trackLatest")
        given.done()
        action = f"creating ECS Task Definition ({request['family']})"
        for name in ("executionRoleArn", "taskRoleArn"):
            if name in request:
                cloud.trusted(action, request[name], "ecs-tasks.amazonaws.com")
        # moto adds up the memory of containers where AWS takes that of the task
        memory = int(request.get("memory", 512))
        said = [{"memory": memory, **item} for item in containers]
        full = {**request, "containerDefinitions": said, **({"tags": tags} if tags else {})}
        made = cloud.call(action, "ecs", "RegisterTaskDefinition", **full)
        return str(made["taskDefinition"]["taskDefinitionArn"])

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Describe it."""
        given: dict[str, Any] = {"taskDefinition": id, "include": ["TAGS"]}
        answer = cloud.ask("ecs", "DescribeTaskDefinition", ("ClientException",), **given)
        if answer is None or answer["taskDefinition"]["status"] != "ACTIVE":
            return None
        found = answer["taskDefinition"]
        return {
            **self.told(found),
            "containerDefinitions": json.dumps(found["containerDefinitions"]),
            "arn": id,
            "arnWithoutRevision": id.rpartition(":")[0],
            "revision": found["revision"],
            "tags": {item["key"]: item["value"] for item in answer.get("tags", ())},
        }

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Change its tags."""
        given.inputs.get("tags")
        if "tags" in changed:
            retag(cloud, "ecs", id, given.inputs.get("tags", {}), listed=None)
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Deregister it, unless it is to stay."""
        if not state.get("skipDestroy"):
            cloud.call(f"deleting ECS Task Definition ({id})", "ecs", "DeregisterTaskDefinition", taskDefinition=id)


KINDS = (Cluster, ClusterCapacityProviders, TaskDefinition)
