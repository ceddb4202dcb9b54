"""What a command imports: nobody waits for what is not needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("networkx", "rich", "boto3", "botocore", "jsonschema", "yaml", "difflib", "asyncio")
PROBE = """
import os, sys
from specc.cli import main

def end(code):
    names = sorted(sys.modules)
    import json
    print(json.dumps([code, names]), file=sys.stderr)
    raise SystemExit

os._exit = sys.exit = end
main()
"""


def loaded(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """The exit code of a command in a fresh process, and every module there was at its end."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    code, names = json.loads(done.stderr.splitlines()[-1])
    return code, set(names)


def test_help_loads_no_more_than_click(project: Path) -> None:
    code, names = loaded(project, "--help")
    assert code == 0
    assert not names & {*HEAVY, "pydantic", "importlib.metadata", "specc.frontend", "specc.diagnostics", "json.tool"}
    ours = {name for name in names if name.startswith("specc")}
    assert ours <= {"specc", "specc.cli", "specc.cli.shell", "specc.cli.group"}


def test_check_of_a_sound_spec_loads_nothing_heavy(project: Path) -> None:
    code, names = loaded(project, "check", "sums.toml")
    assert code == 0
    assert not names & {*HEAVY, "importlib.metadata"}
    assert not {name for name in names if name.startswith(("specc_targets", "specc.diagnostics.catalogue"))}


def test_check_of_yaml_loads_yaml_only(project: Path) -> None:
    (project / "a.yaml").write_text("specc: 1\nkind: pipeline\nname: a\nsteps: {a: {wait: 1s}}\n")
    code, names = loaded(project, "check", "a.yaml")
    assert code == 0
    assert not names & (set(HEAVY) - {"yaml"})
    assert "yaml" in names


@pytest.mark.parametrize("command", ["explain", "version"])
def test_small_commands_load_no_models(project: Path, command: str) -> None:
    _, names = loaded(project, command)
    assert not names & {"pydantic", "networkx", "rich", "boto3"}


def test_compile_loads_no_cloud_library(project: Path) -> None:
    code, names = loaded(project, "compile", "sums.toml", "-t", "asl,local,graph")
    assert code == 0
    assert not names & {"rich", "boto3", "botocore", "jsonschema", "asyncio"}
