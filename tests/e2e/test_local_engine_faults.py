"""Items that crash, grow without end or hang, each in a process of its own: the others go on, and what happened is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
WORK = '''
import os, signal, sys, time

def begun(step, x):
    with open(os.path.join(os.path.dirname(__file__), f"{step}-{x}-{time.monotonic_ns()}"), "w"):
        pass

def crash(x):
    begun("crash", x)
    if x == 2:
        os._exit(1)
    return x

def segfault(x):
    begun("segfault", x)
    if x == 1:
        os.kill(os.getpid(), signal.SIGSEGV)
    return x

def grow(x):
    begun("grow", x)
    held = []
    while x == 3:
        held.append(bytearray(8 * 1024 * 1024))
    return x

def hang(x):
    begun("hang", x)
    while x == 0:
        time.sleep(1)
    return x

def leave(x):
    begun("leave", x)
    if x == 4:
        sys.exit(7)
    return x

def talk(x):
    """Writes to standard output what must not be taken for an answer."""
    begun("talk", x)
    os.write(1, b"\\x00\\x01 not an answer\\n")
    print("nor this")
    return x
'''
STEP = """
[steps.NAME]
call = "faulty:NAME"
each.x = "${range(8)}"
isolation = "process"
max_parallel = 2
MORE
"""
HEAD = 'specc = 1\nkind = "pipeline"\nname = "faults"\n'
MORE = {
    "crash": "tolerate = 1",
    "segfault": "tolerate = 1",
    "grow": 'tolerate = 1\ncompute = { memory = "200MiB" }',
    "hang": 'tolerate = 1\ntimeout = "1s"',
    "leave": "tolerate = 1",
    "talk": "",
}
FAULTY = {"crash": 2, "segfault": 1, "grow": 3, "hang": 0, "leave": 4}


def play(folder: Path, steps: dict[str, str]) -> subprocess.CompletedProcess[str]:
    (folder / "faulty.py").write_text(WORK)
    text = HEAD + "".join(STEP.replace("NAME", name).replace("MORE", more) for name, more in steps.items())
    text += "[outputs]\n" + "".join(f'{name} = "${{steps.{name}}}"\n' for name in steps)
    (folder / "spec.toml").write_text(text)
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "--json", "spec.toml"]
    environment = {**os.environ, "SPECC_STATE": str(folder / ".specc")}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One run with all of them."""
    folder = tmp_path_factory.mktemp("faults")
    return folder, play(folder, MORE)


Run = tuple[Path, "subprocess.CompletedProcess[str]"]


def outcome(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run[1].stdout)
    return found


def test_the_run_goes_on(run: Run) -> None:
    _, done = run
    assert done.returncode == 0, done.stderr
    assert outcome(run)["status"] == "succeeded"
    assert "Traceback" not in done.stderr


def test_only_the_faulty_items_have_no_result(run: Run) -> None:
    expected = {name: [None if x == FAULTY.get(name) else x for x in range(8)] for name in MORE}
    assert outcome(run)["outputs"] == expected


@pytest.mark.parametrize(
    ("step", "names", "words"),
    [
        ("crash", {"lost"}, ["exit code 1"]),
        ("segfault", {"lost"}, ["SIGSEGV"]),
        ("grow", {"MemoryError", "lost", "memory"}, ["memory", "200"]),
        ("hang", {"timeout"}, ["longer than 1 second"]),
        ("leave", {"SystemExit"}, ["7"]),
    ],
)
def test_what_happened_is_said(run: Run, step: str, names: set[str], words: list[str]) -> None:
    [tolerated] = [item for item in outcome(run)["tolerated"] if item["step"] == step]
    [error] = tolerated["errors"]
    assert error["item"] == FAULTY[step]
    assert error["name"] in names
    assert all(word in error["message"] for word in words), error["message"]
    assert error["message"] in run[1].stderr


def test_no_item_is_done_twice(run: Run) -> None:
    folder, _ = run
    for name in MORE:
        begun = sorted(int(path.name.split("-")[1]) for path in folder.glob(f"{name}-*-*"))
        assert begun == list(range(8)), name


@pytest.mark.parametrize("step", ["crash", "grow", "hang"])
def test_without_tolerance_the_run_fails_with_that_error(tmp_path: Path, step: str) -> None:
    done = play(tmp_path, {step: MORE[step].replace("tolerate = 1", "")})
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert found["error"]["step"] == step
    assert found["error"]["items"] == [FAULTY[step]]
    assert found["error"]["message"] in done.stderr
