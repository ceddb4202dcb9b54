"""Puts Lambda functions and buckets where a machine expects them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specc_targets.emulator.client import REGION, ROLE, Emulator

_EPOCH = (1980, 1, 1, 0, 0, 0)


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """A zip of `files`; equal files give equal bytes, so that functions can share sandboxes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name])
    return target.getvalue()


def python_files(*folders: Path) -> dict[str, bytes]:
    """The Python files under some folders, by path relative to each."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
    }


def create_function(
    server: Emulator,
    name: str,
    code: bytes,
    *,
    handler: str,
    environment: Mapping[str, str],
    timeout: int = 30,
    memory: int = 512,
) -> None:
    """Create one Lambda function from a zip."""
    server.functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=ROLE,
        Handler=handler,
        Code={"ZipFile": code},
        Timeout=timeout,
        MemorySize=memory,
        Environment={"Variables": dict(environment)},
    )


def create_container(
    server: Emulator, container: Mapping[str, Any], environment: Mapping[str, str], role: str = ROLE
) -> None:
    """Create a job definition with its queue, or a task definition with its cluster, from an entry of
    `containers.json`. Its code has the role with the ARN `role`.
    """
    name = container["name"]
    described = {
        "image": container["image"] or "specc",
        "command": container["command"],
        "environment": [{"name": key, "value": value} for key, value in environment.items()],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"/specc/{name}",
                "awslogs-region": REGION,
                "awslogs-stream-prefix": "step",
            },
        },
    }
    if container["engine"] == "ecs":
        ecs = server.client("ecs")
        ecs.create_cluster(clusterName=container["cluster"])
        definition = {"name": container["container"], "essential": True, "memory": container["memory"], **described}
        ecs.register_task_definition(family=name, taskRoleArn=role, containerDefinitions=[definition])
        return
    batch = server.client("batch")
    resources = [
        {"type": "VCPU", "value": f"{container['vcpu']:g}"},
        {"type": "MEMORY", "value": str(container["memory"])},
    ]
    batch.register_job_definition(
        jobDefinitionName=name,
        type="container",
        containerProperties={**described, "jobRoleArn": role, "resourceRequirements": resources},
    )
    queue = container["queue"]
    if batch.describe_job_queues(jobQueues=[queue])["jobQueues"]:
        return
    host = batch.create_compute_environment(
        computeEnvironmentName=queue, type="UNMANAGED", state="ENABLED", serviceRole=ROLE
    )["computeEnvironmentArn"]
    order = [{"order": 1, "computeEnvironment": host}]
    batch.create_job_queue(jobQueueName=queue, state="ENABLED", priority=1, computeEnvironmentOrder=order)
