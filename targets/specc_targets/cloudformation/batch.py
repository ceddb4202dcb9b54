"""Jobs of AWS Batch: a definition for each container, and a queue for each profile that names none."""

from __future__ import annotations

from specc_runtime.entry import STORE
from specc_targets.aws.containers import TAKEN_AWAY
from specc_targets.aws.deployment import Container
from specc_targets.aws.limits import NETWORK
from specc_targets.aws.names import Names
from specc_targets.cloudformation.functions import IMAGE
from specc_targets.cloudformation.intrinsics import GetAtt, Ref, Sub, Value
from specc_targets.cloudformation.logs import write_logs
from specc_targets.cloudformation.roles import document
from specc_targets.cloudformation.storage import store_uri
from specc_targets.cloudformation.template import Template, plain

MOST_CPUS = 256
"""Virtual CPUs that one queue uses at once."""
_KINDS = {"subnets": "AWS::EC2::Subnet::Id", "security_groups": "AWS::EC2::SecurityGroup::Id"}
"""The kinds of the parameters that stand for the network of jobs."""
_REGIONS = ("AWS_DEFAULT_REGION", "AWS_REGION")
"""Variables that Fargate sets in every container, and hosts of EC2 do not."""
_GPU_INSTANCES = ["g4dn", "g5"]
_HOST_POLICY = "service-role/AmazonEC2ContainerServiceforEC2Role"
_PROCESSORS = {"arm64": "ARM64", "x86_64": "X86_64"}


def write_batch(template: Template) -> None:
    """Everything that jobs need."""
    jobs = [item for item in template.stack.containers if item.engine == "batch"]
    queues = {item.profile: item for item in reversed(jobs) if item.queue is None}
    for profile in sorted(queues):
        _queue(template, queues[profile])
    for container in jobs:
        _definition(template, container)


def image(container: Container) -> str | Ref:
    """The image of a container: its own, or that with the steps' code."""
    return container.image if container.image is not None else Ref(IMAGE)


def variables(template: Template, container: Container) -> list[Value]:
    """The environment of a container."""
    found: dict[str, Value] = {name: plain(value) for name, value in container.environment}
    found[STORE] = store_uri(template)
    if container.platform == "EC2":
        found = {**dict.fromkeys(_REGIONS, Ref("AWS::Region")), **found}
    return [{"Name": name, "Value": value} for name, value in found.items()]


def log_configuration(logs: str) -> Value:
    """Where the output of a container goes."""
    return {
        "LogDriver": "awslogs",
        "Options": {
            "awslogs-group": Ref(logs),
            "awslogs-region": Ref("AWS::Region"),
            "awslogs-stream-prefix": "step",
        },
    }


def platform(template: Template) -> Value:
    """The system and processor of a container on Fargate."""
    return {"OperatingSystemFamily": "LINUX", "CpuArchitecture": _PROCESSORS[template.stack.arch]}


def container_id(template: Template, kind: str, container: Container) -> str:
    """The id of a definition."""
    return template.ids.of(kind, container.name.removeprefix(f"{template.stack.name}-"))


def _definition(template: Template, container: Container) -> None:
    logical = container_id(template, "JobDefinition", container)
    write_logs(template, f"{logical}Logs", container.logs)
    fargate = container.platform == "FARGATE"
    cpus = f"{container.vcpu:g}"
    needs: list[Value] = [{"Type": "VCPU", "Value": cpus}, {"Type": "MEMORY", "Value": str(container.memory)}]
    if container.gpu:
        needs.append({"Type": "GPU", "Value": str(container.gpu)})
    properties: dict[str, Value] = {
        "Image": image(container),
        **({"Command": [plain(word) for word in container.command]} if container.command else {}),
        "JobRoleArn": template.role(container.role),
        "ExecutionRoleArn": template.role(container.execution_role),
        "ResourceRequirements": needs,
        "Environment": variables(template, container),
        "LogConfiguration": log_configuration(f"{logical}Logs"),
        **({"RuntimePlatform": platform(template)} if fargate else {}),
    }
    lost = [{"OnStatusReason": reason, "Action": "RETRY"} for reason in TAKEN_AWAY]
    retried: Value = {"Attempts": container.attempts, "EvaluateOnExit": [*lost, {"OnReason": "*", "Action": "EXIT"}]}
    template.add(
        logical,
        "AWS::Batch::JobDefinition",
        {
            "JobDefinitionName": container.name,
            "Type": "container",
            "PlatformCapabilities": [container.platform],
            "ContainerProperties": properties,
            "RetryStrategy": retried,
            "Timeout": {"AttemptDurationSeconds": max(60, container.timeout)} if container.timeout else None,
            "PropagateTags": True,
            "Tags": template.tag_map(),
        },
    )


def _queue(template: Template, container: Container) -> None:
    stack, profile = template.stack, container.profile
    logical = template.ids.of("ComputeEnvironment", profile)
    fargate = container.platform == "FARGATE"
    resources: dict[str, Value] = {
        "Type": ("FARGATE_SPOT" if container.spot else "FARGATE") if fargate else ("SPOT" if container.spot else "EC2"),
        "MaxvCpus": MOST_CPUS,
        "Subnets": list(container.subnets) or _network(template, "subnets"),
        "SecurityGroupIds": list(container.security_groups) or _network(template, "security_groups"),
    }
    if not fargate:
        resources |= {
            "MinvCpus": 0,
            "InstanceTypes": list(_GPU_INSTANCES) if container.gpu else ["optimal"],
            "AllocationStrategy": "SPOT_PRICE_CAPACITY_OPTIMIZED" if container.spot else "BEST_FIT_PROGRESSIVE",
            "InstanceRole": _host_profile(template),
        }
    template.add(
        logical,
        "AWS::Batch::ComputeEnvironment",
        {"Type": "MANAGED", "State": "ENABLED", "ComputeResources": resources, "Tags": template.tag_map()},
    )
    template.add(
        template.ids.of("JobQueue", profile),
        "AWS::Batch::JobQueue",
        {
            "JobQueueName": Names(stack.name).queue(profile),
            "State": "ENABLED",
            "Priority": 1,
            "ComputeEnvironmentOrder": [{"Order": 1, "ComputeEnvironment": Ref(logical)}],
            "Tags": template.tag_map(),
        },
    )


def _network(template: Template, what: str) -> Ref:
    """A parameter for what the spec does not say."""
    name, kind = NETWORK[what], _KINDS[what]
    description = f"The {what.replace('_', ' ')} that jobs run in, as the spec names none"
    return template.parameter(name, description, Type=f"List<{kind}>")


def _host_profile(template: Template) -> GetAtt:
    """What the machines of a queue with GPUs are to the account; one for all queues."""
    profile, role = template.ids.of("HostProfile"), template.ids.of("HostRole")
    if profile not in template.resources:
        trust: Value = {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        template.add(
            role,
            "AWS::IAM::Role",
            {
                "RoleName": Names(template.stack.name).role("host"),
                "AssumeRolePolicyDocument": document([trust]),
                "ManagedPolicyArns": [Sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{_HOST_POLICY}")],
                "Tags": template.tags(),
            },
        )
        template.add(
            profile,
            "AWS::IAM::InstanceProfile",
            {"InstanceProfileName": Names(template.stack.name).role("host"), "Roles": [Ref(role)]},
        )
    return GetAtt(profile, "Arn")
