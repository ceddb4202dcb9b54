"""What only compiles never imports Pulumi, nor anything that calls AWS."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from judges.programs.cases import CASES

_RUN = """
import sys
from specc.cli.shell import run
code = run(sys.argv[1:])
assert not code, code
print("loaded", sorted({name.partition(".")[0] for name in sys.modules} & {NAMES}))
"""
HEAVY = {"boto3", "botocore", "google", "grpc", "pulumi", "pulumi_aws"}
SPEC = str(CASES["genes"].spec)


def loaded(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _RUN.replace("{NAMES}", repr(HEAVY)), *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "SPECC_STATE": str(folder / "state")},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", SPEC),
        ("graph", SPEC),
        ("compile", SPEC, "-t", "pulumi", "-o", "out"),
        ("compile", SPEC, "-t", "pulumi", "--eject", "-o", "ejected"),
        ("compile", SPEC, "-o", "out"),
        ("build", SPEC, "-o", "built"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_not_imported(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert loaded(*arguments, folder=tmp_path) == "loaded []"


def test_the_test_bites(tmp_path: Path) -> None:
    text = _RUN.replace("import sys", "import grpc, sys")
    done = subprocess.run(
        [sys.executable, "-c", text.replace("{NAMES}", repr(HEAVY)), "--help"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "'grpc'" in done.stdout.splitlines()[-1]
