"""Every call that a run makes is allowed, and without any one statement some call would be denied.

Roles are those of deployments on the emulator, which writes down who calls what. What nothing on an emulator calls is in
a table, with the page of AWS's that asks for it.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from permissions.cases import WORLDS
from permissions.policy import allowed
from permissions.recorded import Recorded, asked, read_calls
from permissions.worlds import BUCKET, World, deploy, passed_roles
from specc_targets.aws.deployment import Role, Statement
from specc_targets.emulator.client import Emulator

pytestmark = pytest.mark.slow

NOT_HERE = {
    "DecryptParameters": 'Systems Manager User Guide, "AWS KMS encryption for AWS Systems Manager Parameter Store '
    'SecureString parameters": Systems Manager uses the key with the permissions of whoever reads',
    "DecryptSecrets": 'Secrets Manager User Guide, "Secret encryption and decryption in AWS Secrets Manager": likewise',
    "DeliverLogs": 'Step Functions Developer Guide, "Using CloudWatch Logs to log execution history in Step Functions"',
    "FollowChildren": 'Step Functions Developer Guide, "IAM policies for using Distributed Map states"',
    "ListenForEnds": 'Step Functions Developer Guide, "How Step Functions generates IAM policies for integrated services"',
    "RedriveChildren": 'Step Functions Developer Guide, "Redriving Map Runs in Step Functions executions"',
    "StartChildren": 'Step Functions Developer Guide, "IAM policies for using Distributed Map states"',
    "PullImage": 'Amazon ECS Developer Guide, "Amazon ECS task execution IAM role"',
    "SignIn": 'Amazon ECS Developer Guide, "Amazon ECS task execution IAM role"',
    "StartRuns": 'EventBridge Scheduler User Guide, "Setting up the execution role"; EventBridge User Guide, '
    '"Permissions for using event buses": Scheduler and EventBridge start nothing on an emulator',
    "BatchTerminateJob": 'Step Functions Developer Guide, "Run a Job (.sync)": aborting the execution ends the job',
    "EcsStopTask": 'Step Functions Developer Guide, "Run a Job (.sync)": aborting the execution stops the task',
    "StatesStopExecution": 'Step Functions Developer Guide, "Run a Job (.sync)": aborting the execution stops the nested one',
    "TellAbsent": 'Amazon S3 API Reference, "GetObject": "if you do not have the s3:ListBucket permission, Amazon S3 returns '
    'an HTTP status code 403" for an object that is not there',
    "Trace": 'Step Functions Developer Guide, "Trace Step Functions request data in AWS X-Ray"',
    "WriteResults": 'Step Functions Developer Guide, "IAM policies for using Distributed Map states"',
    "WriteLogs": 'Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs"',
}
"""Statements that nothing on an emulator needs: services do it there by themselves, or it happens after failures only."""


def _statements() -> Iterator[tuple[World, Role, Statement]]:
    for world in WORLDS:
        for role in world.stack.roles:
            for statement in role.statements:
                yield world, role, statement


ALL = [pytest.param(*found, id=f"{found[0].name}-{found[1].key}-{found[2].sid}") for found in _statements()]
EXERCISED = [item for item in ALL if item.values[2].sid not in NOT_HERE]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Recorded]]:
    """What each role called while every world ran once, for all processes of a test run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    path, done = shared / "calls.jsonl", shared / "calls.done"
    with (shared / "calls.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _run_all(base / "calls-emulator", path)
            done.touch()
    found: dict[str, list[Recorded]] = {}
    for call in read_calls(path):
        found.setdefault(call.role, []).append(call)
    return found


def _run_all(folder: Path, path: Path) -> None:
    path.unlink(missing_ok=True)
    with Emulator(folder, calls=path) as server:
        server.s3.create_bucket(Bucket=BUCKET)
        machines = [(world, deploy(server, world)) for world in WORLDS]
        with ThreadPoolExecutor(4) as pool:
            ends = list(pool.map(lambda item: _run(server, *item), machines))
    failed = {world.name: end for (world, _), end in zip(machines, ends, strict=True) if end != "SUCCEEDED"}
    assert not failed, failed


def _run(server: Emulator, world: World, machine: str) -> str:
    client = server.step_functions
    arn = client.start_execution(stateMachineArn=machine, name="run-1", input=json.dumps(world.input))["executionArn"]
    end = time.monotonic() + 60
    while (found := client.describe_execution(executionArn=arn))["status"] == "RUNNING" and time.monotonic() < end:
        time.sleep(0.02)
    return found["status"] if found["status"] == "SUCCEEDED" else f"{found.get('error')}: {found.get('cause')}"


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_every_call_is_allowed(world: World, calls: dict[str, list[Recorded]]) -> None:
    denied = [
        (role.key, needed)
        for role in world.stack.roles
        for call in calls.get(world.role_name(role.key), [])
        for needed in asked(call, passed_roles(world))
        if not allowed(world.policy(role), needed)
    ]
    assert denied == []


@pytest.mark.parametrize(("world", "role", "statement"), EXERCISED)
def test_no_statement_can_be_left_out(
    world: World, role: Role, statement: Statement, calls: dict[str, list[Recorded]]
) -> None:
    for action in statement.actions:
        rest = [_without(item, statement.sid, action) for item in world.policy(role)]
        needed = [
            item for call in calls.get(world.role_name(role.key), []) for item in asked(call, passed_roles(world))
        ]
        assert [item for item in needed if not allowed(rest, item)], action


def _without(statement: dict[str, Any], sid: str, action: str) -> dict[str, Any]:
    if statement["Sid"] != sid:
        return statement
    return {**statement, "Action": [item for item in statement["Action"] if item != action]}


def test_the_table_of_what_is_not_called_holds_nothing_else() -> None:
    sids = {item.values[2].sid for item in ALL}
    assert set(NOT_HERE) <= sids


def test_nobody_needs_what_is_not_called(calls: dict[str, list[Recorded]]) -> None:
    """A statement of the table that a call of the emulator does need belongs to the others."""
    needed: set[str] = set()
    for world, role, statement in _statements():
        rest = [item for item in world.policy(role) if item["Sid"] != statement.sid]
        own = [item for call in calls.get(world.role_name(role.key), []) for item in asked(call, passed_roles(world))]
        if any(not allowed(rest, item) for item in own):
            needed.add(statement.sid)
    assert needed.isdisjoint(NOT_HERE)
