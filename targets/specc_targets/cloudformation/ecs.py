"""Tasks of ECS on Fargate."""

from __future__ import annotations

from specc_targets.aws.containers import CONTAINER_NAME
from specc_targets.aws.deployment import Container
from specc_targets.aws.names import Names
from specc_targets.cloudformation.batch import container_id, image, log_configuration, platform, variables
from specc_targets.cloudformation.intrinsics import Value
from specc_targets.cloudformation.logs import write_logs
from specc_targets.cloudformation.template import Template, plain


def write_ecs(template: Template) -> None:
    """A definition for each container, and the cluster for those that name none."""
    tasks = [item for item in template.stack.containers if item.engine == "ecs"]
    if any(item.cluster is None for item in tasks):
        template.add(
            template.ids.of("Cluster"),
            "AWS::ECS::Cluster",
            {
                "ClusterName": Names(template.stack.name).cluster,
                "CapacityProviders": ["FARGATE", "FARGATE_SPOT"],
                "Tags": template.tags(),
            },
        )
    for container in tasks:
        _definition(template, container)


def _definition(template: Template, container: Container) -> None:
    logical = container_id(template, "TaskDefinition", container)
    write_logs(template, f"{logical}Logs", container.logs)
    step: dict[str, Value] = {
        "Name": CONTAINER_NAME,
        "Image": image(container),
        "Essential": True,
        **({"Command": [plain(word) for word in container.command]} if container.command else {}),
        "Environment": variables(template, container),
        "LogConfiguration": log_configuration(f"{logical}Logs"),
    }
    template.add(
        logical,
        "AWS::ECS::TaskDefinition",
        {
            "Family": container.name,
            "RequiresCompatibilities": ["FARGATE"],
            "NetworkMode": "awsvpc",
            "Cpu": str(round(container.vcpu * 1024)),
            "Memory": str(container.memory),
            "RuntimePlatform": platform(template),
            "TaskRoleArn": template.role(container.role),
            "ExecutionRoleArn": template.role(container.execution_role),
            "ContainerDefinitions": [step],
            "Tags": template.tags(),
        },
    )
