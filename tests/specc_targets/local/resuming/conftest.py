"""A project in a folder, and `specc run` in it: calls note that they were made, fail, or kill the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEAD = 'specc = 1\nkind = "pipeline"\nname = "resumed"\n'
MARK = """
import os, signal, time
def mark(name):
    with open(os.path.join(os.path.dirname(__file__), "marks"), "a") as file:
        file.write(f"{name}\\n")
def fails(name):
    return name in os.environ.get("FAIL", "").split(",")
def dies(name):
    if name in os.environ.get("DIE", "").split(","):
        os.kill(os.getpid(), signal.SIGKILL)
"""


class Project:
    """A spec and its functions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, spec: str, work: str) -> Project:
        (self.folder / "spec.toml").write_text(HEAD + spec)
        (self.folder / "work.py").write_text(MARK + work)
        return self

    def run(self, *options: str, timeout: float = 30, **environment: str) -> tuple[int, Any, list[str], str]:
        """Exit code, outcome (None when it is no JSON), what was called, standard error."""
        marks = self.folder / "marks"
        marks.unlink(missing_ok=True)
        command = [sys.executable, "-m", "specc.cli", "run", "--local", *options, "--json"]
        found = {**os.environ, "SPECC_STATE": str(self.folder / "state"), **environment}
        done = subprocess.run(
            command, cwd=self.folder, env=found, capture_output=True, text=True, timeout=timeout, check=False
        )
        called = marks.read_text().split() if marks.exists() else []
        try:
            outcome = json.loads(done.stdout)
        except ValueError:
            outcome = None
        return done.returncode, outcome, called, done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
