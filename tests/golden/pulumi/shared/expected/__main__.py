"""What specc-shared-prod needs on AWS.

Written by specc from spec.toml for the stack `prod`, and written anew with each compile: what is to
differ is said there. `[pulumi] extra` adds resources of your own; `--eject` gives a copy to keep.
"""

import json
from pathlib import Path

import pulumi
import pulumi_aws as aws

if pulumi.get_stack() != "prod":
    raise pulumi.RunError(
        "this program is for the stack `prod`; compile spec.toml for another one with --stack"
    )

here = Path(__file__).parent
account = aws.get_caller_identity_output().account_id
region = aws.get_region_output().region
partition = aws.get_partition_output().partition

config = pulumi.Config()
# The image with the code, REPOSITORY@sha256:DIGEST: pulumi config set image ...
image = config.require("image")
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


# Roles: what each part may do is said where the part is -------------------------------

execution_role = aws.iam.Role(
    "execution-role",
    aws.iam.RoleArgs(
        name="specc-shared-prod-execution",
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
    ),
)

# (spec.toml:38)
events_role = aws.iam.Role(
    "events-role",
    aws.iam.RoleArgs(
        name="specc-shared-prod-events",
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
    ),
)

# Functions: one for each compute profile ----------------------------------------------

# Step first (spec.toml:24)
small_function_logs = aws.cloudwatch.LogGroup(
    "small-function-logs",
    aws.cloudwatch.LogGroupArgs(name="/aws/lambda/specc-shared-prod-small", retention_in_days=30),
    opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True),
)

# Step first (spec.toml:24)
small_function = aws.lambda_.Function(
    "small-function",
    aws.lambda_.FunctionArgs(
        name="specc-shared-prod-small",
        description="Steps of specc-shared-prod on the compute profile small",
        package_type="Image",
        image_uri=image,
        image_config=aws.lambda_.FunctionImageConfigArgs(
            commands=["specc_runtime.lambda_handler.handler"],
        ),
        publish=True,
        architectures=["x86_64"],
        memory_size=512,
        timeout=900,
        role="arn:aws:iam::123456789012:role/small",
        environment=aws.lambda_.FunctionEnvironmentArgs(
            variables={"SPECC_STORE": "s3://acme-prod/specc-shared-prod"},
        ),
        logging_config=aws.lambda_.FunctionLoggingConfigArgs(
            log_format="Text",
            log_group=small_function_logs.name,
        ),
        tracing_config=aws.lambda_.FunctionTracingConfigArgs(mode="Active"),
    ),
)

# Step first (spec.toml:24)
small_alias = aws.lambda_.Alias(
    "small-alias",
    aws.lambda_.AliasArgs(
        name="live",
        description="The version that runs start with",
        function_name=small_function.name,
        function_version=small_function.version,
    ),
)

# Jobs: what AWS Batch runs ------------------------------------------------------------

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
                        "Sid": "WriteLogs",
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": [
                            arn("logs", "log-group:/specc/specc-shared-prod-job:log-stream:*"),
                        ],
                    },
                ],
            },
        ),
    ),
)

# Step second (spec.toml:27)
job_job_logs = aws.cloudwatch.LogGroup(
    "job-job-logs",
    aws.cloudwatch.LogGroupArgs(name="/specc/specc-shared-prod-job", retention_in_days=30),
    opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True),
)

# Step second (spec.toml:27)
job_job = aws.batch.JobDefinition(
    "job-job",
    aws.batch.JobDefinitionArgs(
        name="specc-shared-prod-job",
        type="container",
        platform_capabilities=["FARGATE"],
        container_properties=pulumi.Output.json_dumps(
            {
                "image": "registry.example.org/job:1",
                "command": ["python", "-m", "specc_runtime.batch_main"],
                "environment": [
                    {"name": "SPECC_STORE", "value": "s3://acme-prod/specc-shared-prod"},
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": job_job_logs.name,
                        "awslogs-region": region,
                        "awslogs-stream-prefix": "step",
                    },
                },
                "resourceRequirements": [
                    {"type": "VCPU", "value": "1"},
                    {"type": "MEMORY", "value": "2048"},
                ],
                "jobRoleArn": "arn:aws:iam::123456789012:role/job",
                "executionRoleArn": execution_role.arn,
                "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
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
    ),
    opts=pulumi.ResourceOptions(depends_on=[execution_policy]),
)

# State machine: the spec itself -------------------------------------------------------

state_machine_logs = aws.cloudwatch.LogGroup(
    "state-machine-logs",
    aws.cloudwatch.LogGroupArgs(
        name="/aws/vendedlogs/states/specc-shared-prod",
        retention_in_days=30,
    ),
    opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True),
)

state_machine = aws.sfn.StateMachine(
    "state-machine",
    aws.sfn.StateMachineArgs(
        name="specc-shared-prod",
        type="STANDARD",
        definition=definition("state-machine.asl.json", small_function),
        role_arn="arn:aws:iam::123456789012:role/machine",
        logging_configuration=aws.sfn.StateMachineLoggingConfigurationArgs(
            level="ERROR",
            include_execution_data=False,
            log_destination=pulumi.Output.format("{0}:*", state_machine_logs.arn),
        ),
        tracing_configuration=aws.sfn.StateMachineTracingConfigurationArgs(enabled=True),
    ),
)

# Triggers: what starts runs -----------------------------------------------------------

# (spec.toml:38)
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

# (spec.toml:38)
event_rule_1 = aws.cloudwatch.EventRule(
    "event-rule-1",
    aws.cloudwatch.EventRuleArgs(
        name="specc-shared-prod-trigger-1",
        description="Starts runs of specc-shared-prod",
        event_pattern=json.dumps(
            {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": ["acme-prod"]},
                    "object": {"key": [{"prefix": "raw/"}]},
                },
            },
        ),
        state="ENABLED",
    ),
)

# (spec.toml:38)
event_target_1 = aws.cloudwatch.EventTarget(
    "event-target-1",
    aws.cloudwatch.EventTargetArgs(
        rule=event_rule_1.name,
        target_id="specc-shared-prod",
        arn=state_machine.arn,
        role_arn=events_role.arn,
        input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
            input_paths={"part1": "$.detail.object.key"},
            input_template='{"key": <part1>}',
        ),
    ),
    opts=pulumi.ResourceOptions(depends_on=[events_policy]),
)

# Alarms: runs that fail ---------------------------------------------------------------

failed_alarm = aws.cloudwatch.MetricAlarm(
    "failed-alarm",
    aws.cloudwatch.MetricAlarmArgs(
        name="specc-shared-prod-failed",
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
        name="specc-shared-prod-timed-out",
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
pulumi.export("Bucket", "acme-prod")
pulumi.export("Functions", {"small": small_function.name})
