"""What a state machine calls: its permissions, and the requests that it sends to each function."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from specc.diagnostics import Place
from specc_runtime.expressions import JsonValue
from specc_targets.aws.arns import ANY, BUCKET, Arn, Resource, RoleArn
from specc_targets.aws.deployment import Condition, Machine, Stack
from specc_targets.aws.iam.grants import Grant, grants
from specc_targets.aws.iam.operations import needs, prefix_of, service_of
from specc_targets.aws.iam.values import UNKNOWN, Text, resources, text_of, values_at

State = dict[str, JsonValue]
_RESOURCE = re.compile(
    r"arn:aws[\w-]*:states:::(?:aws-sdk:)?(?P<service>[\w-]+):(?P<operation>\w+)(?:\.(?P<pattern>sync|waitForTaskToken))?"
)
_FIELD = re.compile(r"\$(?P<variable>\w+)\.(?P<field>\w+)")
_ROLE = re.compile(r"arn:[\w-]+:iam::\d{12}:role/.+")
_NUMBER = re.compile(r"-\d+$")
"""What the name of a state ends in, where another state has its step's name."""
_ANSWER = "{% $states.result.Payload %}"


@dataclass
class Calls:
    """Everything that one machine calls."""

    grants: list[Grant] = field(default_factory=list)
    requests: dict[str, list[JsonValue]] = field(default_factory=dict)
    """Name of a function -> the payloads that it is sent."""


def calls_of(machine: Machine, stack: Stack, origins: Mapping[str, Place]) -> Calls:
    """What a machine of a stack calls; `origins` says where a step stands, by the name of its states."""
    definition: State = json.loads(machine.definition)
    return _Walk(machine, stack, origins, definition).calls


def states_of(definition: JsonValue) -> Iterator[tuple[str, State]]:
    """Every state of a machine and of those nested in it, by name."""
    if isinstance(definition, list):
        for item in definition:
            yield from states_of(item)
    elif isinstance(definition, dict):
        for name, state in cast("dict[str, State]", definition.get("States", {})).items():
            yield name, state
            for nested in ("Branches", "ItemProcessor", "Iterator"):
                yield from states_of(state.get(nested))


class _Walk:
    def __init__(self, machine: Machine, stack: Stack, origins: Mapping[str, Place], definition: State) -> None:
        self.machine, self.stack, self.origins = machine, stack, origins
        self.calls = Calls()
        states = list(states_of(definition))
        self.answers = {
            variable
            for _, state in states
            for variable, value in cast("State", state.get("Assign") or {}).items()
            if value == _ANSWER
        }
        """Variables that hold what functions answered."""
        for name, state in states:
            if state.get("Type") == "Task":
                self._task(name, state)
            elif state.get("Type") == "Map":
                self._map(name, state)

    def known(self, expression: str) -> Text | None:
        """Where functions say that something is kept, that is in the store."""
        found = _FIELD.fullmatch(expression)
        if found is None or found["variable"] not in self.answers:
            return None
        return Text(BUCKET) if found["field"] == "bucket" else Text(f"{self.stack.store}/", whole=False)

    def add(self, found: list[Grant]) -> None:
        self.calls.grants += found

    def _needs(
        self,
        name: str,
        service: str,
        operation: str,
        parameters: JsonValue,
        *,
        sync: bool = False,
        absent: bool = False,
    ) -> None:
        own = name.rpartition(".")[2]
        step = own if own in self.origins else _NUMBER.sub("", own)
        origin = self.origins.get(step)
        about = f"`{step}`"
        found = needs(
            service, operation, parameters, step=about, sync=sync, absent=absent, known=self.known, origin=origin
        )
        self.add([_plain(grant) for grant in found])

    def _task(self, name: str, state: State) -> None:
        found = _RESOURCE.match(str(state.get("Resource")))
        if found is None:
            return
        service, operation, parameters = found["service"], found["operation"], state.get("Arguments")
        sync = found["pattern"] == "sync"
        if (service, operation) == ("http", "invoke"):
            self._http(parameters)
            return
        self._needs(name, service, operation, parameters, sync=sync, absent=True)
        if (service, operation) == ("lambda", "invoke") and isinstance(parameters, dict):
            function = str(parameters.get("FunctionName"))
            self.calls.requests.setdefault(function, []).append(parameters.get("Payload"))
        elif (service, operation) == ("ecs", "runTask"):
            self._pass_roles(parameters)
        elif service != "sts":
            self._passed(parameters)
        rule = service_of(prefix_of(service)).events if sync else None
        if rule is not None:
            self.add(
                grants(
                    "ListenForEnds",
                    "events:DescribeRule events:PutRule events:PutTargets",
                    Arn("events", f"rule/{rule}"),
                )
            )

    def _pass_roles(self, parameters: JsonValue) -> None:
        """ECS gives a task the roles of its definition, which whoever starts it must be allowed to pass on."""
        only = Condition(operator="StringEquals", key="iam:PassedToService", values=("ecs-tasks.amazonaws.com",))
        family = next((text_of(item) for item in values_at(parameters, "TaskDefinition")), UNKNOWN)
        own = [item for item in self.stack.containers if family == Text(item.name)]
        roles: list[Resource] = [RoleArn(key) for item in own for key in (item.role, item.execution_role)]
        why = "" if roles else "the roles of a task definition that is not part of the stack are not known"
        self.add(grants("PassRolesToTasks", "iam:PassRole", *(roles or [ANY]), conditions=(only,), reason=why))

    def _passed(self, parameters: JsonValue) -> None:
        """Roles among the parameters of an operation."""
        for arn in _texts(parameters):
            if _ROLE.fullmatch(arn):
                self.add(grants("PassRoles", "iam:PassRole", arn))

    def _http(self, parameters: JsonValue) -> None:
        """(Step Functions Developer Guide, "Call HTTPS APIs in Step Functions workflows".)"""
        conditions = []
        method, address = (next(iter(values_at(parameters, key)), None) for key in ("Method", "ApiEndpoint"))
        if text_of(method) != UNKNOWN:
            conditions.append(
                Condition(operator="StringEquals", key="states:HTTPMethod", values=(text_of(method).start,))
            )
        if text_of(address) != UNKNOWN:
            conditions.append(
                Condition(operator="StringLike", key="states:HTTPEndpoint", values=(text_of(address).pattern,))
            )
        own = Arn("states", f"stateMachine:{self.machine.name}")
        self.add(grants("CallAddresses", "states:InvokeHTTPEndpoint", own, conditions=tuple(conditions)))
        connections = [
            item.resource
            for path in ("Authentication.ConnectionArn", "InvocationConfig.ConnectionArn")
            for item in resources(f"events:region:account:connection/{{{path}}}", parameters)
        ]
        self.add(grants("UseConnections", "events:RetrieveConnectionCredentials", *connections))
        secret = Arn("secretsmanager", "secret:events!connection/*")
        self.add(grants("ReadConnections", "secretsmanager:DescribeSecret secretsmanager:GetSecretValue", secret))

    def _map(self, name: str, state: State) -> None:
        """(Step Functions Developer Guide, "IAM policies for using Distributed Map states".)"""
        processor = cast("State", state.get("ItemProcessor") or {})
        if cast("State", processor.get("ProcessorConfig") or {}).get("Mode") != "DISTRIBUTED":
            return
        own, label = self.machine.name, state.get("Label")
        self.add(grants("StartChildren", "states:StartExecution", Arn("states", f"stateMachine:{own}")))
        self.add(
            grants(
                "FollowChildren", "states:DescribeExecution states:StopExecution", Arn("states", f"execution:{own}:*")
            )
        )
        again = f"execution:{own}/{label}:*" if isinstance(label, str) else f"execution:{own}/*"
        self.add(grants("RedriveChildren", "states:RedriveExecution", Arn("states", again)))
        reader, writer = state.get("ItemReader"), state.get("ResultWriter")
        if isinstance(reader, dict):
            found = _RESOURCE.match(str(reader.get("Resource")))
            if found is not None:
                self._needs(name, found["service"], found["operation"], reader.get("Arguments"))
        if isinstance(writer, dict):
            self._results(writer.get("Arguments"))

    def _results(self, parameters: JsonValue) -> None:
        actions = "s3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject"
        for item in resources("s3:::{Bucket}/{Prefix=}/*", parameters, self.known):
            where = _arn_of(item.resource)
            why = f"`{item.unknown}` of a result writer is known only at run time" if item.unknown else ""
            self.add(grants("WriteResults", actions, where, reason="" if _is_stored(where) else why))


def _plain(grant: Grant) -> Grant:
    """A grant without reasons for what ends in `*` but stays inside of the store."""
    if not _is_stored(grant.resource):
        return grant
    return replace(grant, resource=_arn_of(grant.resource), reason="", origin=None)


def _is_stored(resource: Resource) -> bool:
    return isinstance(resource, Arn) and resource.resource.startswith(f"{BUCKET}/")


def _arn_of(resource: Resource) -> Resource:
    """The resource with no more than one `*` at its end."""
    if not _is_stored(resource):
        return resource
    assert isinstance(resource, Arn)
    return Arn("s3", re.sub(r"\*(/\*)+$", "*", resource.resource), region=False, account=False)


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
