"""Kinds of resources that moto's CloudFormation does not know; any other that it does not know is refused.

Left alone moto says that such a resource was created, and makes nothing.
"""

from __future__ import annotations

import json
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Stack
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.common_models import CloudFormationModel
from moto.ecs.models import TaskDefinition
from moto.scheduler.models import scheduler_backends

from specc_targets.emulator.replacing import replace

_NULL = frozenset(parsing.NULL_MODELS)


def install() -> None:
    """Refuse unknown kinds, and list no resource whose condition is false."""
    original = parsing.resource_class_from_type

    def known(resource_type: str) -> Any:
        found = original(resource_type)
        if found is None and resource_type not in _NULL:
            raise ValidationError(message=f"Template format error: the emulator does not know {resource_type}")
        return found

    def made(self: Stack) -> list[Any]:
        return [resource for resource in self.resource_map.values() if resource is not None]

    make = TaskDefinition.create_from_cloudformation_json

    def make_task_definition(
        cls: type[Any],
        /,
        resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> Any:
        given = _task_properties(cloudformation_json["Properties"])
        return make(resource_name, {**cloudformation_json, "Properties": given}, account_id, region_name, **kwargs)

    replace(parsing, "resource_class_from_type", known)
    replace(TaskDefinition, "create_from_cloudformation_json", classmethod(make_task_definition))
    replace(Stack, "stack_resources", property(made))


def _task_properties(given: dict[str, Any]) -> dict[str, Any]:
    """The properties of a task definition with containers in the words of the API, each with a memory.

    moto keeps them in those of CloudFormation, and adds up the memory of containers where the task's alone is said.
    """
    memory = int(given.get("Memory", 512))
    containers = [{"memory": memory, **_as_api(item)} for item in given.get("ContainerDefinitions", ())]
    return {**given, "ContainerDefinitions": containers}


def _as_api(value: Any) -> Any:
    if isinstance(value, dict):
        return {f"{key[0].lower()}{key[1:]}": _as_api(item) for key, item in value.items()}
    return [_as_api(item) for item in value] if isinstance(value, list) else value


class _Made:
    """What CloudFormation keeps of a resource: its id, and how it was made."""

    def __init__(self, physical_resource_id: str, account: str, region: str) -> None:
        self.physical_resource_id = physical_resource_id
        self.account, self.region = account, region

    def is_created(self) -> bool:
        """Everything is there at once."""
        return True


class Alarm(_Made, CloudFormationModel):
    """An alarm of CloudWatch, which nothing rings."""

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property with its name."""
        return "AlarmName"

    @staticmethod
    def cloudformation_type() -> str:
        """The kind."""
        return "AWS::CloudWatch::Alarm"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Alarm:
        """Make it."""
        given = cloudformation_json["Properties"]
        cloudwatch_backends[account_id][region_name].put_metric_alarm(
            name=resource_name,
            namespace=given["Namespace"],
            metric_name=given["MetricName"],
            comparison_operator=given["ComparisonOperator"],
            evaluation_periods=int(given["EvaluationPeriods"]),
            period=int(given["Period"]),
            threshold=float(given["Threshold"]),
            statistic=given["Statistic"],
            description=given.get("AlarmDescription", ""),
            dimensions=list(given.get("Dimensions", ())),
            alarm_actions=given.get("AlarmActions") or [],
            treat_missing_data=given.get("TreatMissingData"),
        )
        return cls(resource_name, account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Alarm:
        """Make it anew: an alarm of the same name is replaced."""
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> None:
        """Delete it."""
        cloudwatch_backends[account_id][region_name].delete_alarms([resource_name])


class Schedule(_Made, CloudFormationModel):
    """A schedule of EventBridge Scheduler. Nothing is started by it here."""

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property with its name."""
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        """The kind."""
        return "AWS::Scheduler::Schedule"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Schedule:
        """Make it."""
        given = cloudformation_json["Properties"]
        scheduler_backends[account_id][region_name].create_schedule(
            description=given.get("Description", ""),
            end_date=given.get("EndDate"),
            flexible_time_window=given["FlexibleTimeWindow"],
            group_name=given.get("GroupName", "default"),
            kms_key_arn=given.get("KmsKeyArn"),
            name=resource_name,
            schedule_expression=given["ScheduleExpression"],
            schedule_expression_timezone=given.get("ScheduleExpressionTimezone"),
            start_date=given.get("StartDate"),
            state=given.get("State"),
            target=given["Target"],
            action_after_completion=None,
        )
        return cls(resource_name, account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Schedule:
        """Delete the old one, and make the new."""
        cls.delete_from_cloudformation_json(
            original_resource.physical_resource_id, cloudformation_json, account_id, region_name
        )
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> None:
        """Delete it."""
        group = cloudformation_json["Properties"].get("GroupName", "default")
        scheduler_backends[account_id][region_name].delete_schedule(group, resource_name)


class BucketPolicy(_Made, CloudFormationModel):
    """The policy of a bucket. It is checked for its form, and not put into force.

    moto leaves conditions out of account, and one that only forbids requests without TLS would forbid all.
    """

    @staticmethod
    def cloudformation_name_type() -> str:
        """It has no name of its own."""
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        """The kind."""
        return "AWS::S3::BucketPolicy"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> BucketPolicy:
        """Check it."""
        given = cloudformation_json["Properties"]
        if not json.loads(json.dumps(given["PolicyDocument"])).get("Statement"):
            raise ValidationError(message="Policy has no statements")
        return cls(str(given["Bucket"]), account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> BucketPolicy:
        """Check the new one."""
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> None:
        """There is nothing to delete."""
