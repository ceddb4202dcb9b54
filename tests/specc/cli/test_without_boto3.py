"""Where boto3 is missing every command that talks to AWS says so, in a line, and ends with 3."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_WITHOUT = """
import sys
from importlib.machinery import PathFinder

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        missing = name.partition(".")[0] in {"boto3", "botocore", "s3transfer"}
        return None if missing else PathFinder.find_spec(name, path, target)

sys.meta_path = [Without if finder is PathFinder else finder for finder in sys.meta_path]
from specc.cli import main
main()
"""
_SPEC = ["sums.toml", "--stack", "dev"]
_RUN = ["--spec", *_SPEC]


def without_boto3(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    with (project / "sums.toml").open("a") as file:
        file.write('\n[stacks.dev]\nregion = "eu-north-1"\n')
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_", "SPECC_"))}
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT, *arguments],
        cwd=project,
        env={**kept, "SPECC_STATE": str(project / ".specc"), "PATH": str(project), "HOME": str(project)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["deploy", *_SPEC],
        ["down", *_SPEC, "--yes"],
        ["outputs", *_SPEC],
        ["refresh", *_SPEC],
        ["run", *_SPEC],
        ["runs", *_SPEC],
        ["status", *_RUN],
        ["logs", *_RUN],
        ["stop", *_RUN],
        ["approve", *_RUN],
    ],
    ids=lambda arguments: arguments[0],
)
def test_it_is_said_in_a_line(project: Path, arguments: list[str]) -> None:
    done = without_boto3(project, *arguments)
    assert done.returncode == 3, done.stderr
    assert done.stderr.splitlines()[-1] == (
        "error: AWS needs boto3; install with: pip install '.[aws]' in a clone of specc"
    )
    assert "SPC900" not in done.stderr


@pytest.mark.parametrize("command", ["up", "recover"])
def test_the_cli_of_pulumi_is_asked_for_first(project: Path, command: str) -> None:
    done = without_boto3(project, command, *_SPEC)
    assert done.returncode == 3, done.stderr
    assert "the Pulumi CLI is not installed" in done.stderr
    assert "SPC900" not in done.stderr


def test_doctor_still_lists_what_is_needed(project: Path) -> None:
    done = without_boto3(project, "doctor", *_SPEC)
    assert done.returncode == 3, done.stderr
    assert "SPC900" not in done.stderr
    assert "AWS needs boto3" in done.stdout
    assert "states:CreateStateMachine" in done.stdout
