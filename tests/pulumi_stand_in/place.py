"""A folder with a spec, the command line in it, and a stand-in for the Pulumi CLI on its PATH."""

from __future__ import annotations

import io
import json
import os
import shlex
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from specc_targets.deployed.stack import CloudStack
from specc_targets.pulumi.driving import names

if TYPE_CHECKING:
    import pytest

STAND_IN = Path(__file__).with_name("command.py")
FUNCTION, MACHINE, BUCKET = "aws:lambda/function:Function", "aws:sfn/stateMachine:StateMachine", "aws:s3/bucket:Bucket"
ROLE = "aws:iam/role:Role"
SPEC = """
specc = 1
kind = "pipeline"
name = "birds"

[steps.get_birds]
call = "birds:get_birds"

[steps.flap]
call = "birds:flap"
with.birds = "${steps.get_birds}"

[outputs]
birds = "${steps.flap}"

[stacks.dev]
region = "eu-west-1"
"""
STEPS = """
def get_birds() -> list[str]:
    return ["crow"]

def flap(birds: list[str]) -> list[str]:
    return birds
"""
RESOURCES = [
    {"type": BUCKET, "name": "bucket", "id": "bucket-1234"},
    {"type": ROLE, "name": "default-function-role"},
    {"type": FUNCTION, "name": "default-function"},
    {"type": MACHINE, "name": "state-machine"},
]
OUTPUTS = {
    "StateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:specc-birds-dev",
    "Bucket": "bucket-1234",
}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Place:
    """The folder."""

    folder: Path
    patch: pytest.MonkeyPatch
    environment: dict[str, str] = field(default_factory=dict)
    scenario: dict[str, Any] = field(default_factory=dict)
    answers: list[str] | None = None
    """What somebody at a terminal types; None: there is no terminal."""

    @property
    def state(self) -> Path:
        return self.folder / ".specc" / "pulumi"

    @property
    def own(self) -> Path:
        return self.state / "stacks" / "birds" / "dev"

    @property
    def settings(self) -> Path:
        return self.own / "project" / "Pulumi.dev.yaml"

    @property
    def stack_file(self) -> Path:
        return self.state / "state" / ".pulumi" / "stacks" / "birds" / "dev.json"

    def lock(self) -> None:
        """Let somebody else lock the stack."""
        path = self.state / "state" / ".pulumi" / "locks" / "organization" / "birds" / "dev" / "1.json"
        path.parent.mkdir(parents=True)
        path.write_text('{"username": "ann", "hostname": "elsewhere", "pid": 7, "timestamp": "2026-01-02T03:04:05Z"}')

    def calls(self) -> list[list[str]]:
        """The commands of the CLI that were run, without `--non-interactive`."""
        return [[item for item in call["arguments"] if item != "--non-interactive"] for call in self.seen()]

    def seen(self) -> list[dict[str, Any]]:
        path = self.folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def ran(self, *command: str) -> bool:
        return any(call[: len(command)] == list(command) for call in self.calls())

    def fails(self, command: str, **how: Any) -> None:
        self.scenario["fail"] = {command: how}

    def latest(self) -> dict[str, Any]:
        return json.loads(self.stack_file.read_text())["checkpoint"]["latest"]

    def change_state(self, **changes: Any) -> None:
        found = json.loads(self.stack_file.read_text())
        found["checkpoint"]["latest"].update(changes)
        self.stack_file.write_text(json.dumps(found))

    def specc(self, *arguments: str, code: int = 0) -> Done:
        """Run a command in this process, with no credentials or settings of this machine."""
        from specc.cli.shell import run

        (self.folder / "scenario.json").write_text(json.dumps(self.scenario))
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with self.patch.context() as patch:
            for name in [name for name in os.environ if name.startswith(("AWS_", "PULUMI_", "SPECC_"))]:
                patch.delenv(name)
            for name, text in self.variables().items():
                patch.setenv(name, text)
            patch.chdir(self.folder)
            patch.setattr(sys, "stdin", _Typed(self.answers))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            got = run(list(arguments))
            texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
        assert got == code, (got, *texts)
        return Done(got, *texts)

    def variables(self) -> Mapping[str, str]:
        return {
            "HOME": str(self.folder / "home"),
            "PATH": f"{self.folder / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "STAND_IN_SCENARIO": str(self.folder / "scenario.json"),
            "STAND_IN_CALLS": str(self.folder / "calls.jsonl"),
            "STAND_IN_PACKAGES": sysconfig.get_path("purelib"),
            "STAND_IN_REMOTE": str(self.folder / "remote"),
            "AWS_EC2_METADATA_DISABLED": "true",
            **self.environment,
        }

    def up(self, *arguments: str, code: int = 0) -> Done:
        return self.specc("up", "birds.toml", "--stack", "dev", "--yes", *arguments, code=code)


class _Typed(io.StringIO):
    """What is typed, at a terminal or not."""

    def __init__(self, answers: list[str] | None) -> None:
        super().__init__("".join(f"{answer}\n" for answer in answers or ()))
        self._is_terminal = answers is not None

    def isatty(self) -> bool:
        return self._is_terminal


def make_place(folder: Path, patch: pytest.MonkeyPatch, *, spec: str = SPEC, cli: bool = True) -> Place:
    """A folder with the spec and its functions; AWS is asked nothing, and there is no stack of CloudFormation."""
    for name in ("home", "remote", "bin"):
        (folder / name).mkdir(parents=True)
    (folder / "birds.toml").write_text(dedent(spec).lstrip())
    (folder / "birds.py").write_text(STEPS)
    if cli:
        add_cli(folder)
    patch.setattr(CloudStack, "described", lambda self: None)
    patch.setattr(names, "_has_machine", lambda setup: False)
    return Place(folder, patch, scenario={"resources": list(RESOURCES), "outputs": dict(OUTPUTS)})


def add_cli(folder: Path, at: str = "bin/pulumi") -> None:
    """Put the stand-in where a Pulumi CLI may be."""
    path = folder / at
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -S {shlex.quote(str(STAND_IN))} "$@"\n')
    path.chmod(0o755)
