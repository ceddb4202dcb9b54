"""An account that makes whatever it is asked for, with made-up answers: a program runs whole, and nothing is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specc_targets.pulumi.preview.monitor import UNKNOWN, Made, Unknown, Value, Wanted

PARTITION, REGION, ACCOUNT = "aws", "eu-west-1", "123456789012"
SUFFIX = "1a2b3c4"
"""What the provider puts behind the name of something that the program names not or by a prefix only."""
VERSION = "7"
"""The version of every function, and that of everything else that has versions."""
_HERE = f"{REGION}:{ACCOUNT}"
_ARNS = {
    "aws:batch/computeEnvironment:ComputeEnvironment": f"batch:{_HERE}:compute-environment/{{0}}",
    "aws:batch/jobDefinition:JobDefinition": f"batch:{_HERE}:job-definition/{{0}}:{VERSION}",
    "aws:batch/jobQueue:JobQueue": f"batch:{_HERE}:job-queue/{{0}}",
    "aws:cloudwatch/eventRule:EventRule": f"events:{_HERE}:rule/{{0}}",
    "aws:cloudwatch/logGroup:LogGroup": f"logs:{_HERE}:log-group:{{0}}",
    "aws:cloudwatch/metricAlarm:MetricAlarm": f"cloudwatch:{_HERE}:alarm:{{0}}",
    "aws:ecs/cluster:Cluster": f"ecs:{_HERE}:cluster/{{0}}",
    "aws:ecs/taskDefinition:TaskDefinition": f"ecs:{_HERE}:task-definition/{{0}}:{VERSION}",
    "aws:iam/instanceProfile:InstanceProfile": f"iam::{ACCOUNT}:instance-profile/{{0}}",
    "aws:iam/role:Role": f"iam::{ACCOUNT}:role/{{0}}",
    "aws:lambda/alias:Alias": f"lambda:{_HERE}:function:{{0}}:live",
    "aws:lambda/function:Function": f"lambda:{_HERE}:function:{{0}}",
    "aws:lambda/layerVersion:LayerVersion": f"lambda:{_HERE}:layer:{{0}}:{VERSION}",
    "aws:s3/bucket:Bucket": "s3:::{0}",
    "aws:scheduler/schedule:Schedule": f"scheduler:{_HERE}:schedule/default/{{0}}",
    "aws:sfn/stateMachine:StateMachine": f"states:{_HERE}:stateMachine:{{0}}",
}
_NAMES = ("name", "bucket", "layerName", "family", "functionName")
"""Inputs that say what something is called."""
_PREFIXES = ("bucketPrefix", "namePrefix")


def physical(wanted: Wanted) -> str:
    """What a resource is called on AWS."""
    for name in _NAMES:
        if isinstance(found := wanted.inputs.get(name), str):
            return found
    for name in _PREFIXES:
        if isinstance(found := wanted.inputs.get(name), str):
            return found + SUFFIX
    return f"{wanted.name}-{SUFFIX}"


def arn_of(type: str, name: str) -> str:
    """The ARN of something."""
    return f"arn:{PARTITION}:{_ARNS[type].format(name)}"


@dataclass
class Account:
    """Answers a program, and keeps what it asked for."""

    unknown: bool = False
    """Whether whatever AWS would say is not known yet, as in a preview of a new stack."""
    wanted: dict[str, Wanted] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)
    exported: dict[str, Value] = field(default_factory=dict)
    invoked: set[str] = field(default_factory=set)

    def resource(self, wanted: Wanted) -> Made:
        """Keep it, and answer with made-up names."""
        if wanted.name in self.wanted:
            self.twice.append(wanted.name)
        self.wanted[wanted.name] = wanted
        if self.unknown or not wanted.custom:
            return Made(UNKNOWN, dict(wanted.inputs))
        name = physical(wanted)
        found: dict[str, Value] = {**wanted.inputs, "name": name}
        if wanted.type in _ARNS:
            found["arn"] = arn_of(wanted.type, name)
        if wanted.type == "aws:s3/bucket:Bucket":
            found["bucket"] = name
        if wanted.type == "aws:lambda/function:Function":
            found["version"] = VERSION
        return Made(name, found)

    def invoke(self, token: str, arguments: Mapping[str, Value]) -> Mapping[str, Value] | Unknown:
        """Who and where the account is."""
        assert not arguments, token
        self.invoked.add(token)
        known = {
            "aws:index/getCallerIdentity:getCallerIdentity": {
                "accountId": ACCOUNT,
                "arn": "",
                "id": ACCOUNT,
                "userId": "",
            },
            "aws:index/getPartition:getPartition": {"partition": PARTITION, "id": PARTITION},
            "aws:index/getRegion:getRegion": {"region": REGION, "name": REGION, "id": REGION},
        }
        return UNKNOWN if self.unknown else known[token]

    def outputs(self, outputs: Mapping[str, Value]) -> None:
        """Keep what the program exports."""
        self.exported = dict(outputs)
