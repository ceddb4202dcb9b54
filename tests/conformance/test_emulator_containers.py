"""Jobs and tasks run on the emulator, and end as those of Batch and ECS do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specc_runtime.endings import ending_of
from specc_targets.emulator.client import Emulator
from specc_targets.emulator.deploy import create_container
from specc_targets.emulator.execution import Ended, execute

pytestmark = pytest.mark.slow
_JOB = {
    "name": "shell",
    "engine": "batch",
    "container": "step",
    "image": "alpine:3",
    "command": ["sh", "-c", "echo $WORD $AWS_BATCH_JOB_ARRAY_INDEX; exit $STATUS"],
    "vcpu": 1,
    "memory": 2048,
    "queue": "shells",
}
_TASK = {**_JOB, "name": "shell-task", "engine": "ecs", "cluster": "shells"}


@pytest.fixture(scope="module", autouse=True)
def definitions(emulator: Emulator) -> None:
    for container in (_JOB, _TASK):
        create_container(emulator, container, {"WORD": "from the definition", "STATUS": "0"})


def _run(emulator: Emulator, name: str, **arguments: Any) -> Ended:
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Arguments": {"JobName": name, "JobDefinition": "shell", "JobQueue": "shells", **arguments},
        "End": True,
    }
    return execute(emulator, name, {"QueryLanguage": "JSONata", "StartAt": "a", "States": {"a": state}}, {})


def _environment(**values: str) -> dict[str, Any]:
    return {"Environment": [{"Name": name, "Value": value} for name, value in values.items()]}


def _log(emulator: Emulator, group: str, stream: str) -> list[str]:
    events = emulator.client("logs").get_log_events(logGroupName=group, logStreamName=stream)["events"]
    return [event["message"].strip() for event in events]


def test_a_job_runs_its_command(emulator: Emulator) -> None:
    ended = _run(emulator, "runs", ContainerOverrides=_environment(WORD="overridden"))
    assert (ended.status, ended.output["Status"]) == ("SUCCEEDED", "SUCCEEDED")
    assert _log(emulator, "/specc/shell", ended.output["Container"]["LogStreamName"]) == ["overridden"]


def test_a_job_that_fails_says_its_status(emulator: Emulator) -> None:
    ended = _run(emulator, "fails", ContainerOverrides=_environment(STATUS="7"))
    assert ended.error == "States.TaskFailed"
    assert ending_of(ended.error, ended.cause or "").status == 7


def test_a_job_that_takes_too_long_is_stopped(emulator: Emulator) -> None:
    command = ["sh", "-c", "sleep 30"]
    ended = _run(emulator, "late", ContainerOverrides={"Command": command}, Timeout={"AttemptDurationSeconds": 1})
    assert ended.error == "States.TaskFailed"
    assert ending_of(ended.error, ended.cause or "").names[0] == "timeout"


def test_an_array_fails_when_one_of_its_jobs_does(emulator: Emulator) -> None:
    command = ["sh", "-c", "exit $AWS_BATCH_JOB_ARRAY_INDEX"]
    ended = _run(emulator, "array", ContainerOverrides={"Command": command}, ArrayProperties={"Size": 2})
    assert ended.error == "States.TaskFailed"
    assert json.loads(ended.cause or "")["StatusReason"] == "Array Child Job failed"


@pytest.mark.parametrize("size", [0, 1, 10_001])
def test_an_array_has_two_to_ten_thousand_jobs(emulator: Emulator, size: int) -> None:
    ended = _run(emulator, f"array-{size}", ArrayProperties={"Size": size})
    assert ended.error == "Batch.ClientException"
    assert "between 2 and 10000" in (ended.cause or "")


def test_an_array_that_runs_is_pending_and_counts_its_jobs(emulator: Emulator, tmp_path: Path) -> None:
    batch = emulator.client("batch")
    go = tmp_path / "go"
    command = [
        "sh",
        "-c",
        f'if [ "$AWS_BATCH_JOB_ARRAY_INDEX" = 0 ]; then exit 3; fi; until [ -e {go} ]; do sleep 0.05; done',
    ]
    parent = batch.submit_job(
        jobName="counted",
        jobDefinition="shell",
        jobQueue="shells",
        arrayProperties={"size": 2},
        containerOverrides={"command": command},
    )["jobId"]

    def look(status: str) -> dict[str, Any]:
        while True:
            (found,) = batch.describe_jobs(jobs=[parent])["jobs"]
            if found["arrayProperties"]["statusSummary"][status]:
                return dict(found)

    found = look("FAILED")
    assert found["status"] == "PENDING", "not failed before all of its jobs have ended"
    go.touch()
    found = look("SUCCEEDED")
    assert (found["arrayProperties"]["size"], found["arrayProperties"]["statusSummary"]["FAILED"]) == (2, 1)
    children = batch.describe_jobs(jobs=[f"{parent}:0", f"{parent}:1"])["jobs"]
    assert [child["status"] for child in children] == ["FAILED", "SUCCEEDED"]


def test_ending_an_array_ends_its_jobs_also_those_that_have_not_begun(emulator: Emulator) -> None:
    batch = emulator.client("batch")
    parent = batch.submit_job(
        jobName="endless",
        jobDefinition="shell",
        jobQueue="shells",
        arrayProperties={"size": 50},
        containerOverrides={"command": ["sleep", "60"]},
    )["jobId"]
    batch.terminate_job(jobId=parent, reason="enough")
    while True:
        (found,) = batch.describe_jobs(jobs=[parent])["jobs"]
        if found["status"] == "FAILED":
            break
    assert found["arrayProperties"]["statusSummary"]["FAILED"] == 50
    assert found["statusReason"] == "enough"


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ({"Attempts": 3}, 3),
        ({"Attempts": 3, "EvaluateOnExit": [{"OnExitCode": "7", "Action": "EXIT"}]}, 1),
        ({"Attempts": 2, "EvaluateOnExit": [{"OnExitCode": "8", "Action": "EXIT"}]}, 2),
        (
            {
                "Attempts": 2,
                "EvaluateOnExit": [
                    {"OnStatusReason": "Host EC2*", "Action": "RETRY"},
                    {"OnReason": "*", "Action": "EXIT"},
                ],
            },
            1,
        ),
        ({"Attempts": 2, "EvaluateOnExit": [{"OnReason": "*", "Action": "RETRY"}]}, 2),
    ],
)
def test_jobs_are_tried_as_their_strategy_says(
    emulator: Emulator, tmp_path: Path, strategy: dict[str, Any], expected: int
) -> None:
    log = tmp_path / "log"
    command = ["sh", "-c", f"echo $AWS_BATCH_JOB_ATTEMPT >> {log}; exit 7"]
    ended = _run(emulator, f"tried-{tmp_path.name}", ContainerOverrides={"Command": command}, RetryStrategy=strategy)
    assert ended.error == "States.TaskFailed"
    assert ending_of(ended.error, ended.cause or "").status == 7
    assert log.read_text().split() == [str(number + 1) for number in range(expected)]
    assert len(json.loads(ended.cause or "")["Attempts"]) == expected


def test_a_queue_that_is_not_there_is_an_error_of_the_service(emulator: Emulator) -> None:
    ended = _run(emulator, "nowhere", JobQueue="no-such-queue")
    assert ended.error == "Batch.ClientException"


@pytest.mark.parametrize("status", ["0", "3"])
def test_a_task_ends_with_its_container(emulator: Emulator, status: str) -> None:
    overrides = {"ContainerOverrides": [{"Name": "step", **_environment(STATUS=status)}]}
    arguments = {"Cluster": "shells", "TaskDefinition": "shell-task", "Overrides": overrides}
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::ecs:runTask.sync",
        "Arguments": {
            **arguments,
            "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}],
        },
        "End": True,
    }
    machine = {"QueryLanguage": "JSONata", "StartAt": "a", "States": {"a": state}}
    ended = execute(emulator, f"task-{status}", machine, {})
    if status == "0":
        assert ended.output["Containers"][0]["ExitCode"] == 0
    else:
        assert ending_of(ended.error or "", ended.cause or "").status == 3


def test_a_task_of_a_template_runs_in_a_network(emulator: Emulator) -> None:
    """Templates write the keys of containers with a capital letter; on Fargate a container need not say its memory."""
    container = {"Name": "step", "Image": "alpine:3", "Command": ["sh", "-c", "exit $STATUS"]}
    container["Environment"] = [{"Name": "STATUS", "Value": "4"}]
    task = {
        "Family": "made",
        "NetworkMode": "awsvpc",
        "Cpu": "1024",
        "Memory": "2048",
        "ContainerDefinitions": [container],
    }
    resources = {
        "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": task},
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "made"}},
    }
    emulator.client("cloudformation").create_stack(StackName="made", TemplateBody=json.dumps({"Resources": resources}))
    subnet = emulator.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    group = emulator.client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]
    network = {"AwsvpcConfiguration": {"Subnets": [subnet], "SecurityGroups": [group]}}
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::ecs:runTask.sync",
        "Arguments": {
            "Cluster": "made",
            "TaskDefinition": "made",
            "LaunchType": "FARGATE",
            "NetworkConfiguration": network,
        },
        "End": True,
    }
    ended = execute(emulator, "made", {"QueryLanguage": "JSONata", "StartAt": "a", "States": {"a": state}}, {})
    assert ending_of(ended.error or "", ended.cause or "").status == 4
