"""State machines and their logs."""

from __future__ import annotations

import json
import re

from specc_targets.aws.deployment import Machine
from specc_targets.cloudformation.functions import ARTIFACT_BUCKET
from specc_targets.cloudformation.intrinsics import GetAtt, Ref, Value
from specc_targets.cloudformation.logs import write_logs
from specc_targets.cloudformation.template import Template, inert

DEFINITION_KEY = "DefinitionKey"
"""The parameter with the key of the definition, where it is an object of its own."""
MACHINE = "StateMachine"
_READ = re.compile(r'\{\{resolve:|"(?:Ref|Fn::\w+)":')
"""What CloudFormation puts values for. SAM takes a definition as JSON, where nothing can be written otherwise."""
_LOG_LEVEL = "ERROR"
"""What failed is logged, and never the data of a run: that may be anything."""


def write_machines(template: Template) -> None:
    """Each state machine with its log group."""
    if template.definition_in_s3:
        template.parameter(DEFINITION_KEY, "The key of state-machine.asl.json in that bucket")
    for number, machine in enumerate(template.stack.machines):
        logical = machine_id(template, machine)
        in_s3 = template.definition_in_s3 and number == 0
        sam = template.sam and (in_s3 or not _READ.search(machine.definition))
        common = _properties(template, machine, _logs(template, machine), sam)
        if sam:
            template.add(logical, "AWS::Serverless::StateMachine", {**common, **_sam(template, machine, in_s3)})
        else:
            template.add(logical, "AWS::StepFunctions::StateMachine", {**common, **_plain(template, machine, in_s3)})
    main = template.stack.machines[0]
    template.output("StateMachineArn", "The state machine that runs the spec", Ref(machine_id(template, main)))
    template.output("Bucket", "The bucket that holds data between steps", template.bucket)


def _logs(template: Template, machine: Machine) -> str:
    """The id of a machine's log group; several may share one."""
    first = next(item for item in template.stack.machines if item.logs == machine.logs)
    logical = f"{machine_id(template, first)}Logs"
    if logical not in template.resources:
        write_logs(template, logical, machine.logs)
    return logical


def machine_id(template: Template, machine: Machine) -> str:
    """The id of a state machine: plain for the spec's own."""
    if machine is template.stack.machines[0]:
        return template.ids.of(MACHINE)
    return template.ids.of(MACHINE, machine.name.removeprefix(f"{template.stack.name}-"))


def _properties(template: Template, machine: Machine, logs: str, sam: bool) -> dict[str, Value]:
    destination: Value = {"CloudWatchLogsLogGroup": {"LogGroupArn": GetAtt(logs, "Arn")}}
    return {"Name" if sam else "StateMachineName": machine.name} | {
        "Type" if sam else "StateMachineType": "STANDARD",
        "Role" if sam else "RoleArn": template.role(machine.role),
        "Logging" if sam else "LoggingConfiguration": {
            "Level": _LOG_LEVEL,
            "IncludeExecutionData": False,
            "Destinations": [destination],
        },
    }


def _plain(template: Template, machine: Machine, in_s3: bool) -> dict[str, Value]:
    place: Value = {"Bucket": Ref(ARTIFACT_BUCKET), "Key": Ref(DEFINITION_KEY)}
    definition: dict[str, Value] = (
        {"DefinitionS3Location": place} if in_s3 else {"DefinitionString": inert(machine.definition)}
    )
    return {**definition, "TracingConfiguration": {"Enabled": machine.tracing}, "Tags": template.tags()}


def _sam(template: Template, machine: Machine, in_s3: bool) -> dict[str, Value]:
    place: Value = {"Bucket": Ref(ARTIFACT_BUCKET), "Key": Ref(DEFINITION_KEY)}
    definition: dict[str, Value] = {"DefinitionUri": place} if in_s3 else {"Definition": json.loads(machine.definition)}
    return {**definition, "Tracing": {"Enabled": machine.tracing}, "Tags": template.tag_map()}
