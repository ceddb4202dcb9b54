"""State machines, what starts them, and alarms on runs that fail."""

from __future__ import annotations

from pathlib import PurePosixPath

from specc_targets.aws.arns import BUCKET
from specc_targets.aws.deployment import EventTrigger, Machine, ScheduleTrigger
from specc_targets.aws.names import Names
from specc_targets.pulumi.program.code import Call, Document, Format, Name, Value
from specc_targets.pulumi.program.functions import function_name
from specc_targets.pulumi.program.logs import write_logs
from specc_targets.pulumi.program.roles import write_policy
from specc_targets.pulumi.program.storage import call
from specc_targets.pulumi.program.writer import Made, Writer

MACHINE = "state-machine"
TOPIC = "alarmTopicArn"
"""The setting with what is told of alarms."""
_LOG_LEVEL = "ERROR"
"""What failed is logged, and never the data of a run: that may be anything."""
_PERIOD = 300
_ALARMS = (
    ("failed", "ExecutionsFailed", "A run failed"),
    ("timed-out", "ExecutionsTimedOut", "A run took longer than it may"),
)


def machine_name(writer: Writer, machine: Machine) -> str:
    """What Pulumi calls a state machine: plain for the spec's own."""
    own = writer.stack.machines[0]
    return MACHINE if machine is own else f"{machine.name.removeprefix(f'{writer.stack.name}-')}-{MACHINE}"


def definition_file(writer: Writer, machine: Machine) -> PurePosixPath:
    """The file with the definition of a state machine."""
    return PurePosixPath(f"{machine_name(writer, machine)}.asl.json")


def write_machines(writer: Writer) -> None:
    """Each state machine with its permissions and logs."""
    writer.section("State machine: the spec itself")
    for machine in writer.stack.machines:
        write_policy(writer, machine.role)
        _machine(writer, machine)


def _logs(writer: Writer, machine: Machine) -> Made:
    """The log group of a machine; several may share one."""
    first = next(item for item in writer.stack.machines if item.logs == machine.logs)
    name = f"{machine_name(writer, first)}-logs"
    return writer.made.get(name) or write_logs(writer, name, machine.logs)


def _machine(writer: Writer, machine: Machine) -> None:
    logs = _logs(writer, machine)
    called = [item for item in writer.stack.functions if f'"FunctionName":"{item.name}"' in machine.definition]
    functions = [writer.find(function_name(item)).itself for item in called]
    made = writer.resource(
        machine_name(writer, machine),
        "aws.sfn.StateMachine",
        {
            "name": machine.name,
            "type": "STANDARD",
            "definition": Call("definition", (str(definition_file(writer, machine)), *functions), output=True),
            "role_arn": writer.role(machine.role),
            "logging_configuration": call(
                "aws.sfn.StateMachineLoggingConfigurationArgs",
                level=_LOG_LEVEL,
                include_execution_data=False,
                log_destination=Format("{0}:*", (logs.output("arn"),)),
            ),
            "tracing_configuration": call("aws.sfn.StateMachineTracingConfigurationArgs", enabled=machine.tracing),
            "tags": writer.tags,
        },
        needs=writer.needs_of(machine.role),
    )
    writer.define("states", f"stateMachine:{machine.name}", made.output("arn"))


def write_triggers(writer: Writer) -> None:
    """Each schedule and event rule of the spec."""
    if writer.stack.triggers:
        writer.section("Triggers: what starts runs")
    for number, trigger in enumerate(writer.stack.triggers, 1):
        write_policy(writer, trigger.role)
        if isinstance(trigger, ScheduleTrigger):
            _schedule(writer, f"schedule-{number}", trigger)
        else:
            _rule(writer, number, trigger)


def _schedule(writer: Writer, name: str, trigger: ScheduleTrigger) -> None:
    writer.resource(
        name,
        "aws.scheduler.Schedule",
        {
            "name": trigger.name,
            "description": f"Starts runs of {writer.stack.name}",
            "schedule_expression": trigger.expression,
            "schedule_expression_timezone": trigger.timezone,
            "flexible_time_window": call("aws.scheduler.ScheduleFlexibleTimeWindowArgs", mode="OFF"),
            "state": "ENABLED",
            "target": call(
                "aws.scheduler.ScheduleTargetArgs",
                arn=writer.find(MACHINE).output("arn"),
                role_arn=writer.role(trigger.role),
                input=trigger.input,
            ),
        },
        place=trigger.origin,
        needs=writer.needs_of(trigger.role),
    )


def _rule(writer: Writer, number: int, trigger: EventTrigger) -> None:
    rule = writer.resource(
        f"event-rule-{number}",
        "aws.cloudwatch.EventRule",
        {
            "name": trigger.name,
            "description": f"Starts runs of {writer.stack.name}",
            "event_bus_name": trigger.bus,
            "event_pattern": Document(_with_bucket(writer, trigger.pattern)),
            "state": "ENABLED",
            "tags": writer.tags,
        },
        place=trigger.origin,
    )
    if trigger.paths or "<aws.events." in trigger.input:
        transformer = call(
            "aws.cloudwatch.EventTargetInputTransformerArgs",
            input_paths=dict(trigger.paths) or None,
            input_template=trigger.input,
        )
        given: dict[str, Value] = {"input_transformer": transformer}
    else:
        given = {"input": trigger.input}
    writer.resource(
        f"event-target-{number}",
        "aws.cloudwatch.EventTarget",
        {
            "rule": rule.output("name"),
            "event_bus_name": trigger.bus,
            "target_id": Names(writer.stack.name).machine[:64],
            "arn": writer.find(MACHINE).output("arn"),
            "role_arn": writer.role(trigger.role),
            **given,
        },
        place=trigger.origin,
        needs=writer.needs_of(trigger.role),
    )


def _with_bucket(writer: Writer, pattern: object) -> Value:
    """The pattern with the name of the stack's bucket, where it stands for itself."""
    if isinstance(pattern, dict):
        return {key: _with_bucket(writer, value) for key, value in pattern.items()}
    if isinstance(pattern, list):
        return [_with_bucket(writer, value) for value in pattern]
    if pattern == BUCKET:
        return writer.bucket
    assert pattern is None or isinstance(pattern, str | int | float | bool)
    return pattern


def write_alarms(writer: Writer) -> None:
    """An alarm for each way to fail. They are told to a topic, if the deployer names one."""
    writer.section("Alarms: runs that fail")
    topic = writer.setting(
        "alarm_topic",
        Call("config.get", (TOPIC,)),
        f"The SNS topic that is told of alarms: pulumi config set {TOPIC} ...",
    )
    machine = writer.find(MACHINE).output("arn")
    for what, metric, description in _ALARMS:
        writer.resource(
            f"{what}-alarm",
            "aws.cloudwatch.MetricAlarm",
            {
                "name": Names(writer.stack.name).alarm(what),
                "alarm_description": description,
                "namespace": "AWS/States",
                "metric_name": metric,
                "dimensions": {"StateMachineArn": machine},
                "statistic": "Sum",
                "period": _PERIOD,
                "evaluation_periods": 1,
                "threshold": 1,
                "comparison_operator": "GreaterThanOrEqualToThreshold",
                "treat_missing_data": "notBreaching",
                "alarm_actions": Name(f"[{topic.text}] if {topic.text} else []", output=False),
                "tags": writer.tags,
            },
        )
