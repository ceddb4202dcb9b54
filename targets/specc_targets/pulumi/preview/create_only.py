"""Which inputs of a resource cannot be changed: another value means another resource.

What a resource of CloudFormation says of itself (`createOnlyProperties` in its schema) is mostly what holds for the
provider pulumi-aws, which is made from the AWS provider of Terraform; there it is "Forces new resource" in the page of
the resource (terraform-provider-aws, `website/docs/r`). Where they differ, the provider is right, as it does the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a preview knows of a type of resources."""

    create_only: tuple[str, ...]
    """Inputs; `region` is one of every type, and so not named."""
    unique: str | None = None
    """The input with its name in the account: two of one name cannot be there at once. Made up when it is left out."""
    computed: tuple[str, ...] = ("arn",)
    """Outputs that are texts and known only after creation."""
    anew: tuple[str, ...] = ()
    """Those of them that each update may change."""
    cloudformation: str | None = None
    """What it is called there, where there is such a type."""
    differs: Mapping[str, str] = field(default_factory=dict)
    """Create-only in one of both only: name there, or here -> why."""


_PREFIX = "the provider can make up a name that begins so"
_BUCKET = Kind(create_only=("bucket",), computed=())
_BUCKET_AND_OWNER = Kind(create_only=("bucket", "expectedBucketOwner"), computed=())

KINDS: Final[Mapping[str, Kind]] = {
    "aws:s3/bucket:Bucket": Kind(
        create_only=("bucket", "bucketNamespace", "bucketPrefix", "objectLockEnabled"),
        unique="bucket",
        computed=("arn", "bucketDomainName", "bucketRegionalDomainName"),
        cloudformation="AWS::S3::Bucket",
        differs={"objectLockEnabled": "S3 can turn it on later, but the provider does not"},
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _BUCKET_AND_OWNER,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _BUCKET,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _BUCKET,
    "aws:s3/bucketVersioning:BucketVersioning": _BUCKET_AND_OWNER,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _BUCKET_AND_OWNER,
    "aws:s3/bucketNotification:BucketNotification": _BUCKET,
    "aws:s3/bucketPolicy:BucketPolicy": Kind(
        create_only=("bucket",), computed=(), cloudformation="AWS::S3::BucketPolicy"
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": Kind(
        create_only=("bucket", "key"), computed=("arn", "etag", "versionId"), anew=("etag", "versionId")
    ),
    "aws:cloudwatch/logGroup:LogGroup": Kind(
        create_only=("logGroupClass", "name", "namePrefix"),
        unique="name",
        cloudformation="AWS::Logs::LogGroup",
        differs={"logGroupClass": "the provider replaces; CloudFormation refuses", "namePrefix": _PREFIX},
    ),
    "aws:iam/role:Role": Kind(
        create_only=("name", "namePrefix", "path"),
        unique="name",
        computed=("arn", "uniqueId"),
        cloudformation="AWS::IAM::Role",
        differs={"namePrefix": _PREFIX},
    ),
    "aws:iam/rolePolicy:RolePolicy": Kind(
        create_only=("name", "namePrefix", "role"),
        unique="name",
        computed=(),
        cloudformation="AWS::IAM::RolePolicy",
        differs={"namePrefix": _PREFIX},
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Kind(create_only=("policyArn", "role"), computed=()),
    "aws:iam/instanceProfile:InstanceProfile": Kind(
        create_only=("name", "namePrefix", "path"),
        unique="name",
        computed=("arn", "uniqueId"),
        cloudformation="AWS::IAM::InstanceProfile",
        differs={"namePrefix": _PREFIX},
    ),
    "aws:lambda/layerVersion:LayerVersion": Kind(
        create_only=(
            "code", "compatibleArchitectures", "compatibleRuntimes", "description", "layerName", "licenseInfo",
            "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash",
        ),
        computed=("arn", "layerArn", "version"),
        cloudformation="AWS::Lambda::LayerVersion",
        differs={
            "Content": "here it is `code`, `s3Bucket`, `s3Key` and `s3ObjectVersion`",
            "code": "of `Content`",
            "s3Bucket": "of `Content`",
            "s3Key": "of `Content`",
            "s3ObjectVersion": "of `Content`",
            "sourceCodeHash": "the hash of `Content`",
        },
    ),
    "aws:lambda/function:Function": Kind(
        create_only=("name", "packageType", "tenancyConfig"),
        unique="name",
        computed=("arn", "invokeArn", "qualifiedArn", "qualifiedInvokeArn", "version"),
        anew=("qualifiedArn", "qualifiedInvokeArn", "version"),
        cloudformation="AWS::Lambda::Function",
    ),
    "aws:lambda/alias:Alias": Kind(
        create_only=("functionName", "name"), unique="name", computed=("arn", "invokeArn"),
        cloudformation="AWS::Lambda::Alias",
    ),
    "aws:batch/computeEnvironment:ComputeEnvironment": Kind(
        create_only=("eksConfiguration", "name", "namePrefix", "type"),
        unique="name",
        computed=("arn", "ecsClusterArn"),
        cloudformation="AWS::Batch::ComputeEnvironment",
        differs={
            "namePrefix": _PREFIX,
            "ComputeResources": "only of managed instances and of spot fleets, which no program of specc has",
            "Tags": "the provider changes them in place",
        },
    ),
    "aws:batch/jobQueue:JobQueue": Kind(
        create_only=("name",),
        unique="name",
        cloudformation="AWS::Batch::JobQueue",
        differs={"JobQueueType": "the provider knows only one"},
    ),
    "aws:batch/jobDefinition:JobDefinition": Kind(
        create_only=("name", "type"),
        unique="name",
        computed=("arn", "arnPrefix"),
        anew=("arn",),
        cloudformation="AWS::Batch::JobDefinition",
        differs={"type": "CloudFormation makes another revision; the provider replaces"},
    ),
    "aws:ecs/cluster:Cluster": Kind(create_only=("name",), unique="name", cloudformation="AWS::ECS::Cluster"),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": Kind(
        create_only=("clusterName",), computed=(), cloudformation="AWS::ECS::ClusterCapacityProviderAssociations"
    ),
    "aws:ecs/taskDefinition:TaskDefinition": Kind(
        create_only=(
            "containerDefinitions", "cpu", "enableFaultInjection", "ephemeralStorage", "executionRoleArn", "family",
            "ipcMode", "memory", "networkMode", "pidMode", "placementConstraints", "proxyConfiguration",
            "requiresCompatibilities", "runtimePlatform", "taskRoleArn", "volumes",
        ),
        computed=("arn", "arnWithoutRevision"),
        cloudformation="AWS::ECS::TaskDefinition",
        differs={"InferenceAccelerators": "gone from AWS, and from the provider"},
    ),
    "aws:sfn/stateMachine:StateMachine": Kind(
        create_only=("name", "namePrefix", "type"),
        unique="name",
        computed=("arn", "stateMachineVersionArn"),
        anew=("stateMachineVersionArn",),
        cloudformation="AWS::StepFunctions::StateMachine",
        differs={"namePrefix": _PREFIX},
    ),
    "aws:scheduler/schedule:Schedule": Kind(
        create_only=("groupName", "name", "namePrefix"),
        unique="name",
        cloudformation="AWS::Scheduler::Schedule",
        differs={"groupName": "the provider replaces", "namePrefix": _PREFIX},
    ),
    "aws:cloudwatch/eventRule:EventRule": Kind(
        create_only=("eventBusName", "name", "namePrefix"),
        unique="name",
        cloudformation="AWS::Events::Rule",
        differs={"eventBusName": "the provider replaces", "namePrefix": _PREFIX},
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Kind(create_only=("eventBusName", "rule", "targetId"), computed=()),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Kind(
        create_only=("name",), unique="name", cloudformation="AWS::CloudWatch::Alarm"
    ),
}  # fmt: skip
"""Every type that an emitted program may have."""

UNKNOWN_KIND: Final = Kind(create_only=("name", "namePrefix"), unique="name", computed=("arn",))
"""Of types that only a user's own part of a program has: what else their providers would replace is not foreseen."""

DATA: Final[Mapping[str, str]] = {
    "aws:s3/bucket:Bucket": "every object in it",
    "aws:cloudwatch/logGroup:LogGroup": "the logs in it",
    "aws:dynamodb/globalTable:GlobalTable": "every item in it",
    "aws:dynamodb/table:Table": "every item in it",
    "aws:ebs/volume:Volume": "every file on it",
    "aws:ecr/repository:Repository": "the images in it",
    "aws:efs/fileSystem:FileSystem": "every file in it",
    "aws:kinesis/stream:Stream": "the records in it",
    "aws:kms/key:Key": "whatever is encrypted with it",
    "aws:rds/cluster:Cluster": "the databases in it",
    "aws:rds/instance:Instance": "the databases in it",
    "aws:secretsmanager/secret:Secret": "the secret",
    "aws:sqs/queue:Queue": "the messages in it",
}
"""Types that hold data -> what is lost with one."""


_GLOBAL: Final = tuple(f"aws:{service}/" for service in ("cloudfront", "iam", "organizations", "route53"))


def is_regional(type: str) -> bool:
    """Whether a resource is in a region, and so another one in another region; `region` is one of its inputs."""
    return type.startswith("aws:") and not type.startswith(_GLOBAL)


def kind_of(type: str) -> Kind:
    """What is known of a type."""
    return KINDS.get(type, UNKNOWN_KIND)
