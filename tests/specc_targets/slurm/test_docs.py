"""What docs/running.md says of SLURM is so."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from specc_targets.slurm.options import read_options

DIGITS = """
import os

def fit(rate: float) -> list:
    return [rate, *(os.environ.get(name) for name in ("SLURM_CPUS_PER_TASK", "SLURM_MEM_PER_NODE", "SLURM_JOB_NAME"))]
"""


@pytest.fixture
def section(repository: Path) -> str:
    page = (repository / "docs" / "running.md").read_text(encoding="utf-8")
    return page.partition("\n### SLURM\n")[2].partition("\n## ")[0]


def test_every_option_that_is_named_can_be_given(section: str) -> None:
    table = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    options = [option for cell in table for option in re.findall(r"`([^`…]+)(?:…)?`", cell)]
    assert {"partition=short", "per-task=20", "poll=10", "exclusive"} < set(options)
    for option in options:
        read_options(f"{option}x" if option.endswith("=") else option)


@pytest.mark.slow
def test_the_example_runs_as_it_says(slurm, section: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "digits.py").write_text(DIGITS)
    (tmp_path / "digits.toml").write_text(section.partition("```toml\n")[2].partition("```")[0])
    (command,) = re.findall(r"^\$ specc (run .*)$", section, re.MULTILINE)
    words = [sys.executable, "-m", "specc.cli", *command.replace(",account=birds", ",poll=0.5").split(), "--json"]
    paths = os.pathsep.join(str(Path(path).resolve()) for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths, "SPECC_SLURM_SPOOL": str(tmp_path / "spool")}
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    shown = ["2", str(512 + 192), "digits/fit"]
    assert json.loads(done.stdout)["outputs"]["scores"] == [[rate, *shown] for rate in (0.1, 0.2, 0.5)]
    assert not list((tmp_path / "spool").iterdir())
