"""A whole run on a cluster: same results and same journal as here, also when a worker is killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SPEC = """\
specc = 1
kind = "pipeline"
name = "numbers"

[params.folder]
type = "string"

[env]
GREETING = "hello"

[steps.numbers]
call = "work:numbers"
with.limit = 30

[steps.wait]
call = "work:wait"
each.x = "${steps.numbers}"
with.folder = "${params.folder}"
with.x = "${x}"

[steps.check]
call = "work:check"
each.x = "${steps.wait}"
tolerate = 1

[steps.total]
call = "work:total"
with.values = "${steps.wait}"

[steps.greet]
call = "greet:greet"
on_error = { "KeyError" = { use = "nobody" } }

[steps.train]
script = "train.py"
matrix = { lr = [0.5, 2.0], seed = [0, 1] }
globals = { lr = "${matrix.lr}", seed = "${matrix.seed}" }
outputs = ["loss"]
tolerate = 1

[outputs]
losses = "${steps.train}"
checked = "${steps.check}"
total = "${steps.total}"
greeting = "${steps.greet}"
"""
TRAIN = """
lr = 0.1
seed = 7
half = lr / 2
if half == 1 and seed == 1:
    raise SystemExit(3)
loss = half + seed
"""
GREET = "import os\ndef greet() -> str:\n    return os.environ['GREETING']\n"


@pytest.fixture
def spec(root: Path) -> Path:
    (root / "greet.py").write_text(GREET)
    (root / "train.py").write_text(TRAIN)
    (root / "spec.toml").write_text(SPEC)
    return root / "spec.toml"


def start(spec: Path, state: Path, folder: Path, *options: str) -> subprocess.Popen[str]:
    """`specc run`, as a person starts it."""
    paths = os.pathsep.join(str(Path(path).resolve()) for path in sys.path if path)
    command = [
        sys.executable,
        "-m",
        "specc.cli",
        "run",
        "--local",
        "--json",
        str(spec),
        "-p",
        f"folder={folder}",
        *options,
    ]
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": paths, "SPECC_STATE": str(state)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def journal(state: Path) -> list[Any]:
    """What the one run in `state` has journaled, without times, in an order that does not depend on speed."""
    (path,) = state.glob("runs/*/journal.jsonl")
    records = [json.loads(line[9:]) for line in path.read_text().splitlines()]
    short = {"item": 4, "step": 3, "failed": 4}
    return sorted((record[: short.get(record[0], 2)] for record in records if record[0] != "run"), key=json.dumps)


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_run_on_a_cluster_is_the_run_here(cluster, spec: Path, tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    (tmp_path / "here" / "began").write_text("nobody is killed here")
    here = finish(start(spec, tmp_path / "state-here", tmp_path / "here"))
    process = start(spec, tmp_path / "state-there", tmp_path / "there", "--engine", f"dask={cluster.address}")
    began = tmp_path / "there" / "began"
    cluster.wait_until(lambda: began.exists() and began.read_text())
    pid = int(began.read_text())
    line = []
    while pid > 1:
        line.append(pid)
        pid = int(Path(f"/proc/{pid}/status").read_text().split("PPid:")[1].split()[0])
    (worker,) = [one for one in cluster.processes[1:] if one.pid in line]
    os.kill(worker.pid, signal.SIGKILL)
    there = finish(process)
    losses = [{"loss": 0.25}, {"loss": 1.25}, {"loss": 1.0}, None]
    expected = {
        "losses": losses,
        "checked": [x if x != 3 else None for x in range(30)],
        "total": 435,
        "greeting": "hello",
    }
    assert here["outputs"] == there["outputs"] == expected
    assert journal(tmp_path / "state-here") == journal(tmp_path / "state-there")


def test_engines_that_cannot_be_used(spec: Path, tmp_path: Path) -> None:
    wrong = {
        "dask=nonsense": "is no address of a Dask scheduler",
        "dusk": "no engine is called",
        "local=3": "has no address",
    }
    for engine, said in wrong.items():
        process = start(spec, tmp_path / "state", tmp_path, "--engine", engine)
        _, err = process.communicate(timeout=60)
        assert said in err
        assert "Traceback" not in err
        assert process.returncode in (2, 3)
