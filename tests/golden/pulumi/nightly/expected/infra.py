"""What is made beside the rest: an alarm on nights that take too long."""

from collections.abc import Mapping
from typing import Any

import pulumi_aws as aws

_MINUTES = 10


def extra(resources: Mapping[str, Any]) -> None:
    """Watch the state machine of the program. The names of resources are those that `specc preview` shows."""
    machine = resources["state-machine"]
    aws.cloudwatch.MetricAlarm(
        "slow-alarm",
        aws.cloudwatch.MetricAlarmArgs(
            name=machine.name.apply("{}-slow".format),
            alarm_description=f"A run took more than {_MINUTES} minutes",
            namespace="AWS/States",
            metric_name="ExecutionTime",
            dimensions={"StateMachineArn": machine.arn},
            statistic="Maximum",
            period=300,
            evaluation_periods=1,
            threshold=_MINUTES * 60 * 1000,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
        ),
    )
