"""What scripts and commands use counts for the calls that run them, though other processes use it."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

import pytest

from specc_runtime.actions import command
from specc_runtime.functions import use_root
from specc_runtime.programs import usage

MIB = 1024 * 1024
BURN = f"""\
import json, os, time
block = bytearray({100 * MIB})
while time.process_time() < 0.15:
    sum(range(10_000))
"""
TOLD = "own = time.process_time()\n"
CHILD = 'import subprocess, sys\nsubprocess.run([sys.executable, "-c", "import time\\nwhile time.process_time() < 0.15: pass"])\n'


def check(own: float) -> None:
    """It is what the process itself said, and what it took to start and to end."""
    cpu, memory = usage.taken()
    assert own <= cpu < own + 0.3
    # Until it runs a program of its own a process has what this one has in memory, which counts as its peak.
    assert 100 * MIB < memory < 400 * MIB + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert usage.taken() == (0.0, 0), "it counts once"


def test_a_script(script: Any) -> None:
    script("x = 1", outputs=["x"])
    usage.taken()
    check(script(BURN + TOLD, outputs=["own"])["own"])


def test_what_a_script_starts_counts_too(script: Any) -> None:
    usage.taken()
    check(script(BURN + CHILD + "own = time.process_time() + 0.15", outputs=["own"])["own"])


def test_a_script_that_fails(script: Any) -> None:
    usage.taken()
    with pytest.raises(Exception, match="no"):
        script(BURN + 'raise ValueError("no")')
    cpu, memory = usage.taken()
    assert cpu >= 0.15
    assert memory > 100 * MIB


def test_a_command(tmp_path: Path) -> None:
    use_root(tmp_path)
    usage.taken()
    text = BURN + TOLD + "print(json.dumps(own))"
    check(json.loads(command.run([sys.executable, "-c", text])))


def test_a_module_called_resource_is_the_scripts_own(script: Any) -> None:
    script.write("resource.py", "name = 'mine'")
    for _ in range(2):
        assert script("import resource\nname = resource.name", outputs=["name"]) == {"name": "mine"}
