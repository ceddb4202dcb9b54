"""Alarms on runs that fail."""

from __future__ import annotations

from specc_targets.aws.names import Names
from specc_targets.cloudformation.intrinsics import NO_VALUE, If, Ref
from specc_targets.cloudformation.machine import machine_id
from specc_targets.cloudformation.template import Template

TOPIC = "AlarmTopicArn"
"""The parameter with what is told of alarms."""
_HAS_TOPIC = "HasAlarmTopic"
_PERIOD = 300
_ALARMS = (
    ("failed", "ExecutionsFailed", "A run failed"),
    ("timed-out", "ExecutionsTimedOut", "A run took longer than it may"),
)


def write_alarms(template: Template) -> None:
    """An alarm for each way to fail. They are told to a topic, if the deployer names one."""
    topic = template.parameter(TOPIC, "The ARN of the SNS topic that is told of alarms, or nothing", Default="")
    template.condition(_HAS_TOPIC, {"Fn::Not": [{"Fn::Equals": [{"Ref": TOPIC}, ""]}]})
    machine = Ref(machine_id(template, template.stack.machines[0]))
    for what, metric, description in _ALARMS:
        template.add(
            template.ids.of("Alarm", what),
            "AWS::CloudWatch::Alarm",
            {
                "AlarmName": Names(template.stack.name).alarm(what),
                "AlarmDescription": description,
                "Namespace": "AWS/States",
                "MetricName": metric,
                "Dimensions": [{"Name": "StateMachineArn", "Value": machine}],
                "Statistic": "Sum",
                "Period": _PERIOD,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": "notBreaching",
                "AlarmActions": If(_HAS_TOPIC, [topic], NO_VALUE),
                "Tags": template.tags(),
            },
        )
