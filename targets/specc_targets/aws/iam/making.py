"""What making, changing and deleting a stack needs.

What CloudFormation does to a resource it does with the permissions of whoever asked for it (CloudFormation User Guide,
"Control CloudFormation access with AWS Identity and Access Management"). Which those are, the schemas of resource types
say (`handlers`).
"""

from __future__ import annotations

from specc_targets.aws.arns import Arn, Resource, RoleArn
from specc_targets.aws.deployment import Condition, ScheduleTrigger, Stack
from specc_targets.aws.iam.grants import Grant, grants, named, without_resources
from specc_targets.aws.names import Names

_ROLE = (
    "CreateRole DeleteRole DeleteRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies "
    "PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole"
)
_FUNCTION = (
    "CreateFunction DeleteFunction GetFunction GetFunctionCodeSigningConfig GetFunctionRecursionConfig "
    "GetRuntimeManagementConfig TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration"
)
_MACHINE = (
    "CreateStateMachine DeleteStateMachine DescribeStateMachine ListTagsForResource TagResource UntagResource "
    "UpdateStateMachine"
)
_GROUP = (
    "CreateLogGroup DeleteLogGroup DeleteRetentionPolicy ListTagsForResource PutRetentionPolicy "
    "TagResource UntagResource"
)
_RULE = (
    "DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets RemoveTargets TagResource "
    "UntagResource"
)
_BUCKET = (
    "CreateBucket DeleteBucket DeleteBucketPolicy GetBucketNotification GetBucketOwnershipControls GetBucketPolicy "
    "GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning GetEncryptionConfiguration "
    "GetLifecycleConfiguration ListBucket ListBucketVersions PutBucketNotification PutBucketOwnershipControls "
    "PutBucketPolicy PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning PutEncryptionConfiguration "
    "PutLifecycleConfiguration"
)


def making(stack: Stack) -> list[Grant]:
    """Everything but containers."""
    return [
        *_stack(stack),
        *_artifacts(stack),
        *_storage(stack),
        *_code(stack),
        *_roles(stack),
        *_machines(stack),
        *_logs(stack),
        *alarms(stack),
        *triggers(stack),
    ]


def log_groups(stack: Stack) -> list[str]:
    """The names of all log groups, sorted."""
    code = {item.logs for item in stack.functions} | {item.logs for item in stack.containers}
    return sorted(code | {item.logs for item in stack.machines})


def _stack(stack: Stack) -> list[Grant]:
    change = "CreateStack DeleteStack UpdateStack UpdateTerminationProtection"
    look = "DescribeStackEvents DescribeStacks GetTemplate ListStackResources"
    return grants(
        "ChangeStack", named("cloudformation", f"{change} {look}"), Arn("cloudformation", f"stack/{stack.name}/*")
    )


def _artifacts(stack: Stack) -> list[Grant]:
    """Where code and templates wait; made by the first stack of an account that needs it, and emptied by each."""
    name = stack.bucket or "specc-artifacts-*"
    bucket = Arn("s3", name, region=False, account=False)
    objects = Arn("s3", f"{name}/specc-artifacts/{stack.name}/*", region=False, account=False)
    keep = "AbortMultipartUpload DeleteObject DeleteObjectVersion GetObject PutObject"
    found = grants("KeepArtifacts", named("s3", keep), objects)
    found += grants("ListArtifacts", named("s3", "ListBucket ListBucketVersions"), bucket)
    if stack.bucket is None:
        make = "CreateBucket DeleteBucket PutBucketPublicAccessBlock PutLifecycleConfiguration"
        found += grants("MakeArtifacts", named("s3", make), bucket)
    return found


def _storage(stack: Stack) -> list[Grant]:
    """The bucket of the stack, if it makes one, and what is left in it at the end."""
    if stack.bucket is not None:
        return []
    name = f"{Names(stack.name).bucket}*"
    made = Arn("s3", name, region=False, account=False)
    inside = Arn("s3", f"{name}/*", region=False, account=False)
    empty = named("s3", "DeleteObject DeleteObjectVersion")
    return grants("MakeBucket", named("s3", _BUCKET), made) + grants("EmptyBucket", empty, inside)


def _code(stack: Stack) -> list[Grant]:
    own = f"{stack.name}-*"
    found = grants("MakeFunctions", named("lambda", _FUNCTION), Arn("lambda", f"function:{own}"))
    if stack.package_format == "zip":
        layer = "DeleteLayerVersion GetLayerVersion PublishLayerVersion"
        found += grants(
            "MakeLayers", named("lambda", layer), Arn("lambda", f"layer:{own}"), Arn("lambda", f"layer:{own}:*")
        )
    else:
        found += using_image()
    return found if stack.functions else []


def using_image() -> list[Grant]:
    """(Lambda Developer Guide, "Create a Lambda function using a container image": "Amazon ECR permissions".)"""
    read = named("ecr", "BatchGetImage GetDownloadUrlForLayer GetRepositoryPolicy SetRepositoryPolicy")
    why = "the image is named when the stack is deployed"
    return grants("UseImage", read, Arn("ecr", "repository/*"), reason=why)


def _roles(stack: Stack) -> list[Grant]:
    """Roles are made, and passed on to services; those that the spec gives are only passed on."""
    return grants("MakeRoles", named("iam", _ROLE), *made_roles(stack)) + passing(stack)


def made_roles(stack: Stack) -> list[Arn]:
    """The roles that the spec does not give."""
    names = Names(stack.name)
    return [Arn("iam", f"role/{names.role(role.key)}", region=False) for role in stack.roles if role.given is None]


def passing(stack: Stack) -> list[Grant]:
    """Every role is handed on to the service that assumes it."""
    found: list[Grant] = []
    for principal in sorted({role.principal for role in stack.roles}):
        only = Condition(operator="StringEquals", key="iam:PassedToService", values=(principal,))
        passed: list[Resource] = [RoleArn(role.key) for role in stack.roles if role.principal == principal]
        service = principal.partition(".")[0].replace("-", "").capitalize()
        found += grants(f"PassRolesTo{service}", "iam:PassRole", *passed, conditions=(only,))
    return found


def _machines(stack: Stack) -> list[Grant]:
    own = [Arn("states", f"stateMachine:{machine.name}") for machine in stack.machines]
    return grants("MakeMachines", named("states", _MACHINE), *own)


def _logs(stack: Stack) -> list[Grant]:
    groups = [Arn("logs", f"log-group:{name}{end}") for name in log_groups(stack) for end in ("", ":*")]
    return grants("MakeLogGroups", named("logs", _GROUP), *groups) + without_resources(
        "LookAtLogGroups", "logs:DescribeLogGroups"
    )


def alarms(stack: Stack) -> list[Grant]:
    """Alarms on runs that fail."""
    alarm = "DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource"
    return grants("MakeAlarms", named("cloudwatch", alarm), Arn("cloudwatch", f"alarm:{stack.name}-*"))


def triggers(stack: Stack) -> list[Grant]:
    """Schedules and event rules."""
    found: list[Grant] = []
    schedule = "CreateSchedule DeleteSchedule GetSchedule UpdateSchedule"
    for trigger in stack.triggers:
        if isinstance(trigger, ScheduleTrigger):
            own = Arn("scheduler", f"schedule/default/{trigger.name}")
            found += grants("MakeSchedules", named("scheduler", schedule), own)
        else:
            bus = (trigger.bus or "default").rpartition("/")[2]
            own = Arn("events", f"rule/{trigger.name}" if bus == "default" else f"rule/{bus}/{trigger.name}")
            found += grants("MakeRules", named("events", _RULE), own)
    return found
