"""What functions, jobs and machines need however little they do: logs, traces, images."""

from __future__ import annotations

import re

from specc_targets.aws.arns import Arn, Resource, partition_of
from specc_targets.aws.deployment import Container, Machine
from specc_targets.aws.iam.grants import Grant, grants, without_resources

_ECR = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<name>[^:@]+)")


def machine_services(machine: Machine) -> list[Grant]:
    """Logs and traces of a state machine."""
    return log_delivery() + (traces() if machine.tracing else [])


def log_delivery() -> list[Grant]:
    """(Step Functions Developer Guide, "Using CloudWatch Logs to log execution history in Step Functions".)"""
    delivery = [f"logs:{action}LogDelivery" for action in ("Create", "Delete", "Get", "Update")]
    found = ["logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:ListLogDeliveries"]
    why = "the actions of log delivery know no resources"
    return without_resources("DeliverLogs", *delivery, *found, "logs:PutResourcePolicy", why=why)


def traces(*, sampling: bool = True) -> list[Grant]:
    """(Step Functions Developer Guide, "Trace Step Functions request data in AWS X-Ray"; Lambda Developer Guide,
    "Visualize Lambda function invocations using AWS X-Ray".)
    """
    actions = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    if sampling:
        actions += ["xray:GetSamplingRules", "xray:GetSamplingTargets"]
    return without_resources("Trace", *actions, why="traces belong to no resource")


def own_logs(group: str) -> list[Grant]:
    """(Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs".) The group is there already."""
    streams = Arn("logs", f"log-group:{group}:log-stream:*")
    return grants("WriteLogs", "logs:CreateLogStream logs:PutLogEvents", streams)


def image(container: Container) -> list[Grant]:
    """(Amazon ECS Developer Guide, "Amazon ECS task execution IAM role".)"""
    found = _ECR.match(container.image or "")
    if container.image is not None and found is None:
        return []  # of another registry, which needs no permission
    pull = "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer"
    own = Arn("ecr", "repository/*")
    why = "" if found else "the image with the steps' code is named when the stack is deployed"
    on: Resource = own
    if found is not None:
        partition = partition_of(found["region"])
        on = f"arn:{partition}:ecr:{found['region']}:{found['account']}:repository/{found['name']}"
    return grants("PullImage", pull, on, reason=why) + without_resources("SignIn", "ecr:GetAuthorizationToken")
