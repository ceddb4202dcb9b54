"""`[pulumi] extra`: a file of the user's whatever its name, called with all that the program has made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
SPEC = 'specc = 1\nkind = "pipeline"\nname = "own"\n[pulumi]\nextra = "{}.py"\n[steps.pause]\nwait = "1s"\n'
EXTRA = """
import pulumi

def extra(resources):
    pulumi.export("Names", " ".join(sorted(resources)))
    pulumi.export("Machine", resources["state-machine"].name)
"""


@pytest.mark.parametrize("name", ["infra", "bucket", "config", "aws", "arn", "state_machine"])
def test_no_name_is_in_the_way(tmp_path: Path, name: str) -> None:
    """Not even one that the program has for something else."""
    (tmp_path / "own.toml").write_text(SPEC.format(name))
    (tmp_path / f"{name}.py").write_text(EXTRA)
    done = subprocess.run(
        [sys.executable, "-m", "specc.cli", "preview", "own.toml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "  Machine = specc-own\n" in done.stdout
    assert "  Names = bucket bucket-access bucket-encryption" in done.stdout
