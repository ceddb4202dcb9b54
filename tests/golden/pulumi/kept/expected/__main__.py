"""What specc-kept-prod needs on AWS.

Written by specc from spec.toml for the stack `prod`, and written anew with each compile: what is to
differ is said there. `[pulumi] extra` adds resources of your own; `--eject` gives a copy to keep.
`specc up` puts the code beside it (code.zip and dependencies.zip), made as `specc build` makes it.
"""

import base64
import hashlib
import json
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra import extra

if pulumi.get_stack() != "prod":
    raise pulumi.RunError(
        "this program is for the stack `prod`; compile spec.toml for another one with --stack"
    )

here = Path(__file__).parent
account = aws.get_caller_identity_output().account_id
region = aws.get_region_output().region
partition = aws.get_partition_output().partition

config = pulumi.Config()
# The subnets that jobs run in: pulumi config set --path 'subnetIds[0]' ...
subnets = config.require_object("subnetIds")
# The security groups that jobs run in: pulumi config set --path 'securityGroupIds[0]' ...
security_groups = config.require_object("securityGroupIds")
# The image with the code, REPOSITORY@sha256:DIGEST: pulumi config set image ...
image = config.require("image")
# The SNS topic that is told of alarms: pulumi config set alarmTopicArn ...
alarm_topic = config.get("alarmTopicArn")

TAGS = {"cost:center": "c=7 é", "team": "data"}


def arn(
    service: str,
    resource: str,
    in_region: pulumi.Input[str] = region,
    in_account: pulumi.Input[str] = account,
) -> pulumi.Output[str]:
    """The ARN of something that is known by its name."""
    return pulumi.Output.format(
        "arn:{0}:{1}:{2}:{3}:{4}", partition, service, in_region, in_account, resource
    )


def digest(file: str) -> str:
    """The hash of a file as Lambda gives it: code is shipped exactly when this changes."""
    return base64.b64encode(hashlib.sha256((here / file).read_bytes()).digest()).decode()


def hashed_name(file: str) -> str:
    """A name that changes with a file's content."""
    return hashlib.sha256((here / file).read_bytes()).hexdigest()[:16] + Path(file).suffix


def definition(file: str, *functions: aws.lambda_.Function) -> pulumi.Output[str]:
    """A state machine's definition that calls the versions of its functions published here.

    So a run that is under way goes on with the code that it has started with.
    """
    machine = json.loads((here / file).read_text("utf-8"))
    text = json.dumps(machine, ensure_ascii=False, separators=(",", ":"))

    def pinned(versions: list[list[str]]) -> str:
        found = text
        for name, version in versions:
            called = f'"FunctionName":"{name}'
            found = found.replace(f'{called}"', f'{called}:{version}"')
        return found

    published = [pulumi.Output.all(function.name, function.version) for function in functions]
    return pulumi.Output.all(*published).apply(pinned)


# Storage: what runs hand from step to step --------------------------------------------

# All data of runs
bucket = aws.s3.Bucket(
    "bucket",
    aws.s3.BucketArgs(bucket_prefix="specc-kept-prod-", tags=TAGS),
    opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True),
)

bucket_encryption = aws.s3.BucketServerSideEncryptionConfiguration(
    "bucket-encryption",
    aws.s3.BucketServerSideEncryptionConfigurationInitArgs(
        bucket=bucket.bucket,
        rules=[
            aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                    sse_algorithm="AES256",
                ),
            ),
        ],
    ),
)

bucket_access = aws.s3.BucketPublicAccessBlock(
    "bucket-access",
    aws.s3.BucketPublicAccessBlockArgs(
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    ),
)

bucket_ownership = aws.s3.BucketOwnershipControls(
    "bucket-ownership",
    aws.s3.BucketOwnershipControlsArgs(
        bucket=bucket.bucket,
        rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
    ),
)

# What was deleted or written over can be had back
bucket_versioning = aws.s3.BucketVersioning(
    "bucket-versioning",
    aws.s3.BucketVersioningInitArgs(
        bucket=bucket.bucket,
        versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(
            status="Enabled",
        ),
    ),
)

# What a run has left is removed when the run must be long over
bucket_lifecycle = aws.s3.BucketLifecycleConfiguration(
    "bucket-lifecycle",
    aws.s3.BucketLifecycleConfigurationArgs(
        bucket=bucket.bucket,
        rules=[
            aws.s3.BucketLifecycleConfigurationRuleArgs(
                id="RunData",
                status="Enabled",
                filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="specc-kept-prod/"),
                expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=30),
                noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                    noncurrent_days=30,
                ),
            ),
            aws.s3.BucketLifecycleConfigurationRuleArgs(
                id="UnfinishedUploads",
                status="Enabled",
                filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                    days_after_initiation=3,
                ),
            ),
        ],
    ),
    opts=pulumi.ResourceOptions(depends_on=[bucket_versioning]),
)

bucket_notification = aws.s3.BucketNotification(
    "bucket-notification",
    aws.s3.BucketNotificationArgs(bucket=bucket.bucket, eventbridge=True),
)

bucket_policy = aws.s3.BucketPolicy(
    "bucket-policy",
    aws.s3.BucketPolicyArgs(
        bucket=bucket.bucket,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "OnlyOverTls",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [bucket.arn, pulumi.Output.format("{0}/*", bucket.arn)],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    },
                ],
            },
        ),
    ),
    opts=pulumi.ResourceOptions(depends_on=[bucket_access]),
)

# Too large to be handed over itself; its name changes with its content
code = aws.s3.BucketObjectv2(
    "code",
    aws.s3.BucketObjectv2Args(
        bucket=bucket.bucket,
        key=pulumi.Output.format("specc-artifacts/specc-kept-prod/{0}", hashed_name("code.zip")),
        source=pulumi.FileAsset(str(here / "code.zip")),
        tags=TAGS,
    ),
)

# Too large to be handed over itself; its name changes with its content
dependencies = aws.s3.BucketObjectv2(
    "dependencies",
    aws.s3.BucketObjectv2Args(
        bucket=bucket.bucket,
        key=pulumi.Output.format(
            "specc-artifacts/specc-kept-prod/{0}",
            hashed_name("dependencies.zip"),
        ),
        source=pulumi.FileAsset(str(here / "dependencies.zip")),
        tags=TAGS,
    ),
)

# Roles: what each part may do is said where the part is -------------------------------

machine_role = aws.iam.Role(
    "machine-role",
    aws.iam.RoleArgs(
        name="specc-kept-prod-machine",
        assume_role_policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "states.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
                    },
                ],
            },
        ),
        tags=TAGS,
    ),
)

# Steps first, only (spec.toml:39)
default_function_role = aws.iam.Role(
    "default-function-role",
    aws.iam.RoleArgs(
        name="specc-kept-prod-function-default",
        assume_role_policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    },
                ],
            },
        ),
        tags=TAGS,
    ),
)

# Steps second, own (spec.toml:42)
big_job_role = aws.iam.Role(
    "big-job-role",
    aws.iam.RoleArgs(
        name="specc-kept-prod-job-big",
        assume_role_policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
                    },
                ],
            },
        ),
        tags=TAGS,
    ),
)

# Steps second, own (spec.toml:54)
own_container_role = aws.iam.Role(
    "own-container-role",
    aws.iam.RoleArgs(
        name="specc-kept-prod-container-own",
        assume_role_policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
                    },
                ],
            },
        ),
        tags=TAGS,
    ),
)

# Step third (spec.toml:46)
deep_job_role = aws.iam.Role(
    "deep-job-role",
    aws.iam.RoleArgs(
        name="specc-kept-prod-job-deep",
        assume_role_policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
                    },
                ],
            },
        ),
        tags=TAGS,
    ),
)

# Step fourth (spec.toml:50)
job_job_role = aws.iam.Role(
    "job-job-role",
    aws.iam.RoleArgs(
        name="specc-kept-prod-job-job",
        assume_role_policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
                    },
                ],
            },
        ),
        tags=TAGS,
    ),
)

execution_role = aws.iam.Role(
    "execution-role",
    aws.iam.RoleArgs(
        name="specc-kept-prod-execution",
        assume_role_policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
                    },
                ],
            },
        ),
        tags=TAGS,
    ),
)

# (spec.toml:61)
events_role = aws.iam.Role(
    "events-role",
    aws.iam.RoleArgs(
        name="specc-kept-prod-events",
        assume_role_policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    },
                ],
            },
        ),
        tags=TAGS,
    ),
)

# (spec.toml:64)
schedules_role = aws.iam.Role(
    "schedules-role",
    aws.iam.RoleArgs(
        name="specc-kept-prod-schedules",
        assume_role_policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "scheduler.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
                    },
                ],
            },
        ),
        tags=TAGS,
    ),
)

# Functions: one for each compute profile ----------------------------------------------

# What the spec's requirements name
dependencies_layer = aws.lambda_.LayerVersion(
    "dependencies-layer",
    aws.lambda_.LayerVersionArgs(
        layer_name="specc-kept-prod-dependencies",
        s3_bucket=dependencies.bucket,
        s3_key=dependencies.key,
        source_code_hash=digest("dependencies.zip"),
        compatible_runtimes=["python3.13"],
        compatible_architectures=["x86_64"],
    ),
)

# Steps first, only (spec.toml:39)
# Not narrower: Trace (traces belong to no resource)
default_function_policy = aws.iam.RolePolicy(
    "default-function-policy",
    aws.iam.RolePolicyArgs(
        name="Permissions",
        role=default_function_role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "ReadStore",
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-kept-prod/*", bucket.arn)],
                    },
                    {
                        "Sid": "Trace",
                        "Effect": "Allow",
                        "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
                        "Resource": ["*"],
                    },
                    {
                        "Sid": "WriteLogs",
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": [
                            arn(
                                "logs",
                                "log-group:/aws/lambda/specc-kept-prod-default:log-stream:*",
                            ),
                        ],
                    },
                    {
                        "Sid": "WriteStore",
                        "Effect": "Allow",
                        "Action": ["s3:PutObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-kept-prod/*", bucket.arn)],
                    },
                ],
            },
        ),
    ),
)

# Steps first, only (spec.toml:39)
default_function_logs = aws.cloudwatch.LogGroup(
    "default-function-logs",
    aws.cloudwatch.LogGroupArgs(
        name="/aws/lambda/specc-kept-prod-default",
        retention_in_days=30,
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True),
)

# Steps first, only (spec.toml:39)
default_function = aws.lambda_.Function(
    "default-function",
    aws.lambda_.FunctionArgs(
        name="specc-kept-prod-default",
        description="Steps of specc-kept-prod on the compute profile default",
        package_type="Zip",
        runtime="python3.13",
        handler="specc_runtime.lambda_handler.handler",
        s3_bucket=code.bucket,
        s3_key=code.key,
        source_code_hash=digest("code.zip"),
        layers=[dependencies_layer.arn],
        publish=True,
        architectures=["x86_64"],
        memory_size=512,
        timeout=900,
        role=default_function_role.arn,
        environment=aws.lambda_.FunctionEnvironmentArgs(
            variables={
                "LEVEL": 'a {b} "c"',
                "SPECC_STORE": pulumi.Output.format("s3://{0}/specc-kept-prod", bucket.bucket),
            },
        ),
        logging_config=aws.lambda_.FunctionLoggingConfigArgs(
            log_format="Text",
            log_group=default_function_logs.name,
        ),
        tracing_config=aws.lambda_.FunctionTracingConfigArgs(mode="Active"),
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[default_function_policy]),
)

# Steps first, only (spec.toml:39)
default_alias = aws.lambda_.Alias(
    "default-alias",
    aws.lambda_.AliasArgs(
        name="live",
        description="The version that runs start with",
        function_name=default_function.name,
        function_version=default_function.version,
    ),
)

# Jobs: what AWS Batch runs ------------------------------------------------------------

# Steps second, own (spec.toml:42)
big_compute_environment = aws.batch.ComputeEnvironment(
    "big-compute-environment",
    aws.batch.ComputeEnvironmentArgs(
        name_prefix="specc-kept-prod-big-",
        type="MANAGED",
        state="ENABLED",
        compute_resources=aws.batch.ComputeEnvironmentComputeResourcesArgs(
            type="FARGATE_SPOT",
            max_vcpus=256,
            subnets=subnets,
            security_group_ids=security_groups,
        ),
        tags=TAGS,
    ),
)

# Steps second, own (spec.toml:42)
big_queue = aws.batch.JobQueue(
    "big-queue",
    aws.batch.JobQueueArgs(
        name="specc-kept-prod-big",
        state="ENABLED",
        priority=1,
        compute_environment_orders=[
            aws.batch.JobQueueComputeEnvironmentOrderArgs(
                order=1,
                compute_environment=big_compute_environment.arn,
            ),
        ],
        tags=TAGS,
    ),
)

host_role = aws.iam.Role(
    "host-role",
    aws.iam.RoleArgs(
        name="specc-kept-prod-host",
        assume_role_policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ec2.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    },
                ],
            },
        ),
        tags=TAGS,
    ),
)

host_permissions = aws.iam.RolePolicyAttachment(
    "host-permissions",
    aws.iam.RolePolicyAttachmentArgs(
        role=host_role.name,
        policy_arn=arn(
            "iam",
            "policy/service-role/AmazonEC2ContainerServiceforEC2Role",
            in_region="",
            in_account="aws",
        ),
    ),
)

host_profile = aws.iam.InstanceProfile(
    "host-profile",
    aws.iam.InstanceProfileArgs(name="specc-kept-prod-host", role=host_role.name, tags=TAGS),
)

# Step third (spec.toml:46)
deep_compute_environment = aws.batch.ComputeEnvironment(
    "deep-compute-environment",
    aws.batch.ComputeEnvironmentArgs(
        name_prefix="specc-kept-prod-deep-",
        type="MANAGED",
        state="ENABLED",
        compute_resources=aws.batch.ComputeEnvironmentComputeResourcesArgs(
            type="SPOT",
            max_vcpus=256,
            subnets=subnets,
            security_group_ids=security_groups,
            min_vcpus=0,
            instance_types=["g4dn", "g5"],
            allocation_strategy="SPOT_PRICE_CAPACITY_OPTIMIZED",
            instance_role=host_profile.arn,
        ),
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[host_permissions]),
)

# Step third (spec.toml:46)
deep_queue = aws.batch.JobQueue(
    "deep-queue",
    aws.batch.JobQueueArgs(
        name="specc-kept-prod-deep",
        state="ENABLED",
        priority=1,
        compute_environment_orders=[
            aws.batch.JobQueueComputeEnvironmentOrderArgs(
                order=1,
                compute_environment=deep_compute_environment.arn,
            ),
        ],
        tags=TAGS,
    ),
)

# Steps second, own (spec.toml:42)
big_job_policy = aws.iam.RolePolicy(
    "big-job-policy",
    aws.iam.RolePolicyArgs(
        name="Permissions",
        role=big_job_role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "ReadStore",
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-kept-prod/*", bucket.arn)],
                    },
                    {
                        "Sid": "WriteStore",
                        "Effect": "Allow",
                        "Action": ["s3:PutObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-kept-prod/*", bucket.arn)],
                    },
                ],
            },
        ),
    ),
)

# Not narrower: PullImage (the image with the steps' code is named when the stack is deployed),
# SignIn (`ecr:GetAuthorizationToken` knows no resources)
execution_policy = aws.iam.RolePolicy(
    "execution-policy",
    aws.iam.RolePolicyArgs(
        name="Permissions",
        role=execution_role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "PullImage",
                        "Effect": "Allow",
                        "Action": [
                            "ecr:BatchCheckLayerAvailability",
                            "ecr:BatchGetImage",
                            "ecr:GetDownloadUrlForLayer",
                        ],
                        "Resource": [arn("ecr", "repository/*")],
                    },
                    {
                        "Sid": "SignIn",
                        "Effect": "Allow",
                        "Action": ["ecr:GetAuthorizationToken"],
                        "Resource": ["*"],
                    },
                    {
                        "Sid": "WriteLogs",
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": [
                            arn("logs", "log-group:/specc/specc-kept-prod-big--own:log-stream:*"),
                            arn("logs", "log-group:/specc/specc-kept-prod-big:log-stream:*"),
                            arn("logs", "log-group:/specc/specc-kept-prod-deep:log-stream:*"),
                            arn("logs", "log-group:/specc/specc-kept-prod-job:log-stream:*"),
                        ],
                    },
                ],
            },
        ),
    ),
)

# Steps second, own (spec.toml:42)
big_job_logs = aws.cloudwatch.LogGroup(
    "big-job-logs",
    aws.cloudwatch.LogGroupArgs(name="/specc/specc-kept-prod-big", retention_in_days=30, tags=TAGS),
    opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True),
)

# Steps second, own (spec.toml:42)
big_job = aws.batch.JobDefinition(
    "big-job",
    aws.batch.JobDefinitionArgs(
        name="specc-kept-prod-big",
        type="container",
        platform_capabilities=["FARGATE"],
        container_properties=pulumi.Output.json_dumps(
            {
                "image": image,
                "command": ["python", "-m", "specc_runtime.batch_main"],
                "environment": [
                    {"name": "LEVEL", "value": 'a {b} "c"'},
                    {
                        "name": "SPECC_STORE",
                        "value": pulumi.Output.format("s3://{0}/specc-kept-prod", bucket.bucket),
                    },
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": big_job_logs.name,
                        "awslogs-region": region,
                        "awslogs-stream-prefix": "step",
                    },
                },
                "resourceRequirements": [
                    {"type": "VCPU", "value": "16"},
                    {"type": "MEMORY", "value": "65536"},
                ],
                "jobRoleArn": big_job_role.arn,
                "executionRoleArn": execution_role.arn,
                "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
            },
        ),
        retry_strategy=aws.batch.JobDefinitionRetryStrategyArgs(
            attempts=5,
            evaluate_on_exits=[
                aws.batch.JobDefinitionRetryStrategyEvaluateOnExitArgs(
                    action="RETRY",
                    on_status_reason="Host EC2*",
                ),
                aws.batch.JobDefinitionRetryStrategyEvaluateOnExitArgs(
                    action="RETRY",
                    on_status_reason="Your Spot Task was interrupted*",
                ),
                aws.batch.JobDefinitionRetryStrategyEvaluateOnExitArgs(
                    action="EXIT",
                    on_reason="*",
                ),
            ],
        ),
        timeout=aws.batch.JobDefinitionTimeoutArgs(attempt_duration_seconds=86400),
        propagate_tags=True,
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[big_job_policy, execution_policy]),
)

# Step own (spec.toml:54)
big_own_job_logs = aws.cloudwatch.LogGroup(
    "big--own-job-logs",
    aws.cloudwatch.LogGroupArgs(
        name="/specc/specc-kept-prod-big--own",
        retention_in_days=30,
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True),
)

# Step own (spec.toml:54)
big_own_job = aws.batch.JobDefinition(
    "big--own-job",
    aws.batch.JobDefinitionArgs(
        name="specc-kept-prod-big--own",
        type="container",
        platform_capabilities=["FARGATE"],
        container_properties=pulumi.Output.json_dumps(
            {
                "image": "registry.example.org/tool:1",
                "environment": [
                    {
                        "name": "SPECC_STORE",
                        "value": pulumi.Output.format("s3://{0}/specc-kept-prod", bucket.bucket),
                    },
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": big_own_job_logs.name,
                        "awslogs-region": region,
                        "awslogs-stream-prefix": "step",
                    },
                },
                "resourceRequirements": [
                    {"type": "VCPU", "value": "16"},
                    {"type": "MEMORY", "value": "65536"},
                ],
                "jobRoleArn": own_container_role.arn,
                "executionRoleArn": execution_role.arn,
                "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
            },
        ),
        retry_strategy=aws.batch.JobDefinitionRetryStrategyArgs(
            attempts=5,
            evaluate_on_exits=[
                aws.batch.JobDefinitionRetryStrategyEvaluateOnExitArgs(
                    action="RETRY",
                    on_status_reason="Host EC2*",
                ),
                aws.batch.JobDefinitionRetryStrategyEvaluateOnExitArgs(
                    action="RETRY",
                    on_status_reason="Your Spot Task was interrupted*",
                ),
                aws.batch.JobDefinitionRetryStrategyEvaluateOnExitArgs(
                    action="EXIT",
                    on_reason="*",
                ),
            ],
        ),
        timeout=aws.batch.JobDefinitionTimeoutArgs(attempt_duration_seconds=86400),
        propagate_tags=True,
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[execution_policy]),
)

# Step third (spec.toml:46)
deep_job_policy = aws.iam.RolePolicy(
    "deep-job-policy",
    aws.iam.RolePolicyArgs(
        name="Permissions",
        role=deep_job_role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "ReadStore",
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-kept-prod/*", bucket.arn)],
                    },
                    {
                        "Sid": "WriteStore",
                        "Effect": "Allow",
                        "Action": ["s3:PutObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-kept-prod/*", bucket.arn)],
                    },
                ],
            },
        ),
    ),
)

# Step third (spec.toml:46)
deep_job_logs = aws.cloudwatch.LogGroup(
    "deep-job-logs",
    aws.cloudwatch.LogGroupArgs(
        name="/specc/specc-kept-prod-deep",
        retention_in_days=30,
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True),
)

# Step third (spec.toml:46)
deep_job = aws.batch.JobDefinition(
    "deep-job",
    aws.batch.JobDefinitionArgs(
        name="specc-kept-prod-deep",
        type="container",
        platform_capabilities=["EC2"],
        container_properties=pulumi.Output.json_dumps(
            {
                "image": image,
                "command": ["python", "-m", "specc_runtime.batch_main"],
                "environment": [
                    {"name": "AWS_DEFAULT_REGION", "value": region},
                    {"name": "AWS_REGION", "value": region},
                    {"name": "LEVEL", "value": 'a {b} "c"'},
                    {
                        "name": "SPECC_STORE",
                        "value": pulumi.Output.format("s3://{0}/specc-kept-prod", bucket.bucket),
                    },
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": deep_job_logs.name,
                        "awslogs-region": region,
                        "awslogs-stream-prefix": "step",
                    },
                },
                "resourceRequirements": [
                    {"type": "VCPU", "value": "4"},
                    {"type": "MEMORY", "value": "16384"},
                    {"type": "GPU", "value": "1"},
                ],
                "jobRoleArn": deep_job_role.arn,
                "executionRoleArn": execution_role.arn,
            },
        ),
        retry_strategy=aws.batch.JobDefinitionRetryStrategyArgs(
            attempts=5,
            evaluate_on_exits=[
                aws.batch.JobDefinitionRetryStrategyEvaluateOnExitArgs(
                    action="RETRY",
                    on_status_reason="Host EC2*",
                ),
                aws.batch.JobDefinitionRetryStrategyEvaluateOnExitArgs(
                    action="RETRY",
                    on_status_reason="Your Spot Task was interrupted*",
                ),
                aws.batch.JobDefinitionRetryStrategyEvaluateOnExitArgs(
                    action="EXIT",
                    on_reason="*",
                ),
            ],
        ),
        timeout=aws.batch.JobDefinitionTimeoutArgs(attempt_duration_seconds=86400),
        propagate_tags=True,
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[deep_job_policy, execution_policy]),
)

# Tasks: what ECS runs -----------------------------------------------------------------

# Step fourth (spec.toml:50)
job_job_policy = aws.iam.RolePolicy(
    "job-job-policy",
    aws.iam.RolePolicyArgs(
        name="Permissions",
        role=job_job_role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "ReadStore",
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-kept-prod/*", bucket.arn)],
                    },
                    {
                        "Sid": "WriteStore",
                        "Effect": "Allow",
                        "Action": ["s3:PutObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-kept-prod/*", bucket.arn)],
                    },
                ],
            },
        ),
    ),
)

# Step fourth (spec.toml:50)
job_task_logs = aws.cloudwatch.LogGroup(
    "job-task-logs",
    aws.cloudwatch.LogGroupArgs(name="/specc/specc-kept-prod-job", retention_in_days=30, tags=TAGS),
    opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True),
)

# Step fourth (spec.toml:50)
job_task = aws.ecs.TaskDefinition(
    "job-task",
    aws.ecs.TaskDefinitionArgs(
        family="specc-kept-prod-job",
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu="1024",
        memory="2048",
        runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
            operating_system_family="LINUX",
            cpu_architecture="X86_64",
        ),
        task_role_arn=job_job_role.arn,
        execution_role_arn=execution_role.arn,
        container_definitions=pulumi.Output.json_dumps(
            [
                {
                    "name": "step",
                    "essential": True,
                    "image": image,
                    "command": ["python", "-m", "specc_runtime.batch_main"],
                    "environment": [
                        {"name": "LEVEL", "value": 'a {b} "c"'},
                        {
                            "name": "SPECC_STORE",
                            "value": pulumi.Output.format(
                                "s3://{0}/specc-kept-prod",
                                bucket.bucket,
                            ),
                        },
                    ],
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {
                            "awslogs-group": job_task_logs.name,
                            "awslogs-region": region,
                            "awslogs-stream-prefix": "step",
                        },
                    },
                },
            ],
        ),
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[job_job_policy, execution_policy]),
)

# State machine: the spec itself -------------------------------------------------------

# Not narrower: BatchDescribeJobs (`batch:DescribeJobs` knows no resources), BatchSubmitJob (Batch
# makes up the ids of jobs; which jobs are submitted is limited by queue and definition),
# BatchTerminateJob (Batch makes up the ids of jobs), DeliverLogs (the actions of log delivery know
# no resources), Trace (traces belong to no resource)
machine_policy = aws.iam.RolePolicy(
    "machine-policy",
    aws.iam.RolePolicyArgs(
        name="Permissions",
        role=machine_role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "BatchDescribeJobs",
                        "Effect": "Allow",
                        "Action": ["batch:DescribeJobs"],
                        "Resource": ["*"],
                    },
                    {
                        "Sid": "BatchSubmitJob",
                        "Effect": "Allow",
                        "Action": ["batch:SubmitJob"],
                        "Resource": [
                            arn("batch", "job-definition/specc-kept-prod-big"),
                            arn("batch", "job-definition/specc-kept-prod-big--own"),
                            arn("batch", "job-definition/specc-kept-prod-big--own:*"),
                            arn("batch", "job-definition/specc-kept-prod-big:*"),
                            arn("batch", "job-definition/specc-kept-prod-deep"),
                            arn("batch", "job-definition/specc-kept-prod-deep:*"),
                            arn("batch", "job-queue/specc-kept-prod-big"),
                            arn("batch", "job-queue/specc-kept-prod-deep"),
                            arn("batch", "job/*"),
                        ],
                    },
                    {
                        "Sid": "BatchTerminateJob",
                        "Effect": "Allow",
                        "Action": ["batch:TerminateJob"],
                        "Resource": [arn("batch", "job/*")],
                    },
                    {
                        "Sid": "DeliverLogs",
                        "Effect": "Allow",
                        "Action": [
                            "logs:CreateLogDelivery",
                            "logs:DeleteLogDelivery",
                            "logs:DescribeLogGroups",
                            "logs:DescribeResourcePolicies",
                            "logs:GetLogDelivery",
                            "logs:ListLogDeliveries",
                            "logs:PutResourcePolicy",
                            "logs:UpdateLogDelivery",
                        ],
                        "Resource": ["*"],
                    },
                    {
                        "Sid": "EcsDescribeTasks",
                        "Effect": "Allow",
                        "Action": ["ecs:DescribeTasks"],
                        "Resource": [arn("ecs", "task/existing/*")],
                    },
                    {
                        "Sid": "EcsRunTask",
                        "Effect": "Allow",
                        "Action": ["ecs:RunTask"],
                        "Resource": [arn("ecs", "task-definition/specc-kept-prod-job:*")],
                    },
                    {
                        "Sid": "EcsStopTask",
                        "Effect": "Allow",
                        "Action": ["ecs:StopTask"],
                        "Resource": [arn("ecs", "task/existing/*")],
                    },
                    {
                        "Sid": "LambdaInvokeFunction",
                        "Effect": "Allow",
                        "Action": ["lambda:InvokeFunction"],
                        "Resource": [
                            default_function.arn,
                            pulumi.Output.format("{0}:*", default_function.arn),
                        ],
                    },
                    {
                        "Sid": "ListenForEnds",
                        "Effect": "Allow",
                        "Action": ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
                        "Resource": [
                            arn("events", "rule/StepFunctionsGetEventsForBatchJobsRule"),
                            arn("events", "rule/StepFunctionsGetEventsForECSTaskRule"),
                            arn(
                                "events",
                                "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
                            ),
                        ],
                    },
                    {
                        "Sid": "PassRolesToTasks",
                        "Effect": "Allow",
                        "Action": ["iam:PassRole"],
                        "Resource": [execution_role.arn, job_job_role.arn],
                        "Condition": {
                            "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"},
                        },
                    },
                    {
                        "Sid": "StatesDescribeExecution",
                        "Effect": "Allow",
                        "Action": ["states:DescribeExecution"],
                        "Resource": [arn("states", "execution:specc-kept-prod-inner:*")],
                    },
                    {
                        "Sid": "StatesStartExecution",
                        "Effect": "Allow",
                        "Action": ["states:StartExecution"],
                        "Resource": [arn("states", "stateMachine:specc-kept-prod-inner")],
                    },
                    {
                        "Sid": "StatesStopExecution",
                        "Effect": "Allow",
                        "Action": ["states:StopExecution"],
                        "Resource": [arn("states", "execution:specc-kept-prod-inner:*")],
                    },
                    {
                        "Sid": "Trace",
                        "Effect": "Allow",
                        "Action": [
                            "xray:GetSamplingRules",
                            "xray:GetSamplingTargets",
                            "xray:PutTelemetryRecords",
                            "xray:PutTraceSegments",
                        ],
                        "Resource": ["*"],
                    },
                ],
            },
        ),
    ),
)

state_machine_logs = aws.cloudwatch.LogGroup(
    "state-machine-logs",
    aws.cloudwatch.LogGroupArgs(
        name="/aws/vendedlogs/states/specc-kept-prod",
        retention_in_days=30,
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True),
)

state_machine = aws.sfn.StateMachine(
    "state-machine",
    aws.sfn.StateMachineArgs(
        name="specc-kept-prod",
        type="STANDARD",
        definition=definition("state-machine.asl.json", default_function),
        role_arn=machine_role.arn,
        logging_configuration=aws.sfn.StateMachineLoggingConfigurationArgs(
            level="ERROR",
            include_execution_data=False,
            log_destination=pulumi.Output.format("{0}:*", state_machine_logs.arn),
        ),
        tracing_configuration=aws.sfn.StateMachineTracingConfigurationArgs(enabled=True),
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[machine_policy]),
)

inner_state_machine = aws.sfn.StateMachine(
    "inner-state-machine",
    aws.sfn.StateMachineArgs(
        name="specc-kept-prod-inner",
        type="STANDARD",
        definition=definition("inner-state-machine.asl.json", default_function),
        role_arn=machine_role.arn,
        logging_configuration=aws.sfn.StateMachineLoggingConfigurationArgs(
            level="ERROR",
            include_execution_data=False,
            log_destination=pulumi.Output.format("{0}:*", state_machine_logs.arn),
        ),
        tracing_configuration=aws.sfn.StateMachineTracingConfigurationArgs(enabled=True),
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[machine_policy]),
)

# Triggers: what starts runs -----------------------------------------------------------

# (spec.toml:61)
events_policy = aws.iam.RolePolicy(
    "events-policy",
    aws.iam.RolePolicyArgs(
        name="Permissions",
        role=events_role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "StartRuns",
                        "Effect": "Allow",
                        "Action": ["states:StartExecution"],
                        "Resource": [state_machine.arn],
                    },
                ],
            },
        ),
    ),
)

# (spec.toml:61)
event_rule_1 = aws.cloudwatch.EventRule(
    "event-rule-1",
    aws.cloudwatch.EventRuleArgs(
        name="specc-kept-prod-trigger-1",
        description="Starts runs of specc-kept-prod",
        event_pattern=pulumi.Output.json_dumps(
            {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": [bucket.bucket]},
                    "object": {"key": [{"prefix": "incoming/"}]},
                },
            },
        ),
        state="ENABLED",
        tags=TAGS,
    ),
)

# (spec.toml:61)
event_target_1 = aws.cloudwatch.EventTarget(
    "event-target-1",
    aws.cloudwatch.EventTargetArgs(
        rule=event_rule_1.name,
        target_id="specc-kept-prod",
        arn=state_machine.arn,
        role_arn=events_role.arn,
        input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
            input_paths={"part1": "$.detail.object.key"},
            input_template='{"key": "it\'s \\"<part1>\\""}',
        ),
    ),
    opts=pulumi.ResourceOptions(depends_on=[events_policy]),
)

# (spec.toml:64)
schedules_policy = aws.iam.RolePolicy(
    "schedules-policy",
    aws.iam.RolePolicyArgs(
        name="Permissions",
        role=schedules_role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "StartRuns",
                        "Effect": "Allow",
                        "Action": ["states:StartExecution"],
                        "Resource": [state_machine.arn],
                    },
                ],
            },
        ),
    ),
)

# (spec.toml:64)
schedule_2 = aws.scheduler.Schedule(
    "schedule-2",
    aws.scheduler.ScheduleArgs(
        name="specc-kept-prod-trigger-2",
        description="Starts runs of specc-kept-prod",
        schedule_expression="rate(1 hour)",
        schedule_expression_timezone="UTC",
        flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
        state="ENABLED",
        target=aws.scheduler.ScheduleTargetArgs(
            arn=state_machine.arn,
            role_arn=schedules_role.arn,
            input='{"key": "a \\"b\\" {c} \\\\ é"}',
        ),
    ),
    opts=pulumi.ResourceOptions(depends_on=[schedules_policy]),
)

# Alarms: runs that fail ---------------------------------------------------------------

failed_alarm = aws.cloudwatch.MetricAlarm(
    "failed-alarm",
    aws.cloudwatch.MetricAlarmArgs(
        name="specc-kept-prod-failed",
        alarm_description="A run failed",
        namespace="AWS/States",
        metric_name="ExecutionsFailed",
        dimensions={"StateMachineArn": state_machine.arn},
        statistic="Sum",
        period=300,
        evaluation_periods=1,
        threshold=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
        treat_missing_data="notBreaching",
        alarm_actions=[alarm_topic] if alarm_topic else [],
        tags=TAGS,
    ),
)

timed_out_alarm = aws.cloudwatch.MetricAlarm(
    "timed-out-alarm",
    aws.cloudwatch.MetricAlarmArgs(
        name="specc-kept-prod-timed-out",
        alarm_description="A run took longer than it may",
        namespace="AWS/States",
        metric_name="ExecutionsTimedOut",
        dimensions={"StateMachineArn": state_machine.arn},
        statistic="Sum",
        period=300,
        evaluation_periods=1,
        threshold=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
        treat_missing_data="notBreaching",
        alarm_actions=[alarm_topic] if alarm_topic else [],
        tags=TAGS,
    ),
)

# Extra: [pulumi] extra of the spec ----------------------------------------------------

extra(
    {
        "bucket": bucket,
        "bucket-encryption": bucket_encryption,
        "bucket-access": bucket_access,
        "bucket-ownership": bucket_ownership,
        "bucket-versioning": bucket_versioning,
        "bucket-lifecycle": bucket_lifecycle,
        "bucket-notification": bucket_notification,
        "bucket-policy": bucket_policy,
        "code": code,
        "dependencies": dependencies,
        "machine-role": machine_role,
        "default-function-role": default_function_role,
        "big-job-role": big_job_role,
        "own-container-role": own_container_role,
        "deep-job-role": deep_job_role,
        "job-job-role": job_job_role,
        "execution-role": execution_role,
        "events-role": events_role,
        "schedules-role": schedules_role,
        "dependencies-layer": dependencies_layer,
        "default-function-policy": default_function_policy,
        "default-function-logs": default_function_logs,
        "default-function": default_function,
        "default-alias": default_alias,
        "big-compute-environment": big_compute_environment,
        "big-queue": big_queue,
        "host-role": host_role,
        "host-permissions": host_permissions,
        "host-profile": host_profile,
        "deep-compute-environment": deep_compute_environment,
        "deep-queue": deep_queue,
        "big-job-policy": big_job_policy,
        "execution-policy": execution_policy,
        "big-job-logs": big_job_logs,
        "big-job": big_job,
        "big--own-job-logs": big_own_job_logs,
        "big--own-job": big_own_job,
        "deep-job-policy": deep_job_policy,
        "deep-job-logs": deep_job_logs,
        "deep-job": deep_job,
        "job-job-policy": job_job_policy,
        "job-task-logs": job_task_logs,
        "job-task": job_task,
        "machine-policy": machine_policy,
        "state-machine-logs": state_machine_logs,
        "state-machine": state_machine,
        "inner-state-machine": inner_state_machine,
        "events-policy": events_policy,
        "event-rule-1": event_rule_1,
        "event-target-1": event_target_1,
        "schedules-policy": schedules_policy,
        "schedule-2": schedule_2,
        "failed-alarm": failed_alarm,
        "timed-out-alarm": timed_out_alarm,
    },
)

# Outputs ------------------------------------------------------------------------------

pulumi.export("StateMachineArn", state_machine.arn)
pulumi.export("Bucket", bucket.bucket)
pulumi.export("Functions", {"default": default_function.name})
