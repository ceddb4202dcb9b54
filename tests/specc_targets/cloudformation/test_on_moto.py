"""A template is deployed and deleted by an implementation of CloudFormation that nobody here wrote."""

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

pytestmark = pytest.mark.slow
SPEC = Path(__file__).parents[2] / "golden" / "cloudformation" / "everything" / "spec.toml"
REGION, ACCOUNT = "eu-north-1", "123456789012"
UNKNOWN = {"AWS::CloudWatch::Alarm", "AWS::S3::BucketPolicy", "AWS::Scheduler::Schedule"}
"""Types that moto's CloudFormation passes over; what they say is handed to the services themselves."""


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that gives a client of an empty account."""
    import boto3
    from moto import mock_aws
    from moto.batch.models import ComputeEnvironment

    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    create = ComputeEnvironment.create_from_cloudformation_json

    def with_role(name: str, definition: Any, *rest: Any, **more: Any) -> Any:
        # moto wants a role where AWS takes the one that is linked to the service.
        definition["Properties"].setdefault("ServiceRole", f"arn:aws:iam::{ACCOUNT}:role/given")
        return create(name, definition, *rest, **more)

    monkeypatch.setattr(ComputeEnvironment, "create_from_cloudformation_json", with_role)
    with mock_aws(config={"lambda": {"use_docker": False}, "batch": {"use_docker": False}}):
        yield lambda service: boto3.client(service, region_name=REGION)


@pytest.fixture
def given(account: Any) -> dict[str, str]:
    """What the template does not make: the values of its parameters."""
    account("iam").create_role(RoleName="given", AssumeRolePolicyDocument=json.dumps(trust("lambda", "batch")))
    s3 = account("s3")
    s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": REGION})
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
    assert len(account("lambda").list_layers()["Layers"]) == 1, "moto has it, under a name and an id of its own"
    nameless = {item["Type"] for key, item in template["Resources"].items() if key not in made}
    assert nameless - {"AWS::Lambda::LayerVersion"} == UNKNOWN
    outputs = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
    read_back(account, template, outputs)
    hand_over(account, template, {**made, **given})
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


def hand_over(account: Any, template: Any, known: dict[str, str]) -> None:
    """What CloudFormation passes over is taken by the service that it is for, whose API has the same words."""

    def resolved(value: Any) -> Any:
        if isinstance(value, dict):
            match value:
                case {"Ref": name}:
                    return known[name]
                case {"Fn::GetAtt": [name, "Arn"]}:
                    return f"arn:aws:iam::{ACCOUNT}:role/{known[name]}"
                case {"Fn::Sub": text}:
                    return text.replace("${AWS::Partition}", "aws").replace("${Bucket}", known["Bucket"])
                case {"Fn::If": [_, then, _]}:
                    return resolved(then)
            return {key: resolved(item) for key, item in value.items()}
        return [resolved(item) for item in value] if isinstance(value, list) else value

    for item in template["Resources"].values():
        said = resolved(item["Properties"]) if item["Type"] in UNKNOWN else {}
        match item["Type"]:
            case "AWS::CloudWatch::Alarm":
                account("cloudwatch").put_metric_alarm(**said)
            case "AWS::Scheduler::Schedule":
                account("scheduler").create_schedule(**said)
            case "AWS::S3::BucketPolicy":
                account("s3").put_bucket_policy(Bucket=said["Bucket"], Policy=json.dumps(said["PolicyDocument"]))
    (alarm, _) = account("cloudwatch").describe_alarms()["MetricAlarms"]
    assert alarm["Dimensions"][0]["Value"].endswith(":stateMachine:specc-everything")
    schedule = account("scheduler").get_schedule(Name="specc-everything-trigger-1")
    assert schedule["ScheduleExpression"] == "cron(30 3 ? * MON-FRI *)"
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Helsinki"
    assert json.loads(schedule["Target"]["Input"]) == {"limit": 10}


def left(account: Any) -> dict[str, list[str]]:
    """The names of all that is there, of the kinds that moto deletes with a stack."""
    return {
        "functions": [item["FunctionName"] for item in account("lambda").list_functions()["Functions"]],
        "machines": [item["name"] for item in account("stepfunctions").list_state_machines()["stateMachines"]],
        "roles": sorted(item["RoleName"] for item in account("iam").list_roles()["Roles"]),
        "logs": [item["logGroupName"] for item in account("logs").describe_log_groups()["logGroups"]],
        "buckets": [item["Name"] for item in account("s3").list_buckets()["Buckets"]],
        "rules": [item["Name"] for item in account("events").list_rules()["Rules"]],
    }
