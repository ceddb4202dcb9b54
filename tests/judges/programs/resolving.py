"""A template of CloudFormation with the same made-up values in it that `account` gives to programs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from judges.programs.account import ACCOUNT, PARTITION, REGION, SUFFIX, arn_of
from judges.programs.cases import GROUPS, IMAGE, SUBNETS
from judges.programs.words import ARTIFACTS, WHOLE

PULUMI = {theirs: ours for ours, (theirs, _) in WHOLE.items()}
"""CloudFormation's types -> Pulumi's."""
NAMES = {
    "AWS::Batch::JobDefinition": "JobDefinitionName",
    "AWS::Batch::JobQueue": "JobQueueName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::ECS::TaskDefinition": "Family",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
"""Type -> the property that says what a resource is called. Others are called as CloudFormation likes."""
_BY_ARN = frozenset(
    {"AWS::Batch::ComputeEnvironment", "AWS::Batch::JobQueue", "AWS::Lambda::LayerVersion"}
    | {"AWS::StepFunctions::StateMachine"}
)
"""Types whose `Ref` is an ARN (CloudFormation's pages of the types, "Return values")."""
_IN_TEXT = re.compile(r"\$\{(!?)([^}]*)\}")


class Resolver:
    """Puts values where a template calls functions. Raises KeyError for what it does not know."""

    def __init__(self, template: Mapping[str, Any], *, topic: str, layer: bool, prefix: str) -> None:
        self._resources = template["Resources"]
        self._prefix = prefix
        self._values = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": PARTITION,
            "AWS::Region": REGION,
            "AWS::NoValue": None,
            "AlarmTopicArn": topic,
            "ArtifactBucket": ARTIFACTS,
            "ArtifactKey": "code.zip",
            "ImageUri": IMAGE,
            "LayerKey": "dependencies.zip" if layer else "",
            "SecurityGroupIds": json.loads(GROUPS),
            "SubnetIds": json.loads(SUBNETS),
        }
        self._conditions = {"HasAlarmTopic": bool(topic), "HasLayer": layer}

    def resources(self) -> dict[str, dict[str, Any]]:
        """Id -> resource, without those that are not made."""
        return {
            logical: {key: self.value(value) for key, value in item.items() if key not in ("Condition", "Metadata")}
            for logical, item in self._resources.items()
            if "Condition" not in item or self._conditions[item["Condition"]]
        }

    def value(self, value: Any) -> Any:
        """A value with the results of its functions."""
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((key, given),) = value.items()
            if key == "Ref":
                return self._ref(given)
            if key == "Fn::GetAtt":
                return self._attribute(*given)
            if key == "Fn::Sub":
                return _IN_TEXT.sub(lambda found: self._in_text(*found.groups()), given)
            if key == "Fn::Join":
                return given[0].join(self.value(part) for part in given[1])
            if key == "Fn::If":
                return self.value(given[1] if self._conditions[given[0]] else given[2])
            assert not key.startswith("Fn::"), key
        made = {key: self.value(item) for key, item in value.items()}
        return {key: item for key, item in made.items() if item is not None}

    def _in_text(self, literal: str, name: str) -> str:
        if literal:
            return f"${{{name}}}"
        resource, dot, attribute = name.partition(".")
        return str(self._attribute(resource, attribute) if dot else self._ref(name))

    def _ref(self, name: str) -> Any:
        if name not in self._resources:
            return self._values[name]
        return self._arn(name) if self._resources[name]["Type"] in _BY_ARN else self.called(name)

    def _attribute(self, id: str, attribute: str) -> str:
        assert attribute == "Arn", attribute
        more = ":*" if self._resources[id]["Type"] == "AWS::Logs::LogGroup" else ""
        return self._arn(id) + more

    def _arn(self, id: str) -> str:
        return arn_of(PULUMI[self._resources[id]["Type"]], self.called(id))

    def called(self, id: str) -> str:
        """What a resource is called on AWS."""
        item = self._resources[id]
        if item["Type"] in NAMES:
            return str(self.value(item["Properties"][NAMES[item["Type"]]]))
        if item["Type"] == "AWS::S3::Bucket":
            return self._prefix + SUFFIX
        if item["Type"] == "AWS::Batch::ComputeEnvironment":
            return f"{self._queue_on(id)}-{SUFFIX}"
        return f"{re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '-', id).lower()}-{SUFFIX}"

    def _queue_on(self, id: str) -> str:
        """What the one queue of a compute environment is called, as the environment itself begins in a program."""
        queues = [item["Properties"] for item in self._resources.values() if item["Type"] == "AWS::Batch::JobQueue"]
        (found,) = [item["JobQueueName"] for item in queues if f'"{id}"' in json.dumps(item["ComputeEnvironmentOrder"])]
        return str(self.value(found))
