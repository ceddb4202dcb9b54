"""A template is deployed and deleted on the emulator, by an implementation of CloudFormation that nobody here wrote."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from specc.frontend import check, compile_for
from specc_targets.cloudformation import target
from specc_targets.emulator.client import REGION, Emulator

pytestmark = pytest.mark.slow
SPEC = Path(__file__).parents[2] / "golden" / "cloudformation" / "everything" / "spec.toml"
ACCOUNT = "123456789012"


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Any]:
    """A function that gives a client of an empty account."""
    with Emulator(tmp_path) as emulator:
        yield emulator.client


@pytest.fixture
def given(account: Any) -> dict[str, str]:
    """What the template does not make: the values of its parameters."""
    account("iam").create_role(RoleName="given", AssumeRolePolicyDocument=json.dumps(trust("lambda")))
    s3 = account("s3")
    s3.create_bucket(Bucket="artifacts")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("work.py", "")
    for key in ("code.zip", "layer.zip"):
        s3.put_object(Bucket="artifacts", Key=key, Body=archive.getvalue())
    account("events").create_event_bus(Name="orders")
    ec2 = account("ec2")
    return {
        "ArtifactBucket": "artifacts",
        "ArtifactKey": "code.zip",
        "LayerKey": "layer.zip",
        "ImageUri": "image:1",
        "SubnetIds": ec2.describe_subnets()["Subnets"][0]["SubnetId"],
        "SecurityGroupIds": ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"],
        "AlarmTopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms",
    }


def trust(*services: str) -> Any:
    who = {"Service": [f"{service}.amazonaws.com" for service in services]}
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}]}


def test_everything_is_made_and_taken_away_again(account: Any, given: dict[str, str]) -> None:
    files = compile_for(target(), check(SPEC))
    assert files is not None
    text = files[PurePosixPath("template.json")].decode()
    text = text.replace("subnet-0a1b2c3d", given["SubnetIds"]).replace("sg-0a1b2c3d", given["SecurityGroupIds"])
    template = json.loads(text)
    cloudformation = account("cloudformation")
    before = left(account)
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    account("s3").put_object(Bucket="artifacts", Key="template.json", Body=text.encode())
    cloudformation.create_stack(
        StackName="everything",
        TemplateURL="https://artifacts.s3.amazonaws.com/template.json",
        Parameters=parameters,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    (stack,) = cloudformation.describe_stacks(StackName="everything")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    made = {
        item["LogicalResourceId"]: item["PhysicalResourceId"]
        for item in cloudformation.describe_stack_resources(StackName="everything")["StackResources"]
        if item.get("PhysicalResourceId")
    }
    assert set(made) == set(template["Resources"]), "the emulator makes all of them, and says which is which"
    outputs = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
    read_back(account, template, outputs)
    cloudformation.delete_stack(StackName="everything")
    assert left(account) == before


def read_back(account: Any, template: Any, outputs: dict[str, str]) -> None:
    """The services tell what the template says."""
    machine = account("stepfunctions").describe_state_machine(stateMachineArn=outputs["StateMachineArn"])
    assert machine["name"] == "specc-everything"
    stated = template["Resources"]["StateMachine"]["Properties"]
    assert json.loads(machine["definition"]) == json.loads(stated["DefinitionString"])
    function = account("lambda").get_function_configuration(FunctionName=outputs["SmallFastFunction"])
    assert (function["Runtime"], function["MemorySize"], function["Handler"]) == (
        "python3.12",
        256,
        "specc_runtime.lambda_handler.handler",
    )
    assert [layer["Arn"].split(":")[-2] for layer in function["Layers"]] == ["specc-everything-dependencies"]
    assert (function["Architectures"], function["TracingConfig"]) == (["x86_64"], {"Mode": "Active"})
    assert function["Environment"]["Variables"] == {
        "LEVEL": "INFO ${x}",
        "SPECC_SECRET_TOKEN": "ssm:/prod/token",
        "SPECC_STORE": f"s3://{outputs['Bucket']}/specc-everything",
    }
    s3 = account("s3")
    (rule,) = s3.get_bucket_encryption(Bucket=outputs["Bucket"])["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    (queue,) = (
        item for item in account("batch").describe_job_queues()["jobQueues"] if item["jobQueueName"].endswith("big")
    )
    assert queue["jobQueueName"] == "specc-everything-big"
    rules = account("events").list_targets_by_rule(Rule="specc-everything-trigger-3")
    assert rules["Targets"][0]["InputTransformer"]["InputTemplate"] == '{"key": "s3://<part1>/<part2>"}'
    (policy,) = account("iam").list_role_policies(RoleName="specc-everything-machine")["PolicyNames"]
    document = account("iam").get_role_policy(RoleName="specc-everything-machine", PolicyName=policy)["PolicyDocument"]
    allowed = json.dumps(document)
    assert f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:specc-everything-default" in allowed
    (alarm, _) = account("cloudwatch").describe_alarms()["MetricAlarms"]
    assert alarm["Dimensions"][0]["Value"] == outputs["StateMachineArn"]
    schedule = account("scheduler").get_schedule(Name="specc-everything-trigger-1")
    assert schedule["ScheduleExpression"] == "cron(30 3 ? * MON-FRI *)"
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Helsinki"
    assert json.loads(schedule["Target"]["Input"]) == {"limit": 10}


def left(account: Any) -> dict[str, list[str]]:
    """The names of all that is there."""
    batch, ecs = account("batch"), account("ecs")
    clusters = ecs.describe_clusters(clusters=ecs.list_clusters()["clusterArns"])["clusters"]
    return {
        "functions": [item["FunctionName"] for item in account("lambda").list_functions()["Functions"]],
        "layers": [item["LayerName"] for item in account("lambda").list_layers()["Layers"]],
        "machines": [item["name"] for item in account("stepfunctions").list_state_machines()["stateMachines"]],
        "roles": sorted(item["RoleName"] for item in account("iam").list_roles()["Roles"]),
        "profiles": [
            item["InstanceProfileName"] for item in account("iam").list_instance_profiles()["InstanceProfiles"]
        ],
        "logs": [item["logGroupName"] for item in account("logs").describe_log_groups()["logGroups"]],
        "buckets": [item["Name"] for item in account("s3").list_buckets()["Buckets"] if item["Name"] != "artifacts"],
        "rules": [
            item["Name"]
            for bus in ("default", "orders")
            for item in account("events").list_rules(EventBusName=bus)["Rules"]
        ],
        "schedules": [item["Name"] for item in account("scheduler").list_schedules()["Schedules"]],
        "alarms": [item["AlarmName"] for item in account("cloudwatch").describe_alarms()["MetricAlarms"]],
        "queues": [item["jobQueueName"] for item in batch.describe_job_queues()["jobQueues"]],
        "environments": [
            item["computeEnvironmentName"] for item in batch.describe_compute_environments()["computeEnvironments"]
        ],
        "jobs": [
            item["jobDefinitionName"] for item in batch.describe_job_definitions(status="ACTIVE")["jobDefinitions"]
        ],
        "clusters": [item["clusterName"] for item in clusters if item["status"] == "ACTIVE"],
        "tasks": ecs.list_task_definitions()["taskDefinitionArns"],
    }
