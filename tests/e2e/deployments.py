"""The command line in a folder, and what is left in an account."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc_targets.deployed.session import Account

if TYPE_CHECKING:
    import pytest


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Project:
    """A folder with a spec, and the command line in it."""

    folder: Path
    patch: pytest.MonkeyPatch

    def specc(self, *arguments: str, code: int = 0) -> Done:
        """Run a command in this process, in the folder, with no credentials or settings of this machine."""
        from specc.cli.shell import run

        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with self.patch.context() as patch:
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                patch.delenv(name)
            patch.setenv("HOME", str(self.folder))
            patch.setenv("SPECC_STATE", str(self.folder / ".specc"))
            patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
            patch.chdir(self.folder)
            patch.setattr(sys, "stdin", io.StringIO())
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            got = run(list(arguments))
            texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
        assert got == code, texts
        return Done(got, *texts)

    def json(self, *arguments: str, code: int = 0) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.specc(*arguments, "--json", code=code).stdout)


def left(endpoint: str, region: str = "us-east-1") -> dict[str, list[Any]]:
    """Everything of every kind that a deployment makes, as the services list it."""
    client = Account(endpoint=endpoint, region=region).client
    found = {
        "stacks": [item["StackName"] for item in client("cloudformation").describe_stacks()["Stacks"]],
        "machines": client("stepfunctions").list_state_machines()["stateMachines"],
        "functions": client("lambda").list_functions()["Functions"],
        "layers": client("lambda").list_layers()["Layers"],
        "buckets": client("s3").list_buckets()["Buckets"],
        "roles": [item["RoleName"] for item in client("iam").list_roles()["Roles"] if item["RoleName"] != "emulator"],
        "policies": client("iam").list_policies(Scope="Local")["Policies"],
        "log groups": [item["logGroupName"] for item in client("logs").describe_log_groups()["logGroups"]],
        "rules": [item["Name"] for item in client("events").list_rules()["Rules"]],
        "schedules": client("scheduler").list_schedules()["Schedules"],
        "alarms": client("cloudwatch").describe_alarms()["MetricAlarms"],
        "job definitions": client("batch").describe_job_definitions(status="ACTIVE")["jobDefinitions"],
        # moto lists clusters that are gone, and keeps the one that it makes for a compute environment of Batch
        "clusters": [
            item["clusterName"]
            for item in client("ecs").describe_clusters(clusters=client("ecs").list_clusters()["clusterArns"])[
                "clusters"
            ]
            if item["status"] == "ACTIVE" and "_Batch_" not in item["clusterName"]
        ],
        "queues": client("batch").describe_job_queues()["jobQueues"],
    }
    return {kind: items for kind, items in found.items() if items}
