"""What specc-digits needs on AWS.

Written by specc from digits.toml for the stack `default`, and written anew with each compile: what
is to differ is said there. `[pulumi] extra` adds resources of your own; `--eject` gives a copy to
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
        "this program is for the stack `default`; compile digits.toml for another one with --stack"
    )

here = Path(__file__).parent
account = aws.get_caller_identity_output().account_id
region = aws.get_region_output().region
partition = aws.get_partition_output().partition

config = pulumi.Config()
# The SNS topic that is told of alarms: pulumi config set alarmTopicArn ...
alarm_topic = config.get("alarmTopicArn")


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
bucket = aws.s3.Bucket("bucket", aws.s3.BucketArgs(bucket_prefix="specc-digits-"))

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
                filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="specc-digits/"),
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
        name="specc-digits-machine",
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
    ),
)

# Steps prepare, train, best, evaluate (digits.toml:13)
default_function_role = aws.iam.Role(
    "default-function-role",
    aws.iam.RoleArgs(
        name="specc-digits-function-default",
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
    ),
)

# Functions: one for each compute profile ----------------------------------------------

# Steps prepare, train, best, evaluate (digits.toml:13)
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
                        "Resource": [pulumi.Output.format("{0}/specc-digits/*", bucket.arn)],
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
                            arn("logs", "log-group:/aws/lambda/specc-digits-default:log-stream:*"),
                        ],
                    },
                    {
                        "Sid": "WriteStore",
                        "Effect": "Allow",
                        "Action": ["s3:PutObject"],
                        "Resource": [pulumi.Output.format("{0}/specc-digits/*", bucket.arn)],
                    },
                ],
            },
        ),
    ),
)

# Steps prepare, train, best, evaluate (digits.toml:13)
default_function_logs = aws.cloudwatch.LogGroup(
    "default-function-logs",
    aws.cloudwatch.LogGroupArgs(name="/aws/lambda/specc-digits-default", retention_in_days=30),
)

# Steps prepare, train, best, evaluate (digits.toml:13)
default_function = aws.lambda_.Function(
    "default-function",
    aws.lambda_.FunctionArgs(
        name="specc-digits-default",
        description="Steps of specc-digits on the compute profile default",
        package_type="Zip",
        runtime="python3.X",
        handler="specc_runtime.lambda_handler.handler",
        code=pulumi.FileArchive(str(here / "code.zip")),
        source_code_hash=digest("code.zip"),
        publish=True,
        architectures=["arm64"],
        memory_size=512,
        timeout=900,
        role=default_function_role.arn,
        environment=aws.lambda_.FunctionEnvironmentArgs(
            variables={"SPECC_STORE": pulumi.Output.format("s3://{0}/specc-digits", bucket.bucket)},
        ),
        logging_config=aws.lambda_.FunctionLoggingConfigArgs(
            log_format="Text",
            log_group=default_function_logs.name,
        ),
        tracing_config=aws.lambda_.FunctionTracingConfigArgs(mode="Active"),
    ),
    opts=pulumi.ResourceOptions(depends_on=[default_function_policy]),
)

# Steps prepare, train, best, evaluate (digits.toml:13)
default_alias = aws.lambda_.Alias(
    "default-alias",
    aws.lambda_.AliasArgs(
        name="live",
        description="The version that runs start with",
        function_name=default_function.name,
        function_version=default_function.version,
    ),
)

# State machine: the spec itself -------------------------------------------------------

# Not narrower: DeliverLogs (the actions of log delivery know no resources), Trace (traces belong to
# no resource)
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
                        "Sid": "LambdaInvokeFunction",
                        "Effect": "Allow",
                        "Action": ["lambda:InvokeFunction"],
                        "Resource": [
                            default_function.arn,
                            pulumi.Output.format("{0}:*", default_function.arn),
                        ],
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
    aws.cloudwatch.LogGroupArgs(name="/aws/vendedlogs/states/specc-digits", retention_in_days=30),
)

state_machine = aws.sfn.StateMachine(
    "state-machine",
    aws.sfn.StateMachineArgs(
        name="specc-digits",
        type="STANDARD",
        definition=definition("state-machine.asl.json", default_function),
        role_arn=machine_role.arn,
        logging_configuration=aws.sfn.StateMachineLoggingConfigurationArgs(
            level="ERROR",
            include_execution_data=False,
            log_destination=pulumi.Output.format("{0}:*", state_machine_logs.arn),
        ),
        tracing_configuration=aws.sfn.StateMachineTracingConfigurationArgs(enabled=True),
    ),
    opts=pulumi.ResourceOptions(depends_on=[machine_policy]),
)

# Alarms: runs that fail ---------------------------------------------------------------

failed_alarm = aws.cloudwatch.MetricAlarm(
    "failed-alarm",
    aws.cloudwatch.MetricAlarmArgs(
        name="specc-digits-failed",
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
    ),
)

timed_out_alarm = aws.cloudwatch.MetricAlarm(
    "timed-out-alarm",
    aws.cloudwatch.MetricAlarmArgs(
        name="specc-digits-timed-out",
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
    ),
)

# Outputs ------------------------------------------------------------------------------

pulumi.export("StateMachineArn", state_machine.arn)
pulumi.export("Bucket", bucket.bucket)
pulumi.export("Functions", {"default": default_function.name})
