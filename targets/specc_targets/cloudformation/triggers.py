"""Schedules and event rules that start the state machine."""

from __future__ import annotations

from specc_targets.aws.arns import BUCKET
from specc_targets.aws.deployment import EventTrigger, ScheduleTrigger
from specc_targets.aws.names import Names
from specc_targets.cloudformation.intrinsics import Ref, Value
from specc_targets.cloudformation.machine import machine_id
from specc_targets.cloudformation.template import Template, inert


def write_triggers(template: Template) -> None:
    """Each trigger of the spec."""
    machine = Ref(machine_id(template, template.stack.machines[0]))
    for number, trigger in enumerate(template.stack.triggers, 1):
        if isinstance(trigger, ScheduleTrigger):
            _schedule(template, template.ids.of(f"Schedule{number}"), trigger, machine)
        else:
            _rule(template, template.ids.of(f"EventRule{number}"), trigger, machine)


def _schedule(template: Template, id: str, trigger: ScheduleTrigger, machine: Ref) -> None:
    template.add(
        id,
        "AWS::Scheduler::Schedule",
        {
            "Name": trigger.name,
            "Description": f"Starts runs of {template.stack.name}",
            "ScheduleExpression": trigger.expression,
            "ScheduleExpressionTimezone": trigger.timezone,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "Target": {"Arn": machine, "RoleArn": template.role(trigger.role), "Input": inert(trigger.input)},
        },
    )


def _rule(template: Template, id: str, trigger: EventTrigger, machine: Ref) -> None:
    if trigger.paths or "<aws.events." in trigger.input:
        made: dict[str, Value] = {"InputTemplate": inert(trigger.input)}
        if trigger.paths:
            made = {"InputPathsMap": dict(trigger.paths), **made}
        given: dict[str, Value] = {"InputTransformer": made}
    else:
        given = {"Input": inert(trigger.input)}
    template.add(
        id,
        "AWS::Events::Rule",
        {
            "Name": trigger.name,
            "Description": f"Starts runs of {template.stack.name}",
            "EventBusName": trigger.bus,
            "EventPattern": _with_bucket(template, trigger.pattern),
            "State": "ENABLED",
            "Targets": [
                {
                    "Id": Names(template.stack.name).machine[:64],
                    "Arn": machine,
                    "RoleArn": template.role(trigger.role),
                    **given,
                }
            ],
            "Tags": template.tags(),
        },
    )


def _with_bucket(template: Template, pattern: object) -> Value:
    """The pattern with the name of the stack's bucket, where it stands for itself."""
    if isinstance(pattern, dict):
        return {key: _with_bucket(template, value) for key, value in pattern.items()}
    if isinstance(pattern, list):
        return [_with_bucket(template, value) for value in pattern]
    if pattern == BUCKET:
        return template.bucket
    assert pattern is None or isinstance(pattern, str | int | float | bool)
    return pattern
