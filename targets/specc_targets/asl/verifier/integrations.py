"""The services that Step Functions integrates itself: how a Task may wait for each action, and its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ANSWER, SYNC, SYNC_2, TOKEN = "", "sync", "sync:2", "waitForTaskToken"
"""How a Task waits: for the answer, for the end of the job (with its output as JSON), for a token that comes back."""


@dataclass(frozen=True, slots=True)
class Integration:
    """One action of a service."""

    patterns: frozenset[str]
    required: tuple[str, ...] = ()
    known: frozenset[str] | None = None
    """All parameters there are; None when only their case is known."""


def _action(patterns: str, required: str = "", known: str | None = None) -> Integration:
    names = tuple(required.split())
    every = frozenset((*names, *known.split())) if known is not None else None
    return Integration(frozenset({ANSWER, *patterns.split()}), names, every)


def _actions(patterns: str, names: str, required: str = "") -> dict[str, Integration]:
    return {name: _action(patterns, required) for name in names.split()}


INTEGRATIONS: Mapping[str, Integration] = {
    "lambda:invoke": _action(TOKEN, "FunctionName", "Payload InvocationType ClientContext Qualifier LogType"),
    "batch:submitJob": _action(
        SYNC,
        "JobName JobDefinition JobQueue",
        "ArrayProperties ConsumableResourcePropertiesOverride ContainerOverrides DependsOn EcsPropertiesOverride "
        "EksPropertiesOverride NodeOverrides Parameters PropagateTags RetryStrategy SchedulingPriorityOverride "
        "ShareIdentifier Tags Timeout",
    ),
    "ecs:runTask": _action(
        f"{SYNC} {TOKEN}",
        "TaskDefinition",
        "CapacityProviderStrategy ClientToken Cluster Count EnableECSManagedTags EnableExecuteCommand Group LaunchType "
        "NetworkConfiguration Overrides PlacementConstraints PlacementStrategy PlatformVersion PropagateTags "
        "ReferenceId StartedBy Tags VolumeConfigurations",
    ),
    "sns:publish": _action(
        TOKEN,
        "Message",
        "MessageAttributes MessageDeduplicationId MessageGroupId MessageStructure PhoneNumber Subject TargetArn "
        "TopicArn",
    ),
    "sqs:sendMessage": _action(
        TOKEN,
        "QueueUrl MessageBody",
        "DelaySeconds MessageAttributes MessageDeduplicationId MessageGroupId MessageSystemAttributes",
    ),
    **_actions("", "dynamodb:getItem dynamodb:deleteItem dynamodb:updateItem", "TableName Key"),
    **_actions("", "dynamodb:putItem", "TableName Item"),
    "events:putEvents": _action(TOKEN, "Entries", "EndpointId"),
    "states:startExecution": _action(f"{SYNC} {SYNC_2} {TOKEN}", "StateMachineArn", "Input Name TraceHeader"),
    "http:invoke": _action(
        "",
        "ApiEndpoint Method",
        "Authentication Headers InvocationConfig QueryParameters RequestBody Transform",
    ),
    "apigateway:invoke": _action(
        TOKEN,
        "ApiEndpoint Method",
        "AllowNullValues ApiId AuthType Headers Path QueryParameters RequestBody Stage",
    ),
    **_actions(SYNC, "glue:startJobRun", "JobName"),
    **_actions(SYNC, "databrew:startJobRun", "Name"),
    **_actions(SYNC, "athena:startQueryExecution", "QueryString"),
    **_actions("", "athena:stopQueryExecution athena:getQueryExecution athena:getQueryResults"),
    **_actions(SYNC, "codebuild:startBuild codebuild:startBuildBatch", "ProjectName"),
    **_actions("", "codebuild:stopBuild codebuild:batchDeleteBuilds codebuild:batchGetReports"),
    **_actions(SYNC, "mediaconvert:createJob"),
    **_actions("", "bedrock:invokeModel", "ModelId"),
    **_actions(SYNC, "bedrock:createModelCustomizationJob"),
    **_actions(
        SYNC,
        "sagemaker:createTrainingJob sagemaker:createTransformJob sagemaker:createHyperParameterTuningJob "
        "sagemaker:createLabelingJob sagemaker:createProcessingJob",
    ),
    **_actions(
        "",
        "sagemaker:createEndpoint sagemaker:createEndpointConfig sagemaker:createModel sagemaker:updateEndpoint",
    ),
    **_actions(
        SYNC,
        "elasticmapreduce:createCluster elasticmapreduce:terminateCluster elasticmapreduce:addStep "
        "emr-containers:createVirtualCluster emr-containers:deleteVirtualCluster emr-containers:startJobRun "
        "emr-serverless:createApplication emr-serverless:deleteApplication emr-serverless:startApplication "
        "emr-serverless:startJobRun emr-serverless:stopApplication emr-serverless:cancelJobRun "
        "eks:createCluster eks:deleteCluster eks:createFargateProfile eks:deleteFargateProfile eks:createNodegroup "
        "eks:deleteNodegroup eks:runJob",
    ),
    **_actions(
        "",
        "elasticmapreduce:cancelStep elasticmapreduce:setClusterTerminationProtection "
        "elasticmapreduce:modifyInstanceFleetByName elasticmapreduce:modifyInstanceGroupByName eks:call",
    ),
}
"""`service:action` -> what it takes (Step Functions: optimized integrations)."""
