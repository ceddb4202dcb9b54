"""What making, changing and deleting jobs and tasks with Pulumi needs; the lists are as those of `making_pulumi`."""

from __future__ import annotations

from specc_targets.aws.arns import Arn
from specc_targets.aws.deployment import Condition, Stack
from specc_targets.aws.iam.grants import Grant, grants, named, without_resources
from specc_targets.aws.iam.making_containers import linked_role
from specc_targets.aws.names import Names

_JOB = "DeregisterJobDefinition RegisterJobDefinition TagResource UntagResource"
"""batch/job_definition.go"""
_QUEUE = "CreateJobQueue DeleteJobQueue ListTagsForResource TagResource UntagResource UpdateJobQueue"
"""batch/job_queue.go"""
_ENVIRONMENT = "CreateComputeEnvironment DeleteComputeEnvironment TagResource UntagResource UpdateComputeEnvironment"
"""batch/compute_environment.go"""
_TASK = "ListTagsForResource RegisterTaskDefinition TagResource UntagResource"
"""ecs/task_definition.go"""
_CLUSTER = (
    # ecs/cluster.go, ecs/cluster_capacity_providers.go
    "CreateCluster DeleteCluster DescribeClusters ListTagsForResource PutClusterCapacityProviders TagResource "
    "UntagResource UpdateCluster"
)
_HOST_ROLE = (
    # iam/role.go, iam/role_policy_attachment.go
    "AttachRolePolicy CreateRole DeleteRole DetachRolePolicy GetRole ListAttachedRolePolicies "
    "ListInstanceProfilesForRole ListRolePolicies TagRole UntagRole UpdateAssumeRolePolicy"
)
_HOST_PROFILE = (
    # iam/instance_profile.go
    "AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile GetInstanceProfile "
    "RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile"
)


def making_containers(stack: Stack) -> list[Grant]:
    """Definitions, and the queues and the cluster that the spec does not name."""
    return _jobs(stack) + _tasks(stack)


def _jobs(stack: Stack) -> list[Grant]:
    own, jobs = f"{stack.name}-*", [item for item in stack.containers if item.engine == "batch"]
    if not jobs:
        return []
    found = without_resources(
        "LookAtJobs", *named("batch", "DescribeComputeEnvironments DescribeJobDefinitions DescribeJobQueues")
    )
    definitions = [Arn("batch", f"job-definition/{own}"), Arn("batch", f"job-definition/{own}:*")]
    found += grants("MakeJobDefinitions", named("batch", _JOB), *definitions)
    profiles = sorted({item.profile for item in jobs if item.queue is None})
    if profiles:
        begun = Names(stack.name).environment
        environments = [Arn("batch", f"compute-environment/{begun(name)}*") for name in profiles]
        why = "Pulumi makes up the ends of names of compute environments"
        found += grants("MakeQueues", named("batch", _QUEUE), Arn("batch", f"job-queue/{own}"))
        found += grants("MakeEnvironments", named("batch", _ENVIRONMENT), *environments, reason=why)
        found += grants("UseEnvironments", named("batch", "CreateJobQueue UpdateJobQueue"), *environments, reason=why)
        found += linked_role("batch")
    if any(item.queue is None and item.platform == "EC2" for item in jobs):
        found += _hosts(stack)
    return found


def _tasks(stack: Stack) -> list[Grant]:
    tasks = [item for item in stack.containers if item.engine == "ecs"]
    if not tasks:
        return []
    found = grants("MakeTaskDefinitions", named("ecs", _TASK), Arn("ecs", f"task-definition/{stack.name}-*:*"))
    found += without_resources("LookAtTasks", *named("ecs", "DeregisterTaskDefinition DescribeTaskDefinition"))
    if any(item.cluster is None for item in tasks):
        found += grants("MakeCluster", named("ecs", _CLUSTER), Arn("ecs", f"cluster/{Names(stack.name).cluster}"))
        found += linked_role("ecs")
    return found


def _hosts(stack: Stack) -> list[Grant]:
    """Machines with GPUs have a role of their own, with a policy of AWS's."""
    name = Names(stack.name).role("host")
    own = Arn("iam", f"role/{name}", region=False)
    only = Condition(operator="StringEquals", key="iam:PassedToService", values=("ec2.amazonaws.com",))
    return [
        *grants("MakeHostRole", named("iam", _HOST_ROLE), own),
        *grants("MakeHostProfile", named("iam", _HOST_PROFILE), Arn("iam", f"instance-profile/{name}", region=False)),
        *grants("PassHostRole", "iam:PassRole", own, conditions=(only,)),
    ]
