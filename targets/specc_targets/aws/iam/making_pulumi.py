"""What making, changing and deleting a stack with Pulumi needs.

Pulumi's provider for AWS is Terraform's, bridged: it calls AWS itself, with the credentials of whoever deploys, and
reads back all that a resource can have, which CloudFormation does not. Each list below is what the file named there, in
`internal/service` of Terraform's provider (version 6), calls for the resources of the program, as actions of IAM
(Service Authorization Reference: "Actions, resources, and condition keys for ..." of each service).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc_targets.aws.arns import Arn, bucket_arn
from specc_targets.aws.deployment import Stack
from specc_targets.aws.iam.grants import Grant, grants, named, without_resources
from specc_targets.aws.iam.making import alarms, log_groups, made_roles, passing, triggers, using_image
from specc_targets.aws.iam.making_pulumi_containers import making_containers
from specc_targets.aws.iam.pulumi_state import keeping

if TYPE_CHECKING:
    from specc.ir.deployment import PulumiSettings

_BUCKET = (
    # s3/bucket.go; s3/tags.go: by S3 Control first, by S3 where that is not allowed
    "CreateBucket DeleteBucket ListBucket GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLogging "
    "GetBucketObjectLockConfiguration GetBucketPolicy GetBucketRequestPayment GetBucketTagging GetBucketVersioning "
    "GetBucketWebsite GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration "
    "ListTagsForResource PutBucketTagging TagResource UntagResource "
    # s3/bucket_{server_side_encryption_configuration,public_access_block,ownership_controls,versioning,...}.go
    "DeleteBucketPolicy GetBucketNotification GetBucketOwnershipControls GetBucketPublicAccessBlock "
    "PutBucketNotification PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock PutBucketVersioning "
    "PutEncryptionConfiguration PutLifecycleConfiguration"
)
_OBJECT = (
    # s3/object.go: HeadObject asks for GetObject
    "AbortMultipartUpload DeleteObject DeleteObjectVersion GetObject GetObjectTagging PutObject PutObjectTagging"
)
_FUNCTION = (
    # lambda/function.go; without ListTags GetFunction leaves the tags out (Lambda API reference)
    "CreateFunction DeleteFunction GetFunction GetFunctionCodeSigningConfig GetFunctionConfiguration ListTags "
    "ListVersionsByFunction PublishVersion TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration "
    # lambda/alias.go
    "CreateAlias DeleteAlias GetAlias UpdateAlias"
)
_LAYER = "DeleteLayerVersion GetLayerVersion PublishLayerVersion"
"""lambda/layer_version.go"""
_ROLE = (
    # iam/role.go, which looks for policies and profiles to take a role from before it deletes it
    "CreateRole DeleteRole GetRole ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies TagRole "
    "UntagRole UpdateAssumeRolePolicy "
    # iam/role_policy.go
    "DeleteRolePolicy GetRolePolicy PutRolePolicy"
)
_MACHINE = (
    # sfn/state_machine.go
    "CreateStateMachine DeleteStateMachine DescribeStateMachine ListStateMachineVersions ListTagsForResource "
    "TagResource UntagResource UpdateStateMachine"
)
_GROUP = (
    # logs/group.go
    "CreateLogGroup DeleteLogGroup DeleteRetentionPolicy ListTagsForResource PutRetentionPolicy TagResource "
    "UntagResource"
)


def making_with_pulumi(stack: Stack, settings: PulumiSettings) -> list[Grant]:
    """Everything, and the state of Pulumi where it is on AWS."""
    return [
        *keeping(settings),
        *_other_way(stack),
        *_storage(stack),
        *_code(stack),
        *grants("MakeRoles", named("iam", _ROLE), *made_roles(stack)),
        *passing(stack),
        *_machines(stack),
        *_logs(stack),
        *alarms(stack),
        *triggers(stack),
        *making_containers(stack),
    ]


def _other_way(stack: Stack) -> list[Grant]:
    """Commands look whether CloudFormation has made something of the same name."""
    return grants("LookForStack", "cloudformation:DescribeStacks", Arn("cloudformation", f"stack/{stack.name}/*"))


def _storage(stack: Stack) -> list[Grant]:
    """The bucket of the stack, if it makes one, and what is left in it at the end."""
    if stack.bucket is not None:
        return []
    empty = grants("EmptyBucket", named("s3", "DeleteObject DeleteObjectVersion"), bucket_arn("*"))
    return [
        *grants("MakeBucket", named("s3", _BUCKET), bucket_arn()),
        *grants("ListVersions", "s3:ListBucketVersions", bucket_arn()),
        *empty,
    ]


def _code(stack: Stack) -> list[Grant]:
    """Functions; archives that are too large to be handed over go by way of the bucket."""
    if not stack.functions:
        return []
    own = f"{stack.name}-*"
    # a version has the ARN of its function with a number behind it
    found = grants("MakeFunctions", named("lambda", _FUNCTION), Arn("lambda", f"function:{own}"))
    if stack.package_format == "image":
        return found + using_image()
    layers = (Arn("lambda", f"layer:{own}"), Arn("lambda", f"layer:{own}:*"))
    found += grants("MakeLayers", named("lambda", _LAYER), *layers)
    found += grants("KeepArtifacts", named("s3", _OBJECT), bucket_arn(f"specc-artifacts/{stack.name}/*"))
    return found + grants("ListVersions", "s3:ListBucketVersions", bucket_arn())


def _machines(stack: Stack) -> list[Grant]:
    own = [Arn("states", f"stateMachine:{machine.name}") for machine in stack.machines]
    return grants("MakeMachines", named("states", _MACHINE), *own) + without_resources(
        "ValidateMachines", "states:ValidateStateMachineDefinition"
    )


def _logs(stack: Stack) -> list[Grant]:
    groups = [Arn("logs", f"log-group:{name}{end}") for name in log_groups(stack) for end in ("", ":*")]
    return grants("MakeLogGroups", named("logs", _GROUP), *groups) + without_resources(
        "LookAtLogGroups", "logs:DescribeLogGroups"
    )
