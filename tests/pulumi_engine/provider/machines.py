"""State machines, and what starts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi_engine.provider.cloud import Cloud
from pulumi_engine.provider.errors import InputError, ProviderError
from pulumi_engine.provider.kind import TAGS, Kind, State, retag, tag_list, tags_of
from pulumi_engine.provider.shapes import Field, Given, Shape, Table


class StateMachine(Kind):
    """A state machine."""

    token = "aws:sfn/stateMachine:StateMachine"
    shape: ClassVar[Shape] = {
        "name": Field(api="name", new=True),
        "definition": Field(api="definition", json=True, required=True),
        "roleArn": Field(api="roleArn", required=True),
        "type": Field(api="type", new=True),
        "publish": Field(of=bool),
        "tracingConfiguration": Field(
            api="tracingConfiguration", of={"enabled": Field(api="enabled", of=bool)}, default={"enabled": False}
        ),
        "loggingConfiguration": Field(
            of={
                "level": Field(api="level"),
                "includeExecutionData": Field(api="includeExecutionData", of=bool),
                "logDestination": Field(),
            }
        ),
        "tags": TAGS,
    }
    autoname = "name"
    virtual = frozenset({"publish"})
    computed = frozenset({"revisionId", "stateMachineVersionArn"})

    def _request(self, cloud: Cloud, given: Given, changed: frozenset[str]) -> dict[str, Any]:
        request = self.request(given, resetting=changed - {"tags", "publish", "loggingConfiguration"})
        logging = dict(given.take("loggingConfiguration") or {"level": "OFF"})
        destination = logging.pop("logDestination", None)
        if destination is not None:
            if not destination.endswith(":*"):
                raise InputError("loggingConfiguration.logDestination", "must end with `:*`")
            _log_group_is_there(cloud, destination)
            logging["destinations"] = [{"cloudWatchLogsLogGroup": {"logGroupArn": destination}}]
        cloud.trusted("creating Step Functions State Machine", request["roleArn"], "states.amazonaws.com")
        return {**request, "loggingConfiguration": logging}

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it."""
        request = self._request(cloud, given, frozenset())
        publish, tags = bool(given.take("publish")), tag_list(given.take("tags"), "key", "value")
        given.done()
        name = request["name"]
        action = f"creating Step Functions State Machine ({name})"
        machines = cloud.client("stepfunctions").get_paginator("list_state_machines").paginate()
        if any(item["name"] == name for page in machines for item in page["stateMachines"]):
            raise ProviderError(
                f"{action}: operation error SFN: CreateStateMachine, https response error StatusCode: 400, "
                f"StateMachineAlreadyExists: State Machine Already Exists: '{name}'"
            )
        made = cloud.call(action, "stepfunctions", "CreateStateMachine", **request, publish=publish, tags=tags)
        return str(made["stateMachineArn"])

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Describe it."""
        missing = ("StateMachineDoesNotExist",)
        found = cloud.ask("stepfunctions", "DescribeStateMachine", missing, stateMachineArn=id)
        if found is None or found["status"] == "DELETING":
            return None
        logging = dict(found.get("loggingConfiguration", {}))
        for item in logging.pop("destinations", ()):
            logging["logDestination"] = item["cloudWatchLogsLogGroup"]["logGroupArn"]
        return {
            **self.told(found),
            "loggingConfiguration": logging,
            "arn": id,
            "status": found["status"],
            "creationDate": found["creationDate"].isoformat(),
            "revisionId": found.get("revisionId", ""),
            "tags": tags_of(cloud, "stepfunctions", id, listed=None),
        }

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Change it; executions that run keep the definition that they were started with."""
        request = self._request(cloud, given, changed)
        publish, tags = bool(given.take("publish")), given.take("tags", {})
        given.done()
        said = {key: value for key, value in request.items() if key not in ("name", "type")}
        action = f"updating Step Functions State Machine ({id})"
        if changed - {"tags"}:
            cloud.call(action, "stepfunctions", "UpdateStateMachine", stateMachineArn=id, **said, publish=publish)
        if "tags" in changed:
            retag(cloud, "stepfunctions", id, tags, listed=None)
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it."""
        action = f"deleting Step Functions State Machine ({id})"
        cloud.call(action, "stepfunctions", "DeleteStateMachine", stateMachineArn=id)


def _log_group_is_there(cloud: Cloud, arn: str) -> None:
    """moto asks for no log group; the service delivers a log to one that is there."""
    name = arn.removesuffix(":*").split(":log-group:")[1]
    found = cloud.call("reading", "logs", "DescribeLogGroups", logGroupNamePrefix=name)["logGroups"]
    if not any(item["logGroupName"] == name for item in found):
        raise ProviderError(f"StatusCode: 400, InvalidLoggingConfiguration: there is no log group {arn}")


class Schedule(Kind):
    """A schedule of EventBridge Scheduler."""

    token = "aws:scheduler/schedule:Schedule"
    shape: ClassVar[Shape] = {
        "name": Field(api="Name", new=True),
        "groupName": Field(api="GroupName", new=True),
        "description": Field(api="Description", default=""),
        "scheduleExpression": Field(api="ScheduleExpression", required=True),
        "scheduleExpressionTimezone": Field(api="ScheduleExpressionTimezone", default="UTC"),
        "state": Field(api="State", default="ENABLED"),
        "flexibleTimeWindow": Field(
            api="FlexibleTimeWindow",
            of={
                "mode": Field(api="Mode", required=True),
                "maximumWindowInMinutes": Field(api="MaximumWindowInMinutes", of=int),
            },
            required=True,
        ),
        "target": Field(
            api="Target",
            of={
                "arn": Field(api="Arn", required=True),
                "roleArn": Field(api="RoleArn", required=True),
                "input": Field(api="Input"),
                "retryPolicy": Field(
                    api="RetryPolicy",
                    of={
                        "maximumEventAgeInSeconds": Field(api="MaximumEventAgeInSeconds", of=int),
                        "maximumRetryAttempts": Field(api="MaximumRetryAttempts", of=int),
                    },
                ),
                "deadLetterConfig": Field(api="DeadLetterConfig", of={"arn": Field(api="Arn", required=True)}),
            },
            required=True,
        ),
    }
    autoname = "name"

    def _put(self, cloud: Cloud, given: Given, operation: str, changed: frozenset[str]) -> str:
        request = self.request(given, resetting=changed)
        given.done()
        action = f"creating EventBridge Scheduler Schedule ({request['Name']})"
        cloud.trusted(action, request["Target"]["RoleArn"], "scheduler.amazonaws.com")
        cloud.call(action, "scheduler", operation, **request)
        return f"{request.get('GroupName', 'default')}/{request['Name']}"

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it."""
        return self._put(cloud, given, "CreateSchedule", frozenset())

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """All of it."""
        group, _, name = id.partition("/")
        missing = ("ResourceNotFoundException",)
        found = cloud.ask("scheduler", "GetSchedule", missing, GroupName=group, Name=name)
        return None if found is None else {**self.told(found), "groupName": group, "arn": found["Arn"]}

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Say it anew."""
        return self._put(cloud, given, "UpdateSchedule", changed)

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it."""
        group, _, name = id.partition("/")
        cloud.call(f"deleting Schedule ({id})", "scheduler", "DeleteSchedule", GroupName=group, Name=name)


_LISTED = ("ResourceARN", "Tags", "TagKeys")


class EventRule(Kind):
    """A rule of a bus. One of the same name is written over, with the real one too."""

    token = "aws:cloudwatch/eventRule:EventRule"
    shape: ClassVar[Shape] = {
        "name": Field(api="Name", new=True),
        "eventBusName": Field(api="EventBusName", new=True),
        "description": Field(api="Description", default=""),
        "eventPattern": Field(api="EventPattern", json=True),
        "scheduleExpression": Field(api="ScheduleExpression"),
        "roleArn": Field(api="RoleArn"),
        "state": Field(api="State", default="ENABLED"),
        "tags": TAGS,
    }
    autoname = "name"

    def _put(self, cloud: Cloud, given: Given, changed: frozenset[str], tags: bool) -> tuple[str, str]:
        request = self.request(given, resetting=changed - {"tags"})
        said = given.take("tags")
        given.done()
        if tags and said:
            request["Tags"] = tag_list(said)
        made = cloud.call(f"creating EventBridge Rule ({request['Name']})", "events", "PutRule", **request)
        bus = request.get("EventBusName", "default")
        return (request["Name"] if bus == "default" else f"{bus}/{request['Name']}"), made["RuleArn"]

    def create(self, cloud: Cloud, given: Given) -> str:
        """Put it."""
        return self._put(cloud, given, frozenset(), tags=True)[0]

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Describe it."""
        bus, _, name = id.rpartition("/")
        missing = ("ResourceNotFoundException",)
        found = cloud.ask("events", "DescribeRule", missing, Name=name, EventBusName=bus or "default")
        if found is None:
            return None
        tags = tags_of(cloud, "events", found["Arn"], listed=_LISTED)
        return {"eventBusName": bus or "default", **self.told(found), "arn": found["Arn"], "tags": tags}

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Put it again."""
        _, arn = self._put(cloud, given, changed, tags=False)
        if "tags" in changed:
            retag(cloud, "events", arn, given.inputs.get("tags", {}), listed=_LISTED)
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it; its targets must be gone, which moto does not ask for."""
        bus, _, name = id.rpartition("/")
        place = {"EventBusName": bus or "default"}
        if cloud.call("", "events", "ListTargetsByRule", Rule=name, **place)["Targets"]:
            raise ProviderError(
                f"deleting EventBridge Rule ({id}): ValidationException: Rule can't be deleted since it has targets."
            )
        cloud.call(f"deleting EventBridge Rule ({id})", "events", "DeleteRule", Name=name, **place)


class EventTarget(Kind):
    """What a rule starts."""

    token = "aws:cloudwatch/eventTarget:EventTarget"
    shape: ClassVar[Shape] = {
        "rule": Field(new=True, required=True),
        "eventBusName": Field(new=True),
        "targetId": Field(api="Id", new=True),
        "arn": Field(api="Arn", required=True),
        "roleArn": Field(api="RoleArn"),
        "input": Field(api="Input"),
        "inputPath": Field(api="InputPath"),
        "inputTransformer": Field(
            api="InputTransformer",
            of={
                "inputPaths": Field(api="InputPathsMap", of=Table()),
                "inputTemplate": Field(api="InputTemplate", required=True),
            },
        ),
        "deadLetterConfig": Field(api="DeadLetterConfig", of={"arn": Field(api="Arn")}),
        "retryPolicy": Field(
            api="RetryPolicy",
            of={
                "maximumEventAgeInSeconds": Field(api="MaximumEventAgeInSeconds", of=int),
                "maximumRetryAttempts": Field(api="MaximumRetryAttempts", of=int),
            },
        ),
    }
    autoname = "targetId"

    def create(self, cloud: Cloud, given: Given) -> str:
        """Put it."""
        request, rule, bus = given.mapped(self.shape), given.take("rule"), given.take("eventBusName", "default")
        given.done()
        action = f"creating EventBridge Target ({rule})"
        if sum(key in request for key in ("Input", "InputPath", "InputTransformer")) > 1:
            raise ProviderError(f"{action}: only one of `input`, `input_path` and `input_transformer`")
        if request.get("RoleArn"):
            cloud.trusted(action, request["RoleArn"], "events.amazonaws.com")
        found = cloud.call(action, "events", "PutTargets", Rule=rule, EventBusName=bus, Targets=[request])
        if found["FailedEntryCount"]:
            raise ProviderError(f"{action}: {found['FailedEntries']}")
        return f"{bus}-{rule}-{request['Id']}"

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Find it in the list."""
        rule, bus = known["rule"], known.get("eventBusName") or "default"
        missing = ("ResourceNotFoundException",)
        found = cloud.ask("events", "ListTargetsByRule", missing, Rule=rule, EventBusName=bus)
        for item in found["Targets"] if found else ():
            if item["Id"] == known["targetId"]:
                return {**self.told(item), "rule": rule, "eventBusName": bus}
        return None

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Put it again; it replaces the whole of the old one."""
        return self.create(cloud, given)

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Remove it."""
        bus, ids = state.get("eventBusName") or "default", [state["targetId"]]
        action = f"deleting EventBridge Target ({id})"
        cloud.call(action, "events", "RemoveTargets", Rule=state["rule"], EventBusName=bus, Ids=ids)


KINDS = (StateMachine, Schedule, EventRule, EventTarget)
