"""What making, changing and deleting jobs and tasks needs."""

from __future__ import annotations

from specc_targets.aws.arns import Arn
from specc_targets.aws.deployment import Condition, Stack
from specc_targets.aws.iam.grants import Grant, grants, named, without_resources
from specc_targets.aws.names import Names


def making_containers(stack: Stack) -> list[Grant]:
    """What jobs and tasks run in: definitions, and the queues and the cluster that the spec does not name."""
    return _jobs(stack) + _tasks(stack)


def _jobs(stack: Stack) -> list[Grant]:
    own, jobs = f"{stack.name}-*", [item for item in stack.containers if item.engine == "batch"]
    if not jobs:
        return []
    found = without_resources(
        "LookAtJobs", *named("batch", "DescribeComputeEnvironments DescribeJobDefinitions DescribeJobQueues")
    )
    definitions = [Arn("batch", f"job-definition/{own}"), Arn("batch", f"job-definition/{own}:*")]
    definition = "DeregisterJobDefinition RegisterJobDefinition TagResource UntagResource"
    found += grants("MakeJobDefinitions", named("batch", definition), *definitions)
    if any(item.queue is None for item in jobs):
        queue = "CreateJobQueue DeleteJobQueue TagResource UntagResource UpdateJobQueue"
        environment = (
            "CreateComputeEnvironment DeleteComputeEnvironment TagResource UntagResource UpdateComputeEnvironment"
        )
        why = "CloudFormation makes up the names of compute environments"
        environments = Arn("batch", "compute-environment/*")
        found += grants("MakeQueues", named("batch", queue), Arn("batch", f"job-queue/{own}"))
        found += grants("MakeEnvironments", named("batch", environment), environments, reason=why)
        found += grants("UseEnvironments", named("batch", "CreateJobQueue UpdateJobQueue"), environments, reason=why)
        found += linked_role("batch")
    if any(item.queue is None and item.platform == "EC2" for item in jobs):
        found += _hosts(stack)
    return found


def _tasks(stack: Stack) -> list[Grant]:
    tasks = [item for item in stack.containers if item.engine == "ecs"]
    if not tasks:
        return []
    definition = named("ecs", "RegisterTaskDefinition TagResource UntagResource")
    found = grants("MakeTaskDefinitions", definition, Arn("ecs", f"task-definition/{stack.name}-*:*"))
    found += without_resources("LookAtTasks", *named("ecs", "DeregisterTaskDefinition DescribeTaskDefinition"))
    if any(item.cluster is None for item in tasks):
        cluster = (
            "CreateCluster DeleteCluster DescribeClusters PutClusterCapacityProviders TagResource UntagResource "
            "UpdateCluster"
        )
        found += grants("MakeCluster", named("ecs", cluster), Arn("ecs", f"cluster/{Names(stack.name).cluster}"))
        found += linked_role("ecs")
    return found


def linked_role(name: str) -> list[Grant]:
    """The role of the service itself, which the first user in an account makes."""
    service = f"{name}.amazonaws.com"
    only = Condition(operator="StringEquals", key="iam:AWSServiceName", values=(service,))
    own = Arn("iam", f"role/aws-service-role/{service}/*", region=False)
    return grants(f"MakeServiceRoleOf{name.capitalize()}", "iam:CreateServiceLinkedRole", own, conditions=(only,))


def _hosts(stack: Stack) -> list[Grant]:
    """Machines with GPUs have a role of their own, with a policy of AWS's."""
    name = Names(stack.name).role("host")
    own = Arn("iam", f"role/{name}", region=False)
    role = (
        "AttachRolePolicy CreateRole DeleteRole DetachRolePolicy GetRole ListAttachedRolePolicies ListRolePolicies "
        "TagRole UntagRole UpdateAssumeRolePolicy"
    )
    profile = (
        "AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile GetInstanceProfile "
        "RemoveRoleFromInstanceProfile"
    )
    only = Condition(operator="StringEquals", key="iam:PassedToService", values=("ec2.amazonaws.com",))
    return [
        *grants("MakeHostRole", named("iam", role), own),
        *grants("MakeHostProfile", named("iam", profile), Arn("iam", f"instance-profile/{name}", region=False)),
        *grants("PassHostRole", "iam:PassRole", own, conditions=(only,)),
    ]
