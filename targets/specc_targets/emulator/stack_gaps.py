"""Kinds of resources that moto's CloudFormation makes, but not as AWS does, or never deletes."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction, LayerVersion
from moto.awslambda.utils import get_backend
from moto.batch.models import ComputeEnvironment, JobDefinition, JobQueue, batch_backends
from moto.ecs.models import Cluster, TaskDefinition, ecs_backends

from specc_targets.emulator.client import ROLE
from specc_targets.emulator.replacing import replace


def install() -> None:
    """Queues need no role of their own, layers are found by functions, and what a stack made goes with it."""
    create = ComputeEnvironment.create_from_cloudformation_json

    def with_role(name: str, definition: Any, *rest: Any, **more: Any) -> Any:
        # moto wants a role where AWS takes the one that is linked to the service.
        definition["Properties"].setdefault("ServiceRole", ROLE)
        return create(name, definition, *rest, **more)

    replace(ComputeEnvironment, "create_from_cloudformation_json", with_role)
    create_function = LambdaFunction.create_from_cloudformation_json

    def whole(name: str, definition: Any, *rest: Any, **more: Any) -> Any:
        # moto leaves out what it does take from an update.
        made, given = create_function(name, definition, *rest, **more), definition["Properties"]
        if given.get("Layers"):
            made.update_configuration({"Layers": given["Layers"]})
        made.architectures = given.get("Architectures", made.architectures)
        made.tracing_config = given.get("TracingConfig", made.tracing_config)
        return made

    replace(LambdaFunction, "create_from_cloudformation_json", whole)
    replace(LayerVersion, "cloudformation_name_type", staticmethod(lambda: "LayerName"))  # moto gives it no name
    LayerVersion.physical_resource_id = property(lambda self: self.arn)  # type: ignore[attr-defined]  # moto has none
    for kind, delete in (
        (ComputeEnvironment, _compute_environment),
        (JobQueue, _job_queue),
        (JobDefinition, _job_definition),
        (Cluster, _cluster),
        (TaskDefinition, _task_definition),
        (LayerVersion, _layer),
    ):
        replace(kind, "delete_from_cloudformation_json", staticmethod(delete))


def _compute_environment(name: str, definition: Any, account: str, region: str) -> None:
    batch_backends[account][region].delete_compute_environment(name)


def _job_queue(name: str, definition: Any, account: str, region: str) -> None:
    batch_backends[account][region].delete_job_queue(name)


def _job_definition(name: str, definition: Any, account: str, region: str) -> None:
    batch_backends[account][region].deregister_job_definition(name)


def _cluster(name: str, definition: Any, account: str, region: str) -> None:
    ecs_backends[account][region].delete_cluster(name)


def _task_definition(name: str, definition: Any, account: str, region: str) -> None:
    ecs_backends[account][region].deregister_task_definition(name)


def _layer(name: str, definition: Any, account: str, region: str) -> None:
    *_, layer, version = name.split(":")
    get_backend(account, region).delete_layer_version(layer, version)
