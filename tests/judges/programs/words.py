"""What each input of each resource is for CloudFormation: a line for every one of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from specc_targets.pulumi.preview.monitor import Asset

Properties = dict[str, Any]
Convert = Callable[[Any], Properties]


def pascal(value: Any, *, maps: Iterable[str] = ()) -> Any:
    """A value whose keys are Pulumi's with keys that are CloudFormation's. What is in `maps` has keys of the user's."""
    if isinstance(value, Mapping):
        return {_key(key): item if key in maps else pascal(item, maps=maps) for key, item in value.items()}
    if isinstance(value, list):
        return [pascal(item, maps=maps) for item in value]
    return value


_KEYS = {"maxVcpus": "MaxvCpus", "minVcpus": "MinvCpus", "evaluateOnExits": "EvaluateOnExit"}


def _key(name: str) -> str:
    return _KEYS.get(name, name[0].upper() + name[1:])


def as_(name: str, change: Callable[[Any], Any] = lambda value: value) -> Convert:
    """The property of this name; inside of the whole, if it has dots."""

    def convert(value: Any) -> Properties:
        found = change(value)
        for part in reversed(name.split(".")):
            found = {part: found}
        return found

    return convert


def nothing(value: Any) -> Properties:
    """What CloudFormation has no word for, as it says it by being there."""
    return {}


def _tags(value: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": item} for key, item in sorted(value.items())]


def _archive(value: Asset) -> Properties:
    """An archive beside the program stands for the one in the bucket of artifacts."""
    assert value.archive
    assert value.path is not None
    return {"S3Bucket": ARTIFACTS, "S3Key": value.path.rpartition("/")[2]}


def _listed(value: Any) -> list[Any]:
    return [value]


def _environment(value: Any) -> Any:
    return sorted(value, key=lambda item: str(item["Name"]))


def _container(value: Any) -> Any:
    found = pascal(value, maps=("options",))
    return {**found, "Environment": _environment(found["Environment"])}


def _containers(value: str) -> Any:
    return [_container(item) for item in json.loads(value)]


def _rules(value: list[Any]) -> list[Any]:
    found = []
    for rule in value:
        made = pascal(rule)
        prefix = made.pop("Filter")["Prefix"]
        if "Expiration" in made:
            made["ExpirationInDays"] = made.pop("Expiration")["Days"]
        found.append({**made, **({"Prefix": prefix} if prefix else {})})
    return found


def _encryption(value: list[Any]) -> list[Any]:
    return [{"ServerSideEncryptionByDefault": _default(rule)} for rule in value]


def _default(rule: Any) -> Any:
    (found,) = rule.values()
    assert set(rule) == {"applyServerSideEncryptionByDefault"}
    return {"SSEAlgorithm": found["sseAlgorithm"]}


def _logging(value: Any) -> Any:
    found = pascal(value)
    destination = found.pop("LogDestination")
    # The service takes the group with `:*` behind it, which CloudFormation's attribute has and Pulumi's output has not.
    return {**found, "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": destination}}]}


def _dimensions(value: Mapping[str, str]) -> Any:
    return [{"Name": key, "Value": item} for key, item in value.items()]


def _transformer(value: Any) -> Any:
    paths = value.get("inputPaths")
    return {**({"InputPathsMap": paths} if paths else {}), "InputTemplate": value["inputTemplate"]}


ARTIFACTS = "artifacts"
TAGS: dict[str, Convert] = {"tags": as_("Tags", _tags)}
TAG_MAP: dict[str, Convert] = {"tags": as_("Tags")}
WHOLE: dict[str, tuple[str, Mapping[str, Convert]]] = {
    "aws:batch/computeEnvironment:ComputeEnvironment": (
        "AWS::Batch::ComputeEnvironment",
        {
            "namePrefix": nothing,
            "type": as_("Type"),
            "state": as_("State"),
            "computeResources": as_("ComputeResources", pascal),
            **TAG_MAP,
        },
    ),
    "aws:batch/jobDefinition:JobDefinition": (
        "AWS::Batch::JobDefinition",
        {
            "name": as_("JobDefinitionName"),
            "type": as_("Type"),
            "platformCapabilities": as_("PlatformCapabilities"),
            "containerProperties": as_("ContainerProperties", lambda text: _container(json.loads(text))),
            "retryStrategy": as_("RetryStrategy", pascal),
            "timeout": as_("Timeout", pascal),
            "propagateTags": as_("PropagateTags"),
            **TAG_MAP,
        },
    ),
    "aws:batch/jobQueue:JobQueue": (
        "AWS::Batch::JobQueue",
        {
            "name": as_("JobQueueName"),
            "state": as_("State"),
            "priority": as_("Priority"),
            "computeEnvironmentOrders": as_("ComputeEnvironmentOrder", pascal),
            **TAG_MAP,
        },
    ),
    "aws:cloudwatch/eventRule:EventRule": (
        "AWS::Events::Rule",
        {
            "name": as_("Name"),
            "description": as_("Description"),
            "eventBusName": as_("EventBusName"),
            "eventPattern": as_("EventPattern", json.loads),
            "state": as_("State"),
            **TAGS,
        },
    ),
    "aws:cloudwatch/logGroup:LogGroup": (
        "AWS::Logs::LogGroup",
        {"name": as_("LogGroupName"), "retentionInDays": as_("RetentionInDays"), **TAGS},
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": (
        "AWS::CloudWatch::Alarm",
        {
            "name": as_("AlarmName"),
            "alarmDescription": as_("AlarmDescription"),
            "namespace": as_("Namespace"),
            "metricName": as_("MetricName"),
            "dimensions": as_("Dimensions", _dimensions),
            "statistic": as_("Statistic"),
            "period": as_("Period"),
            "evaluationPeriods": as_("EvaluationPeriods"),
            "threshold": as_("Threshold"),
            "comparisonOperator": as_("ComparisonOperator"),
            "treatMissingData": as_("TreatMissingData"),
            "alarmActions": lambda value: {"AlarmActions": value} if value else {},
            **TAGS,
        },
    ),
    "aws:ecs/cluster:Cluster": ("AWS::ECS::Cluster", {"name": as_("ClusterName"), **TAGS}),
    "aws:ecs/taskDefinition:TaskDefinition": (
        "AWS::ECS::TaskDefinition",
        {
            "family": as_("Family"),
            "requiresCompatibilities": as_("RequiresCompatibilities"),
            "networkMode": as_("NetworkMode"),
            "cpu": as_("Cpu"),
            "memory": as_("Memory"),
            "runtimePlatform": as_("RuntimePlatform", pascal),
            "taskRoleArn": as_("TaskRoleArn"),
            "executionRoleArn": as_("ExecutionRoleArn"),
            "containerDefinitions": as_("ContainerDefinitions", _containers),
            **TAGS,
        },
    ),
    "aws:iam/instanceProfile:InstanceProfile": (
        "AWS::IAM::InstanceProfile",
        {"name": as_("InstanceProfileName"), "role": as_("Roles", _listed), **TAGS},
    ),
    "aws:iam/role:Role": (
        "AWS::IAM::Role",
        {"name": as_("RoleName"), "assumeRolePolicy": as_("AssumeRolePolicyDocument", json.loads), **TAGS},
    ),
    "aws:lambda/alias:Alias": (
        "AWS::Lambda::Alias",
        {
            "name": as_("Name"),
            "description": as_("Description"),
            "functionName": as_("FunctionName"),
            "functionVersion": as_("FunctionVersion"),
        },
    ),
    "aws:lambda/function:Function": (
        "AWS::Lambda::Function",
        {
            "name": as_("FunctionName"),
            "description": as_("Description"),
            "packageType": as_("PackageType"),
            "runtime": as_("Runtime"),
            "handler": as_("Handler"),
            "code": as_("Code", _archive),
            "s3Bucket": as_("Code.S3Bucket"),
            "s3Key": as_("Code.S3Key"),
            "imageUri": as_("Code.ImageUri"),
            "imageConfig": lambda value: {"ImageConfig": {"Command": value["commands"]}},
            "sourceCodeHash": nothing,
            "publish": nothing,
            "layers": as_("Layers"),
            "architectures": as_("Architectures"),
            "memorySize": as_("MemorySize"),
            "timeout": as_("Timeout"),
            "role": as_("Role"),
            "environment": as_("Environment", lambda value: pascal(value, maps=("variables",))),
            "loggingConfig": as_("LoggingConfig", pascal),
            "tracingConfig": as_("TracingConfig", pascal),
            **TAGS,
        },
    ),
    "aws:lambda/layerVersion:LayerVersion": (
        "AWS::Lambda::LayerVersion",
        {
            "layerName": as_("LayerName"),
            "code": as_("Content", _archive),
            "s3Bucket": as_("Content.S3Bucket"),
            "s3Key": as_("Content.S3Key"),
            "sourceCodeHash": nothing,
            "compatibleRuntimes": as_("CompatibleRuntimes"),
            "compatibleArchitectures": as_("CompatibleArchitectures"),
        },
    ),
    "aws:s3/bucket:Bucket": ("AWS::S3::Bucket", {"bucketPrefix": nothing, **TAGS}),
    "aws:s3/bucketPolicy:BucketPolicy": (
        "AWS::S3::BucketPolicy",
        {"bucket": as_("Bucket"), "policy": as_("PolicyDocument", json.loads)},
    ),
    "aws:scheduler/schedule:Schedule": (
        "AWS::Scheduler::Schedule",
        {
            "name": as_("Name"),
            "description": as_("Description"),
            "scheduleExpression": as_("ScheduleExpression"),
            "scheduleExpressionTimezone": as_("ScheduleExpressionTimezone"),
            "flexibleTimeWindow": as_("FlexibleTimeWindow", pascal),
            "state": as_("State"),
            "target": as_("Target", pascal),
        },
    ),
    "aws:sfn/stateMachine:StateMachine": (
        "AWS::StepFunctions::StateMachine",
        {
            "name": as_("StateMachineName"),
            "type": as_("StateMachineType"),
            "definition": as_("DefinitionString"),
            "roleArn": as_("RoleArn"),
            "loggingConfiguration": as_("LoggingConfiguration", _logging),
            "tracingConfiguration": as_("TracingConfiguration", pascal),
            **TAGS,
        },
    ),
}
"""Type -> CloudFormation's type, and what each input is there."""
BUCKET, ROLE = "aws:s3/bucket:Bucket", "aws:iam/role:Role"
PARTS: dict[str, tuple[str, str, Mapping[str, Convert]]] = {
    "aws:cloudwatch/eventTarget:EventTarget": (
        "rule",
        "aws:cloudwatch/eventRule:EventRule",
        {
            "eventBusName": nothing,
            "targetId": as_("Targets.Id"),
            "arn": as_("Targets.Arn"),
            "roleArn": as_("Targets.RoleArn"),
            "input": as_("Targets.Input"),
            "inputTransformer": as_("Targets.InputTransformer", _transformer),
        },
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": (
        "clusterName",
        "aws:ecs/cluster:Cluster",
        {"capacityProviders": as_("CapacityProviders")},
    ),
    "aws:iam/rolePolicy:RolePolicy": (
        "role",
        ROLE,
        {"name": as_("Policies.PolicyName"), "policy": as_("Policies.PolicyDocument", json.loads)},
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (
        "role",
        ROLE,
        {"policyArn": as_("ManagedPolicyArns", _listed)},
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        "bucket",
        BUCKET,
        {"rules": as_("LifecycleConfiguration.Rules", _rules)},
    ),
    "aws:s3/bucketNotification:BucketNotification": (
        "bucket",
        BUCKET,
        {"eventbridge": as_("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled")},
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": (
        "bucket",
        BUCKET,
        {"rule": as_("OwnershipControls.Rules", lambda value: [pascal(value)])},
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (
        "bucket",
        BUCKET,
        {
            name: as_(f"PublicAccessBlockConfiguration.{_key(name)}")
            for name in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
        },
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "bucket",
        BUCKET,
        {"rules": as_("BucketEncryption.ServerSideEncryptionConfiguration", _encryption)},
    ),
    "aws:s3/bucketVersioning:BucketVersioning": (
        "bucket",
        BUCKET,
        {"versioningConfiguration": as_("VersioningConfiguration", pascal)},
    ),
}
"""Type -> the input that names what it is a part of, the type of that, and what each input is there."""
LISTS = frozenset({"Policies", "Targets"})
"""Properties that parts add to."""
STATEFUL = frozenset({"AWS::S3::Bucket", "AWS::Logs::LogGroup"})
"""Types that hold data: what becomes of them is said."""
FILES = {"aws:s3/bucketObjectv2:BucketObjectv2": frozenset({"bucket", "key", "source", "tags"})}
"""What is no resource of CloudFormation's, but put there before."""
