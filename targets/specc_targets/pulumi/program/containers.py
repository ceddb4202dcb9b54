"""What Batch and ECS run steps in: definitions, and the queue or cluster where the spec names none."""

from __future__ import annotations

from specc_runtime.entry import STORE
from specc_targets.aws.containers import CONTAINER_NAME, TAKEN_AWAY
from specc_targets.aws.deployment import Container
from specc_targets.aws.names import Names
from specc_targets.pulumi.program.code import Call, Document, Name, Value
from specc_targets.pulumi.program.functions import image
from specc_targets.pulumi.program.logs import write_logs
from specc_targets.pulumi.program.roles import write_policy
from specc_targets.pulumi.program.storage import call
from specc_targets.pulumi.program.writer import Made, Writer, document

NETWORK = {"subnets": "subnetIds", "security_groups": "securityGroupIds"}
"""What the spec may say of the network of jobs: the setting that stands for it."""
MOST_CPUS = 256
"""Virtual CPUs that one queue uses at once."""
_REGIONS = ("AWS_DEFAULT_REGION", "AWS_REGION")
"""Variables that Fargate sets in every container, and hosts of EC2 do not."""
_GPU_INSTANCES = ["g4dn", "g5"]
_HOST_POLICY = "policy/service-role/AmazonEC2ContainerServiceforEC2Role"
_PROCESSORS = {"arm64": "ARM64", "x86_64": "X86_64"}


def write_containers(writer: Writer) -> None:
    """Everything that jobs and tasks need."""
    jobs = [item for item in writer.stack.containers if item.engine == "batch"]
    tasks = [item for item in writer.stack.containers if item.engine == "ecs"]
    if jobs:
        writer.section("Jobs: what AWS Batch runs")
        queues = {item.profile: item for item in reversed(jobs) if item.queue is None}
        for profile in sorted(queues):
            _queue(writer, queues[profile])
        for item in jobs:
            _job(writer, item)
    if tasks:
        writer.section("Tasks: what ECS runs")
        if any(item.cluster is None for item in tasks):
            _cluster(writer)
        for item in tasks:
            _task(writer, item)


def _short(writer: Writer, container: Container) -> str:
    return container.name.removeprefix(f"{writer.stack.name}-")


def _steps(writer: Writer, container: Container) -> tuple[str, ...]:
    """The steps of its profile, or the one that brings its own image."""
    own = container.origin.path[-1] if container.role.startswith("container-") and container.origin.path else None
    return (str(own),) if own is not None else writer.steps.get(container.profile, ())


def _image(writer: Writer, container: Container) -> Value:
    return container.image if container.image is not None else image(writer)


def _content(writer: Writer, container: Container, logs: Made) -> dict[str, Value]:
    """What both services say alike of a container, in the words of their interfaces."""
    values: dict[str, Value] = {**dict(container.environment), STORE: writer.store}
    if container.platform == "EC2":
        values = {**dict.fromkeys(_REGIONS, Name("region")), **values}
    options: dict[str, Value] = {
        "awslogs-group": logs.output("name"),
        "awslogs-region": Name("region"),
        "awslogs-stream-prefix": "step",
    }
    found: dict[str, Value] = {"image": _image(writer, container)}
    if container.command:
        found["command"] = list(container.command)
    return {
        **found,
        "environment": [{"name": name, "value": value} for name, value in sorted(values.items())],
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }


def _job(writer: Writer, container: Container) -> None:
    short, steps = _short(writer, container), _steps(writer, container)
    for key in (container.role, container.execution_role):
        write_policy(writer, key)
    logs = write_logs(writer, f"{short}-job-logs", container.logs, container.origin, steps)
    fargate = container.platform == "FARGATE"
    needs: list[Value] = [
        {"type": "VCPU", "value": f"{container.vcpu:g}"},
        {"type": "MEMORY", "value": str(container.memory)},
    ]
    if container.gpu:
        needs.append({"type": "GPU", "value": str(container.gpu)})
    properties: dict[str, Value] = {
        **_content(writer, container, logs),
        "resourceRequirements": needs,
        "jobRoleArn": writer.role(container.role),
        "executionRoleArn": writer.role(container.execution_role),
    }
    if fargate:
        properties["runtimePlatform"] = {
            "operatingSystemFamily": "LINUX",
            "cpuArchitecture": _PROCESSORS[writer.stack.arch],
        }
    writer.resource(
        f"{short}-job",
        "aws.batch.JobDefinition",
        {
            "name": container.name,
            "type": "container",
            "platform_capabilities": [container.platform],
            "container_properties": Document(properties),
            "retry_strategy": _retry(container),
            "timeout": call("aws.batch.JobDefinitionTimeoutArgs", attempt_duration_seconds=max(60, container.timeout))
            if container.timeout
            else None,
            "propagate_tags": True,
            "tags": writer.tags,
        },
        place=container.origin,
        steps=steps,
        needs=writer.needs_of(container.role, container.execution_role),
    )


def _retry(container: Container) -> Call:
    """A job whose host was taken away starts again; whatever else ends it ends it."""
    kind = "aws.batch.JobDefinitionRetryStrategyEvaluateOnExitArgs"
    lost = [call(kind, action="RETRY", on_status_reason=reason) for reason in TAKEN_AWAY]
    return call(
        "aws.batch.JobDefinitionRetryStrategyArgs",
        attempts=container.attempts,
        evaluate_on_exits=[*lost, call(kind, action="EXIT", on_reason="*")],
    )


def _queue(writer: Writer, container: Container) -> None:
    profile, steps = container.profile, writer.steps.get(container.profile, ())
    fargate = container.platform == "FARGATE"
    found: dict[str, Value] = {
        "type": ("FARGATE_SPOT" if container.spot else "FARGATE") if fargate else ("SPOT" if container.spot else "EC2"),
        "max_vcpus": MOST_CPUS,
        "subnets": list(container.subnets) or network(writer, "subnets"),
        "security_group_ids": list(container.security_groups) or network(writer, "security_groups"),
    }
    if not fargate:
        found |= {
            "min_vcpus": 0,
            "instance_types": list(_GPU_INSTANCES) if container.gpu else ["optimal"],
            "allocation_strategy": "SPOT_PRICE_CAPACITY_OPTIMIZED" if container.spot else "BEST_FIT_PROGRESSIVE",
            "instance_role": _host_profile(writer).output("arn"),
        }
    place = container.origin
    environment = writer.resource(
        f"{profile}-compute-environment",
        "aws.batch.ComputeEnvironment",
        {
            "name_prefix": Names(writer.stack.name).environment(profile),
            "type": "MANAGED",
            "state": "ENABLED",
            "compute_resources": call("aws.batch.ComputeEnvironmentComputeResourcesArgs", **found),
            "tags": writer.tags,
        },
        place=place,
        steps=steps,
        needs=[writer.find("host-permissions")] if not fargate else (),
    )
    order = call(
        "aws.batch.JobQueueComputeEnvironmentOrderArgs", order=1, compute_environment=environment.output("arn")
    )
    writer.resource(
        f"{profile}-queue",
        "aws.batch.JobQueue",
        {
            "name": Names(writer.stack.name).queue(profile),
            "state": "ENABLED",
            "priority": 1,
            "compute_environment_orders": [order],
            "tags": writer.tags,
        },
        place=place,
        steps=steps,
    )


def network(writer: Writer, what: str) -> Name:
    """A setting for what the spec does not say."""
    key = NETWORK[what]
    described = f"The {what.replace('_', ' ')} that jobs run in: pulumi config set --path '{key}[0]' ..."
    return writer.setting(what, Call("config.require_object", (key,)), described)


def _host_profile(writer: Writer) -> Made:
    """What the machines of a queue with GPUs are to the account; one for all queues."""
    if "host-profile" in writer.made:
        return writer.find("host-profile")
    trust: Value = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    name = Names(writer.stack.name).role("host")
    role = writer.resource(
        "host-role", "aws.iam.Role", {"name": name, "assume_role_policy": document([trust]), "tags": writer.tags}
    )
    policy = Call("arn", ("iam", _HOST_POLICY), (("in_region", ""), ("in_account", "aws")), output=True)
    writer.resource(
        "host-permissions", "aws.iam.RolePolicyAttachment", {"role": role.output("name"), "policy_arn": policy}
    )
    return writer.resource(
        "host-profile", "aws.iam.InstanceProfile", {"name": name, "role": role.output("name"), "tags": writer.tags}
    )


def _cluster(writer: Writer) -> None:
    cluster = writer.resource(
        "cluster", "aws.ecs.Cluster", {"name": Names(writer.stack.name).cluster, "tags": writer.tags}
    )
    writer.resource(
        "cluster-capacity",
        "aws.ecs.ClusterCapacityProviders",
        {"cluster_name": cluster.output("name"), "capacity_providers": ["FARGATE", "FARGATE_SPOT"]},
    )


def _task(writer: Writer, container: Container) -> None:
    short, steps = _short(writer, container), _steps(writer, container)
    for key in (container.role, container.execution_role):
        write_policy(writer, key)
    logs = write_logs(writer, f"{short}-task-logs", container.logs, container.origin, steps)
    content = {"name": CONTAINER_NAME, "essential": True, **_content(writer, container, logs)}
    writer.resource(
        f"{short}-task",
        "aws.ecs.TaskDefinition",
        {
            "family": container.name,
            "requires_compatibilities": ["FARGATE"],
            "network_mode": "awsvpc",
            "cpu": str(round(container.vcpu * 1024)),
            "memory": str(container.memory),
            "runtime_platform": call(
                "aws.ecs.TaskDefinitionRuntimePlatformArgs",
                operating_system_family="LINUX",
                cpu_architecture=_PROCESSORS[writer.stack.arch],
            ),
            "task_role_arn": writer.role(container.role),
            "execution_role_arn": writer.role(container.execution_role),
            "container_definitions": Document([content]),
            "tags": writer.tags,
        },
        place=container.origin,
        steps=steps,
        needs=writer.needs_of(container.role, container.execution_role),
    )
