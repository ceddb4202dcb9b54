"""Calls on Ray end as they do here. Ray itself is too large to be among what all tests need; see `specc[ray]`."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from specc_targets.local.execution import Call, Outcome
from specc_targets.ray import EngineError, open_ray

WORK = """
import os
import time
from pathlib import Path

def double(x):
    print(f"doubling {x}")
    return 2 * x

def sleep(x):
    time.sleep(x)
    return x

def hang(folder):
    Path(folder, "began").write_text(str(os.getpid()))
    time.sleep(600)

def leave(x):
    os._exit(7)

def kill_worker(x):
    if x == 1:
        status = Path(f"/proc/{os.getppid()}/status").read_text()  # of the nursery, whose parent is Ray's worker
        os.kill(int(status.split("PPid:")[1].split()[0]), 9)
        time.sleep(600)
    return x

def reverse(data):
    return data[::-1]

def variable(name):
    return os.environ.get(name)
"""


def test_without_the_package_the_install_line_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(EngineError, match=r"pip install '\.\[ray\]'"):
        open_ray(None, tmp_path, None)


@pytest.fixture
def executor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    pytest.importorskip("ray")
    monkeypatch.setenv("HOME", str(tmp_path))  # Ray writes a token there
    monkeypatch.setenv("PYTHONPATH", ":".join(str(Path(path).resolve()) for path in sys.path if path))
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "work.py").write_text(WORK)
    found = open_ray(None, tmp_path / "project", 2)
    yield found
    found.close()


def run(executor: Any, function: str, *arguments: dict[str, Any], **options: Any) -> list[Outcome]:
    found: dict[int, Outcome] = {}
    items = [((number,), argument) for number, argument in enumerate(arguments)]
    executor.run(Call(f"work:{function}", "step", **options), items, found.__setitem__)
    assert sorted(found) == list(range(len(arguments)))
    return [found[number] for number in range(len(arguments))]


@pytest.mark.slow
def test_calls(
    executor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """All in one: Ray takes long to start, and starts only once in a process."""
    monkeypatch.setenv("SPECC_TEST_SECRET", "s3cret")
    assert run(executor, "variable", {"name": "SPECC_TEST_SECRET"})[0].data == b'"s3cret"'
    assert [json.loads(outcome.data) for outcome in run(executor, "double", {"x": 1}, {"x": 2})] == [2, 4]
    assert "doubling 2" in capfd.readouterr().err
    assert run(executor, "reverse", {"data": b"\0\1"})[0].data == b"\1\0"
    late = run(executor, "sleep", {"x": 0}, {"x": 600}, {"x": 0}, timeout=0.2)
    assert [outcome.kind for outcome in late] == ["done", "timeout", "done"]
    assert "exit code 7" in run(executor, "leave", {"x": 1})[0].message
    killed = run(executor, "kill_worker", {"x": 0}, {"x": 1})
    assert [outcome.kind for outcome in killed] == ["done", "lost"]
    assert killed[1].message == "the process of step `step` lost its worker 4 times"
    assert executor.capacity == 2
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.extend(run(executor, "hang", {"folder": str(tmp_path)})))
    thread.start()
    began = tmp_path / "began"
    while not (began.exists() and began.read_text()):
        assert thread.is_alive()
        thread.join(0.02)
    executor.close()
    thread.join(60)
    assert [outcome.kind for outcome in outcomes] == ["lost"]
    left = Path(f"/proc/{began.read_text()}")
    deadline = time.monotonic() + 60
    while left.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert run(executor, "double", {"x": 1})[0].kind == "lost"
