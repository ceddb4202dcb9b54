"""What specc-everything needs on AWS.

Written by specc from spec.toml for the stack `default`, and written anew with each compile: what is
to differ is said there. `[pulumi] extra` adds resources of your own; `--eject` gives a copy to
keep. `specc up` puts the code beside it (code.zip), made as `specc build` makes it.
"""

import base64
import hashlib
import json
from pathlib import Path

import pulumi
import pulumi_aws as aws

if pulumi.get_stack() != "default":
    raise pulumi.RunError(
        "this program is for the stack `default`; compile spec.toml for another one with --stack"
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

TAGS = {"team": "data"}


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
bucket = aws.s3.Bucket("bucket", aws.s3.BucketArgs(bucket_prefix="specc-everything-", tags=TAGS))

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

# What a run has left is removed when the run must be long over
bucket_lifecycle = aws.s3.BucketLifecycleConfiguration(
    "bucket-lifecycle",
    aws.s3.BucketLifecycleConfigurationArgs(
        bucket=bucket.bucket,
        rules=[
            aws.s3.BucketLifecycleConfigurationRuleArgs(
                id="RunData",
                status="Enabled",
                filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(
                    prefix="specc-everything/",
                ),
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

# Roles: what each part may do is said where the part is -------------------------------

machine_role = aws.iam.Role(
    "machine-role",
    aws.iam.RoleArgs(
        name="specc-everything-machine",
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

# Steps a, m (spec.toml:47)
default_function_role = aws.iam.Role(
    "default-function-role",
    aws.iam.RoleArgs(
        name="specc-everything-function-default",
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

# Step b (spec.toml:51)
big_job_role = aws.iam.Role(
    "big-job-role",
    aws.iam.RoleArgs(
        name="specc-everything-job-big",
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

# Step g (spec.toml:57)
gpu_job_role = aws.iam.Role(
    "gpu-job-role",
    aws.iam.RoleArgs(
        name="specc-everything-job-gpu",
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

# Step c (spec.toml:62)
task_job_role = aws.iam.Role(
    "task-job-role",
    aws.iam.RoleArgs(
        name="specc-everything-job-task",
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
        name="specc-everything-execution",
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

# (spec.toml:75)
schedules_role = aws.iam.Role(
    "schedules-role",
    aws.iam.RoleArgs(
        name="specc-everything-schedules",
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

# (spec.toml:80)
events_role = aws.iam.Role(
    "events-role",
    aws.iam.RoleArgs(
        name="specc-everything-events",
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

# Functions: one for each compute profile ----------------------------------------------

# Steps a, m (spec.toml:47)
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
                        "Sid": "DecryptParameters",
                        "Effect": "Allow",
                        "Action": ["kms:Decrypt"],
                        "Resource": [arn("kms", "key/*")],
                        "Condition": {
                            "ArnLike": {
                                "kms:EncryptionContext:PARAMETER_ARN": arn(
                                    "ssm",
                                    "parameter/prod/token",
                                ),
                            },
                            "StringLike": {"kms:ViaService": "ssm.*.amazonaws.com*"},
                        },
                    },
                    {
                        "Sid": "ReadStore",
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-everything/*", bucket.arn)],
                    },
                    {
                        "Sid": "SsmGetParameter",
                        "Effect": "Allow",
                        "Action": ["ssm:GetParameter"],
                        "Resource": [arn("ssm", "parameter/prod/token")],
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
                                "log-group:/aws/lambda/specc-everything-default:log-stream:*",
                            ),
                        ],
                    },
                    {
                        "Sid": "WriteStore",
                        "Effect": "Allow",
                        "Action": ["s3:PutObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-everything/*", bucket.arn)],
                    },
                ],
            },
        ),
    ),
)

# Steps a, m (spec.toml:47)
default_function_logs = aws.cloudwatch.LogGroup(
    "default-function-logs",
    aws.cloudwatch.LogGroupArgs(
        name="/aws/lambda/specc-everything-default",
        retention_in_days=30,
        tags=TAGS,
    ),
)

# Steps a, m (spec.toml:47)
default_function = aws.lambda_.Function(
    "default-function",
    aws.lambda_.FunctionArgs(
        name="specc-everything-default",
        description="Steps of specc-everything on the compute profile default",
        package_type="Zip",
        runtime="python3.12",
        handler="specc_runtime.lambda_handler.handler",
        code=pulumi.FileArchive(str(here / "code.zip")),
        source_code_hash=digest("code.zip"),
        publish=True,
        architectures=["x86_64"],
        memory_size=512,
        timeout=900,
        role=default_function_role.arn,
        environment=aws.lambda_.FunctionEnvironmentArgs(
            variables={
                "LEVEL": "INFO ${x}",
                "SPECC_SECRET_TOKEN": "ssm:/prod/token",
                "SPECC_STORE": pulumi.Output.format("s3://{0}/specc-everything", bucket.bucket),
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

# Steps a, m (spec.toml:47)
default_alias = aws.lambda_.Alias(
    "default-alias",
    aws.lambda_.AliasArgs(
        name="live",
        description="The version that runs start with",
        function_name=default_function.name,
        function_version=default_function.version,
    ),
)

# Step d (spec.toml:67)
small_fast_function_logs = aws.cloudwatch.LogGroup(
    "small-fast-function-logs",
    aws.cloudwatch.LogGroupArgs(
        name="/aws/lambda/specc-everything-small-fast",
        retention_in_days=30,
        tags=TAGS,
    ),
)

# Step d (spec.toml:67)
small_fast_function = aws.lambda_.Function(
    "small-fast-function",
    aws.lambda_.FunctionArgs(
        name="specc-everything-small-fast",
        description="Steps of specc-everything on the compute profile small-fast",
        package_type="Zip",
        runtime="python3.12",
        handler="specc_runtime.lambda_handler.handler",
        code=pulumi.FileArchive(str(here / "code.zip")),
        source_code_hash=digest("code.zip"),
        publish=True,
        architectures=["x86_64"],
        memory_size=256,
        timeout=900,
        role="arn:aws:iam::123456789012:role/given",
        environment=aws.lambda_.FunctionEnvironmentArgs(
            variables={
                "LEVEL": "INFO ${x}",
                "SPECC_SECRET_TOKEN": "ssm:/prod/token",
                "SPECC_STORE": pulumi.Output.format("s3://{0}/specc-everything", bucket.bucket),
            },
        ),
        logging_config=aws.lambda_.FunctionLoggingConfigArgs(
            log_format="Text",
            log_group=small_fast_function_logs.name,
        ),
        tracing_config=aws.lambda_.FunctionTracingConfigArgs(mode="Active"),
        tags=TAGS,
    ),
)

# Step d (spec.toml:67)
small_fast_alias = aws.lambda_.Alias(
    "small-fast-alias",
    aws.lambda_.AliasArgs(
        name="live",
        description="The version that runs start with",
        function_name=small_fast_function.name,
        function_version=small_fast_function.version,
    ),
)

# Jobs: what AWS Batch runs ------------------------------------------------------------

# Step b (spec.toml:51)
big_compute_environment = aws.batch.ComputeEnvironment(
    "big-compute-environment",
    aws.batch.ComputeEnvironmentArgs(
        name_prefix="specc-everything-big-",
        type="MANAGED",
        state="ENABLED",
        compute_resources=aws.batch.ComputeEnvironmentComputeResourcesArgs(
            type="FARGATE_SPOT",
            max_vcpus=256,
            subnets=["subnet-0a1b2c3d"],
            security_group_ids=["sg-0a1b2c3d"],
        ),
        tags=TAGS,
    ),
)

# Step b (spec.toml:51)
big_queue = aws.batch.JobQueue(
    "big-queue",
    aws.batch.JobQueueArgs(
        name="specc-everything-big",
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
        name="specc-everything-host",
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
    aws.iam.InstanceProfileArgs(name="specc-everything-host", role=host_role.name, tags=TAGS),
)

# Step g (spec.toml:57)
gpu_compute_environment = aws.batch.ComputeEnvironment(
    "gpu-compute-environment",
    aws.batch.ComputeEnvironmentArgs(
        name_prefix="specc-everything-gpu-",
        type="MANAGED",
        state="ENABLED",
        compute_resources=aws.batch.ComputeEnvironmentComputeResourcesArgs(
            type="EC2",
            max_vcpus=256,
            subnets=subnets,
            security_group_ids=security_groups,
            min_vcpus=0,
            instance_types=["g4dn", "g5"],
            allocation_strategy="BEST_FIT_PROGRESSIVE",
            instance_role=host_profile.arn,
        ),
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[host_permissions]),
)

# Step g (spec.toml:57)
gpu_queue = aws.batch.JobQueue(
    "gpu-queue",
    aws.batch.JobQueueArgs(
        name="specc-everything-gpu",
        state="ENABLED",
        priority=1,
        compute_environment_orders=[
            aws.batch.JobQueueComputeEnvironmentOrderArgs(
                order=1,
                compute_environment=gpu_compute_environment.arn,
            ),
        ],
        tags=TAGS,
    ),
)

# Step b (spec.toml:51)
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
                        "Sid": "DecryptParameters",
                        "Effect": "Allow",
                        "Action": ["kms:Decrypt"],
                        "Resource": [arn("kms", "key/*")],
                        "Condition": {
                            "ArnLike": {
                                "kms:EncryptionContext:PARAMETER_ARN": arn(
                                    "ssm",
                                    "parameter/prod/token",
                                ),
                            },
                            "StringLike": {"kms:ViaService": "ssm.*.amazonaws.com*"},
                        },
                    },
                    {
                        "Sid": "ReadStore",
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-everything/*", bucket.arn)],
                    },
                    {
                        "Sid": "SsmGetParameter",
                        "Effect": "Allow",
                        "Action": ["ssm:GetParameter"],
                        "Resource": [arn("ssm", "parameter/prod/token")],
                    },
                    {
                        "Sid": "WriteStore",
                        "Effect": "Allow",
                        "Action": ["s3:PutObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-everything/*", bucket.arn)],
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
                            arn("logs", "log-group:/specc/specc-everything-big:log-stream:*"),
                            arn("logs", "log-group:/specc/specc-everything-gpu:log-stream:*"),
                            arn("logs", "log-group:/specc/specc-everything-task:log-stream:*"),
                        ],
                    },
                ],
            },
        ),
    ),
)

# Step b (spec.toml:51)
big_job_logs = aws.cloudwatch.LogGroup(
    "big-job-logs",
    aws.cloudwatch.LogGroupArgs(
        name="/specc/specc-everything-big",
        retention_in_days=30,
        tags=TAGS,
    ),
)

# Step b (spec.toml:51)
big_job = aws.batch.JobDefinition(
    "big-job",
    aws.batch.JobDefinitionArgs(
        name="specc-everything-big",
        type="container",
        platform_capabilities=["FARGATE"],
        container_properties=pulumi.Output.json_dumps(
            {
                "image": image,
                "command": ["python", "-m", "specc_runtime.batch_main"],
                "environment": [
                    {"name": "LEVEL", "value": "INFO ${x}"},
                    {"name": "SPECC_SECRET_TOKEN", "value": "ssm:/prod/token"},
                    {
                        "name": "SPECC_STORE",
                        "value": pulumi.Output.format("s3://{0}/specc-everything", bucket.bucket),
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
                    {"type": "VCPU", "value": "2"},
                    {"type": "MEMORY", "value": "4096"},
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
        timeout=aws.batch.JobDefinitionTimeoutArgs(attempt_duration_seconds=3600),
        propagate_tags=True,
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[big_job_policy, execution_policy]),
)

# Step g (spec.toml:57)
gpu_job_policy = aws.iam.RolePolicy(
    "gpu-job-policy",
    aws.iam.RolePolicyArgs(
        name="Permissions",
        role=gpu_job_role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "DecryptParameters",
                        "Effect": "Allow",
                        "Action": ["kms:Decrypt"],
                        "Resource": [arn("kms", "key/*")],
                        "Condition": {
                            "ArnLike": {
                                "kms:EncryptionContext:PARAMETER_ARN": arn(
                                    "ssm",
                                    "parameter/prod/token",
                                ),
                            },
                            "StringLike": {"kms:ViaService": "ssm.*.amazonaws.com*"},
                        },
                    },
                    {
                        "Sid": "ReadStore",
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-everything/*", bucket.arn)],
                    },
                    {
                        "Sid": "SsmGetParameter",
                        "Effect": "Allow",
                        "Action": ["ssm:GetParameter"],
                        "Resource": [arn("ssm", "parameter/prod/token")],
                    },
                    {
                        "Sid": "WriteStore",
                        "Effect": "Allow",
                        "Action": ["s3:PutObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-everything/*", bucket.arn)],
                    },
                ],
            },
        ),
    ),
)

# Step g (spec.toml:57)
gpu_job_logs = aws.cloudwatch.LogGroup(
    "gpu-job-logs",
    aws.cloudwatch.LogGroupArgs(
        name="/specc/specc-everything-gpu",
        retention_in_days=30,
        tags=TAGS,
    ),
)

# Step g (spec.toml:57)
gpu_job = aws.batch.JobDefinition(
    "gpu-job",
    aws.batch.JobDefinitionArgs(
        name="specc-everything-gpu",
        type="container",
        platform_capabilities=["EC2"],
        container_properties=pulumi.Output.json_dumps(
            {
                "image": image,
                "command": ["python", "-m", "specc_runtime.batch_main"],
                "environment": [
                    {"name": "AWS_DEFAULT_REGION", "value": region},
                    {"name": "AWS_REGION", "value": region},
                    {"name": "LEVEL", "value": "INFO ${x}"},
                    {"name": "SPECC_SECRET_TOKEN", "value": "ssm:/prod/token"},
                    {
                        "name": "SPECC_STORE",
                        "value": pulumi.Output.format("s3://{0}/specc-everything", bucket.bucket),
                    },
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": gpu_job_logs.name,
                        "awslogs-region": region,
                        "awslogs-stream-prefix": "step",
                    },
                },
                "resourceRequirements": [
                    {"type": "VCPU", "value": "4"},
                    {"type": "MEMORY", "value": "8192"},
                    {"type": "GPU", "value": "1"},
                ],
                "jobRoleArn": gpu_job_role.arn,
                "executionRoleArn": execution_role.arn,
            },
        ),
        retry_strategy=aws.batch.JobDefinitionRetryStrategyArgs(
            attempts=2,
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
    opts=pulumi.ResourceOptions(depends_on=[gpu_job_policy, execution_policy]),
)

# Tasks: what ECS runs -----------------------------------------------------------------

cluster = aws.ecs.Cluster("cluster", aws.ecs.ClusterArgs(name="specc-everything", tags=TAGS))

cluster_capacity = aws.ecs.ClusterCapacityProviders(
    "cluster-capacity",
    aws.ecs.ClusterCapacityProvidersArgs(
        cluster_name=cluster.name,
        capacity_providers=["FARGATE", "FARGATE_SPOT"],
    ),
)

# Step c (spec.toml:62)
task_job_policy = aws.iam.RolePolicy(
    "task-job-policy",
    aws.iam.RolePolicyArgs(
        name="Permissions",
        role=task_job_role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "DecryptParameters",
                        "Effect": "Allow",
                        "Action": ["kms:Decrypt"],
                        "Resource": [arn("kms", "key/*")],
                        "Condition": {
                            "ArnLike": {
                                "kms:EncryptionContext:PARAMETER_ARN": arn(
                                    "ssm",
                                    "parameter/prod/token",
                                ),
                            },
                            "StringLike": {"kms:ViaService": "ssm.*.amazonaws.com*"},
                        },
                    },
                    {
                        "Sid": "ReadStore",
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-everything/*", bucket.arn)],
                    },
                    {
                        "Sid": "SsmGetParameter",
                        "Effect": "Allow",
                        "Action": ["ssm:GetParameter"],
                        "Resource": [arn("ssm", "parameter/prod/token")],
                    },
                    {
                        "Sid": "WriteStore",
                        "Effect": "Allow",
                        "Action": ["s3:PutObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-everything/*", bucket.arn)],
                    },
                ],
            },
        ),
    ),
)

# Step c (spec.toml:62)
task_task_logs = aws.cloudwatch.LogGroup(
    "task-task-logs",
    aws.cloudwatch.LogGroupArgs(
        name="/specc/specc-everything-task",
        retention_in_days=30,
        tags=TAGS,
    ),
)

# Step c (spec.toml:62)
task_task = aws.ecs.TaskDefinition(
    "task-task",
    aws.ecs.TaskDefinitionArgs(
        family="specc-everything-task",
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu="512",
        memory="1024",
        runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
            operating_system_family="LINUX",
            cpu_architecture="X86_64",
        ),
        task_role_arn=task_job_role.arn,
        execution_role_arn=execution_role.arn,
        container_definitions=pulumi.Output.json_dumps(
            [
                {
                    "name": "step",
                    "essential": True,
                    "image": image,
                    "command": ["python", "-m", "specc_runtime.batch_main"],
                    "environment": [
                        {"name": "LEVEL", "value": "INFO ${x}"},
                        {"name": "SPECC_SECRET_TOKEN", "value": "ssm:/prod/token"},
                        {
                            "name": "SPECC_STORE",
                            "value": pulumi.Output.format(
                                "s3://{0}/specc-everything",
                                bucket.bucket,
                            ),
                        },
                    ],
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {
                            "awslogs-group": task_task_logs.name,
                            "awslogs-region": region,
                            "awslogs-stream-prefix": "step",
                        },
                    },
                },
            ],
        ),
        tags=TAGS,
    ),
    opts=pulumi.ResourceOptions(depends_on=[task_job_policy, execution_policy]),
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
                            arn("batch", "job-definition/specc-everything-big"),
                            arn("batch", "job-definition/specc-everything-big:*"),
                            arn("batch", "job-definition/specc-everything-gpu"),
                            arn("batch", "job-definition/specc-everything-gpu:*"),
                            arn("batch", "job-queue/specc-everything-big"),
                            arn("batch", "job-queue/specc-everything-gpu"),
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
                        "Resource": [arn("ecs", "task/specc-everything/*")],
                    },
                    {
                        "Sid": "EcsRunTask",
                        "Effect": "Allow",
                        "Action": ["ecs:RunTask"],
                        "Resource": [arn("ecs", "task-definition/specc-everything-task:*")],
                    },
                    {
                        "Sid": "EcsStopTask",
                        "Effect": "Allow",
                        "Action": ["ecs:StopTask"],
                        "Resource": [arn("ecs", "task/specc-everything/*")],
                    },
                    {
                        "Sid": "LambdaInvokeFunction",
                        "Effect": "Allow",
                        "Action": ["lambda:InvokeFunction"],
                        "Resource": [
                            default_function.arn,
                            pulumi.Output.format("{0}:*", default_function.arn),
                            small_fast_function.arn,
                            pulumi.Output.format("{0}:*", small_fast_function.arn),
                        ],
                    },
                    {
                        "Sid": "ListenForEnds",
                        "Effect": "Allow",
                        "Action": ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
                        "Resource": [
                            arn("events", "rule/StepFunctionsGetEventsForBatchJobsRule"),
                            arn("events", "rule/StepFunctionsGetEventsForECSTaskRule"),
                        ],
                    },
                    {
                        "Sid": "PassRolesToTasks",
                        "Effect": "Allow",
                        "Action": ["iam:PassRole"],
                        "Resource": [execution_role.arn, task_job_role.arn],
                        "Condition": {
                            "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"},
                        },
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
        name="/aws/vendedlogs/states/specc-everything",
        retention_in_days=30,
        tags=TAGS,
    ),
)

state_machine = aws.sfn.StateMachine(
    "state-machine",
    aws.sfn.StateMachineArgs(
        name="specc-everything",
        type="STANDARD",
        definition=definition("state-machine.asl.json", default_function, small_fast_function),
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

# (spec.toml:75)
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

# (spec.toml:75)
schedule_1 = aws.scheduler.Schedule(
    "schedule-1",
    aws.scheduler.ScheduleArgs(
        name="specc-everything-trigger-1",
        description="Starts runs of specc-everything",
        schedule_expression="cron(30 3 ? * MON-FRI *)",
        schedule_expression_timezone="Europe/Helsinki",
        flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
        state="ENABLED",
        target=aws.scheduler.ScheduleTargetArgs(
            arn=state_machine.arn,
            role_arn=schedules_role.arn,
            input='{"limit": 10}',
        ),
    ),
    opts=pulumi.ResourceOptions(depends_on=[schedules_policy]),
)

# (spec.toml:78)
schedule_2 = aws.scheduler.Schedule(
    "schedule-2",
    aws.scheduler.ScheduleArgs(
        name="specc-everything-trigger-2",
        description="Starts runs of specc-everything",
        schedule_expression="rate(1 hour)",
        schedule_expression_timezone="UTC",
        flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
        state="ENABLED",
        target=aws.scheduler.ScheduleTargetArgs(
            arn=state_machine.arn,
            role_arn=schedules_role.arn,
            input="{}",
        ),
    ),
    opts=pulumi.ResourceOptions(depends_on=[schedules_policy]),
)

# (spec.toml:80)
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

# (spec.toml:80)
event_rule_3 = aws.cloudwatch.EventRule(
    "event-rule-3",
    aws.cloudwatch.EventRuleArgs(
        name="specc-everything-trigger-3",
        description="Starts runs of specc-everything",
        event_pattern=json.dumps(
            {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": ["incoming"]},
                    "object": {"key": [{"prefix": "raw/"}]},
                },
            },
        ),
        state="ENABLED",
        tags=TAGS,
    ),
)

# (spec.toml:80)
event_target_3 = aws.cloudwatch.EventTarget(
    "event-target-3",
    aws.cloudwatch.EventTargetArgs(
        rule=event_rule_3.name,
        target_id="specc-everything",
        arn=state_machine.arn,
        role_arn=events_role.arn,
        input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
            input_paths={"part1": "$.detail.bucket.name", "part2": "$.detail.object.key"},
            input_template='{"key": "s3://<part1>/<part2>"}',
        ),
    ),
    opts=pulumi.ResourceOptions(depends_on=[events_policy]),
)

# (spec.toml:83)
event_rule_4 = aws.cloudwatch.EventRule(
    "event-rule-4",
    aws.cloudwatch.EventRuleArgs(
        name="specc-everything-trigger-4",
        description="Starts runs of specc-everything",
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

# (spec.toml:83)
event_target_4 = aws.cloudwatch.EventTarget(
    "event-target-4",
    aws.cloudwatch.EventTargetArgs(
        rule=event_rule_4.name,
        target_id="specc-everything",
        arn=state_machine.arn,
        role_arn=events_role.arn,
        input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
            input_paths={"part1": "$.detail.object.key"},
            input_template='{"key": <part1>}',
        ),
    ),
    opts=pulumi.ResourceOptions(depends_on=[events_policy]),
)

# (spec.toml:86)
event_rule_5 = aws.cloudwatch.EventRule(
    "event-rule-5",
    aws.cloudwatch.EventRuleArgs(
        name="specc-everything-trigger-5",
        description="Starts runs of specc-everything",
        event_bus_name="orders",
        event_pattern=json.dumps(
            {"source": ["shop"], "detail-type": ["Order Placed"], "detail": {"state": ["paid"]}},
        ),
        state="ENABLED",
        tags=TAGS,
    ),
)

# (spec.toml:86)
event_target_5 = aws.cloudwatch.EventTarget(
    "event-target-5",
    aws.cloudwatch.EventTargetArgs(
        rule=event_rule_5.name,
        event_bus_name="orders",
        target_id="specc-everything",
        arn=state_machine.arn,
        role_arn=events_role.arn,
        input="{}",
    ),
    opts=pulumi.ResourceOptions(depends_on=[events_policy]),
)

# Alarms: runs that fail ---------------------------------------------------------------

failed_alarm = aws.cloudwatch.MetricAlarm(
    "failed-alarm",
    aws.cloudwatch.MetricAlarmArgs(
        name="specc-everything-failed",
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
        name="specc-everything-timed-out",
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

# Outputs ------------------------------------------------------------------------------

pulumi.export("StateMachineArn", state_machine.arn)
pulumi.export("Bucket", bucket.bucket)
pulumi.export(
    "Functions",
    {"default": default_function.name, "small-fast": small_fast_function.name},
)
