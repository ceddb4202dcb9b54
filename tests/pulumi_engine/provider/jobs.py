"""Batch: where jobs run and wait, and what they do."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi_engine.provider.cloud import Cloud
from pulumi_engine.provider.errors import InputError, ProviderError
from pulumi_engine.provider.kind import TAGS, Kind, State, retag, tags_of
from pulumi_engine.provider.shapes import Field, Given, Many, Shape, Table

_NETS = Many(str, unordered=True)
_PREFIX = 102
_MOVING = ("maxvCpus", "minvCpus", "desiredvCpus", "subnets", "securityGroupIds")


class ComputeEnvironment(Kind):
    """Where jobs run."""

    token = "aws:batch/computeEnvironment:ComputeEnvironment"
    shape: ClassVar[Shape] = {
        "name": Field(api="computeEnvironmentName", new=True),
        "namePrefix": Field(new=True),
        "type": Field(api="type", new=True, required=True),
        "state": Field(api="state", default="ENABLED"),
        "serviceRole": Field(api="serviceRole"),
        "computeResources": Field(
            api="computeResources",
            of={
                "type": Field(api="type", required=True),
                "maxVcpus": Field(api="maxvCpus", of=int, required=True),
                "minVcpus": Field(api="minvCpus", of=int),
                "desiredVcpus": Field(api="desiredvCpus", of=int),
                "subnets": Field(api="subnets", of=_NETS, required=True),
                "securityGroupIds": Field(api="securityGroupIds", of=_NETS),
                "instanceTypes": Field(api="instanceTypes", of=_NETS),
                "instanceRole": Field(api="instanceRole"),
                "allocationStrategy": Field(api="allocationStrategy"),
                "bidPercentage": Field(api="bidPercentage", of=int),
            },
        ),
        "tags": TAGS,
    }
    autoname = "name"
    prefix = "namePrefix"
    virtual = frozenset({"namePrefix"})

    def replaces(self, changed: frozenset[str], old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
        """Sizes and the network change in place; what the machines are does not."""
        found = super().replaces(changed, old, new)
        if "computeResources" in changed:
            before, after = old.get("computeResources") or {}, new.get("computeResources") or {}
            moving = {key for key, item in self.shape["computeResources"].of.items() if item.api in _MOVING}  # type: ignore[union-attr]  # its words make it an object
            if any(before.get(key) != after.get(key) for key in (before.keys() | after.keys()) - moving):
                found |= {"computeResources"}
        return found

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it. moto wants a role where AWS takes the one that is linked to the service."""
        request, tags, prefix = self.request(given), given.take("tags"), given.take("namePrefix")
        given.done()
        if prefix is not None and ("computeEnvironmentName" in request or len(prefix) > _PREFIX):
            raise InputError("namePrefix", f"conflicts with name, or has more than {_PREFIX} letters")
        name = request.setdefault("computeEnvironmentName", f"{prefix}{secrets.token_hex(13)}")
        action = f"creating Batch Compute Environment ({name})"
        full = {"serviceRole": f"arn:aws:iam::{cloud.account}:role/emulator", **request, "tags": tags or {}}
        cloud.call(action, "batch", "CreateComputeEnvironment", **full)
        return str(name)

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Describe it."""
        given = {"computeEnvironments": [id]}
        found = cloud.call("reading", "batch", "DescribeComputeEnvironments", **given)["computeEnvironments"]
        if not found or found[0].get("status") == "DELETED":
            return None
        arn = found[0]["computeEnvironmentArn"]
        more = {"arn": arn, "ecsClusterArn": found[0].get("ecsClusterArn"), "status": found[0].get("status")}
        return {**self.told(found[0]), **more, "tags": tags_of(cloud, "batch", arn, listed=None)}

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Change sizes, network, state."""
        request, tags = self.request(given, resetting=changed - {"tags"}), given.take("tags", {})
        given.take("namePrefix")
        given.done()
        said: dict[str, Any] = {"computeEnvironment": id, "state": request.get("state", "ENABLED")}
        if "computeResources" in changed:
            kept = request["computeResources"]
            said["computeResources"] = {key: kept[key] for key in _MOVING if key in kept}
        cloud.call(f"updating Batch Compute Environment ({id})", "batch", "UpdateComputeEnvironment", **said)
        if "tags" in changed:
            arn = f"arn:aws:batch:{cloud.region}:{cloud.account}:compute-environment/{id}"
            retag(cloud, "batch", arn, tags, listed=None)
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Disable and delete it; no queue may use it, which moto does not ask for."""
        queues = cloud.call("", "batch", "DescribeJobQueues")["jobQueues"]
        used = [item["computeEnvironment"] for queue in queues for item in queue["computeEnvironmentOrder"]]
        if any(name.rpartition("/")[2] == id for name in used):
            raise ProviderError(
                f"deleting Batch Compute Environment ({id}): ClientException: found existing JobQueue relationship"
            )
        given = {"computeEnvironment": id, "state": "DISABLED"}
        cloud.call(f"deleting Batch Compute Environment ({id})", "batch", "UpdateComputeEnvironment", **given)
        action = f"deleting Batch Compute Environment ({id})"
        cloud.call(action, "batch", "DeleteComputeEnvironment", computeEnvironment=id)


_ORDER = {
    "order": Field(api="order", of=int, required=True),
    "computeEnvironment": Field(api="computeEnvironment", required=True),
}


class JobQueue(Kind):
    """Where jobs wait."""

    token = "aws:batch/jobQueue:JobQueue"
    shape: ClassVar[Shape] = {
        "name": Field(api="jobQueueName", new=True),
        "state": Field(api="state", required=True),
        "priority": Field(api="priority", of=int, required=True),
        "computeEnvironmentOrders": Field(api="computeEnvironmentOrder", of=Many(_ORDER)),
        "tags": TAGS,
    }
    autoname = "name"

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it."""
        request, tags = self.request(given), given.take("tags")
        given.done()
        action = f"creating Batch Job Queue ({request['jobQueueName']})"
        return str(cloud.call(action, "batch", "CreateJobQueue", **request, tags=tags or {})["jobQueueArn"])

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Describe it."""
        found = cloud.call("reading", "batch", "DescribeJobQueues", jobQueues=[id.rpartition("/")[2]])["jobQueues"]
        if not found or found[0].get("status") == "DELETED":
            return None
        return {**self.told(found[0]), "arn": id, "tags": tags_of(cloud, "batch", id, listed=None)}

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Change it."""
        request, tags = self.request(given, resetting=changed - {"tags"}), given.take("tags", {})
        given.done()
        said = {"jobQueue" if key == "jobQueueName" else key: value for key, value in request.items()}
        cloud.call(f"updating Batch Job Queue ({id})", "batch", "UpdateJobQueue", **said)
        if "tags" in changed:
            retag(cloud, "batch", id, tags, listed=None)
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Disable and delete it."""
        name = id.rpartition("/")[2]
        cloud.call(f"deleting Batch Job Queue ({id})", "batch", "UpdateJobQueue", jobQueue=name, state="DISABLED")
        cloud.call(f"deleting Batch Job Queue ({id})", "batch", "DeleteJobQueue", jobQueue=name)


class JobDefinition(Kind):
    """What a job does: each change registers a revision, and takes the old one away unless it is to stay."""

    token = "aws:batch/jobDefinition:JobDefinition"
    shape: ClassVar[Shape] = {
        "name": Field(api="jobDefinitionName", new=True),
        "type": Field(api="type", new=True, required=True),
        "platformCapabilities": Field(api="platformCapabilities", of=Many(str, unordered=True)),
        "containerProperties": Field(json=True),
        "parameters": Field(api="parameters", of=Table(), default={}),
        "propagateTags": Field(api="propagateTags", of=bool, default=False),
        "deregisterOnNewRevision": Field(of=bool),
        "retryStrategy": Field(
            api="retryStrategy",
            of={
                "attempts": Field(api="attempts", of=int),
                "evaluateOnExits": Field(
                    api="evaluateOnExit",
                    of=Many(
                        {
                            "action": Field(api="action", required=True, any_case=True),
                            "onExitCode": Field(api="onExitCode"),
                            "onReason": Field(api="onReason"),
                            "onStatusReason": Field(api="onStatusReason"),
                        }
                    ),
                ),
            },
            default=None,
        ),
        "timeout": Field(
            api="timeout", of={"attemptDurationSeconds": Field(api="attemptDurationSeconds", of=int)}, default=None
        ),
        "tags": TAGS,
    }
    autoname = "name"
    virtual = frozenset({"deregisterOnNewRevision"})
    computed = frozenset({"arn", "revision"})

    def create(self, cloud: Cloud, given: Given) -> str:
        """Register it."""
        request, document = self.request(given), given.take("containerProperties")
        tags, _ = given.take("tags"), given.take("deregisterOnNewRevision")
        given.done()
        if document:
            request["containerProperties"] = json.loads(document)
        action = f"creating Batch Job Definition ({request['jobDefinitionName']})"
        return str(cloud.call(action, "batch", "RegisterJobDefinition", **request, tags=tags or {})["jobDefinitionArn"])

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Describe it."""
        found = cloud.call("reading", "batch", "DescribeJobDefinitions", jobDefinitions=[id])["jobDefinitions"]
        if not found or found[0]["status"] != "ACTIVE":
            return None
        container = found[0].get("containerProperties")
        return {
            **self.told(found[0]),
            **({"containerProperties": json.dumps(container)} if container else {}),
            "arn": id,
            "arnPrefix": id.rpartition(":")[0],
            "revision": found[0]["revision"],
            "tags": found[0].get("tags", {}),
        }

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Register a revision."""
        stays = given.inputs.get("deregisterOnNewRevision") is False
        made = self.create(cloud, given)
        if not stays:
            cloud.call(f"deregistering {id}", "batch", "DeregisterJobDefinition", jobDefinition=id)
        return made

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Deregister all of its revisions, as the real one does."""
        name = id.rpartition("/")[2].rpartition(":")[0]
        given = {"jobDefinitionName": name, "status": "ACTIVE"}
        for item in cloud.call("", "batch", "DescribeJobDefinitions", **given)["jobDefinitions"]:
            arn = item["jobDefinitionArn"]
            cloud.call(f"deleting Batch Job Definition ({arn})", "batch", "DeregisterJobDefinition", jobDefinition=arn)


KINDS = (ComputeEnvironment, JobQueue, JobDefinition)
