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
for command in {COMMANDS}:
    code = run(command)
    assert not code, code
    found = sorted({name.partition(".")[0] for name in sys.modules} & {NAMES})
    print("LOADED", command[0], *found, file=sys.stderr)
"""
HEAVY = {"boto3", "botocore", "google", "grpc", "pulumi", "pulumi_aws"}
SPEC = str(CASES["genes"].spec)
COMMANDS = (
    ["--help"],
    ["check", SPEC],
    ["graph", SPEC],
    ["compile", SPEC, "-t", "pulumi", "-o", "out"],
    ["compile", SPEC, "-o", "out"],
    ["build", SPEC, "-o", "built"],
    ["compile", SPEC, "-t", "pulumi", "--eject", "-o", "ejected"],
)


def loaded(folder: Path, first: str = "") -> list[str]:
    """What each command has loaded, and those before it, in one process that is not this one."""
    text = first + _RUN.replace("{NAMES}", repr(HEAVY)).replace("{COMMANDS}", repr(COMMANDS))
    done = subprocess.run(
        [sys.executable, "-c", text],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "SPECC_STATE": str(folder / "state")},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return [line.removeprefix("LOADED ") for line in done.stderr.splitlines() if line.startswith("LOADED ")]


@pytest.mark.slow
def test_not_imported(tmp_path: Path) -> None:
    assert loaded(tmp_path) == [command[0] for command in COMMANDS]
    assert (tmp_path / "out" / "pulumi" / "__main__.py").exists()
    assert (tmp_path / "ejected" / "__main__.py").exists()


@pytest.mark.slow
def test_the_test_bites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "COMMANDS", (["--help"],))
    assert loaded(tmp_path, "import grpc\n") == ["--help grpc"]
