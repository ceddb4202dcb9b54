"""A whole run on SLURM: same results and same journal as here, also when jobs or the run itself are killed."""

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
isolation = "inline"
with.limit = 20

[steps.flaky]
call = "work:flaky"
each.x = "${steps.numbers}"
with.folder = "${params.folder}"
with.x = "${x}"
retry = { max = 1, delay = "0s", on = ["ValueError"] }

[steps.wait]
call = "work:wait"
each.x = [0, 1, 2]
with.folder = "${params.folder}"
with.hold = 2
with.x = "${x}"
retry = { max = 1, delay = "0s", on = ["lost"] }

[steps.check]
call = "work:check"
each.x = [2, 3]
tolerate = 1

[steps.total]
call = "work:total"
isolation = "inline"
with.values = "${steps.flaky}"

[steps.greet]
call = "greet:greet"
on_error = { "KeyError" = { use = "nobody" } }

[steps.program]
command = ["sh", "-c", "echo $GREETING from a job"]

[outputs]
flaky = "${steps.flaky}"
waited = "${steps.wait}"
checked = "${steps.check}"
total = "${steps.total}"
greeting = "${steps.greet}"
program = "${steps.program}"
"""
GREET = "import os\ndef greet() -> str:\n    return os.environ['GREETING']\n"
UNTIL = """\
specc = 1
kind = "pipeline"
name = "until"

[params.folder]
type = "string"

[steps.until]
call = "work:until"
each.x = [0, 0, 1, 1]
with.folder = "${params.folder}"
with.x = "${x}"

[outputs]
found = "${steps.until}"
"""


TRAIN = """\
from pathlib import Path

from specc_runtime import log_metrics

rate = 0.5
if __name__ == "__main__":
    Path("model.txt").write_text(f"rate {rate}")
    log_metrics(step=1, loss=rate)
    accuracy = rate
"""
SWEEP = """\
specc = 1
kind = "pipeline"
name = "sweep"

[params.folder]
type = "string"

[steps.train]
script = "train.py"
each.rate = [1.0, 2.0]
globals.rate = "${rate}"
outputs = ["accuracy"]
artifacts = ["*.txt"]
cwd = "fresh"

[outputs]
trained = "${steps.train}"
"""


def start(spec: Path, state: Path, folder: Path, *options: str) -> subprocess.Popen[str]:
    """`specc run`, as a person starts it."""
    paths = os.pathsep.join(str(Path(path).resolve()) for path in sys.path if path)
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "--json", str(spec), *options]
    if "--resume" not in options:
        command += ["-p", f"folder={folder}"]
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": paths, "SPECC_STATE": str(state)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def journal(state: Path, without: str = "nothing") -> list[Any]:
    """What the one run in `state` has journaled, without times, in an order that does not depend on speed."""
    (path,) = state.glob("runs/*/journal.jsonl")
    records = [json.loads(line[9:]) for line in path.read_text().splitlines()]
    short = {"item": 4, "step": 3, "failed": 4}
    return sorted(
        (
            record[: short.get(record[0], 2)]
            for record in records
            if record[0] != "run" and without not in str(record[1])
        ),
        key=json.dumps,
    )


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_run_on_slurm_is_the_run_here(slurm, root: Path, tmp_path: Path) -> None:
    """Also when one of its jobs is cancelled, and `retry` is for calls that are lost."""
    (root / "greet.py").write_text(GREET)
    spec = root / "spec.toml"
    spec.write_text(SPEC)
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    (tmp_path / "here" / "began-2").touch()  # nothing waits here
    process = start(spec, tmp_path / "state-there", tmp_path / "there", "--engine", "slurm=poll=0.5,per-task=4")
    here = finish(start(spec, tmp_path / "state-here", tmp_path / "here"))
    began = tmp_path / "there" / "began-2"
    slurm.wait_until(lambda: began.exists() or process.poll() is not None)
    slurm.cancel(began.read_text())
    there = finish(process)
    expected = {
        "flaky": list(range(20)),
        "waited": [0, 1, 2],
        "checked": [2, None],
        "total": 190,
        "greeting": "hello",
    }
    assert {name: value for name, value in there["outputs"].items() if name in expected} == expected
    assert here["outputs"] == there["outputs"]
    # a call that was retried is another kind of record
    assert journal(tmp_path / "state-here", "wait") == journal(tmp_path / "state-there", "wait")


@pytest.mark.parametrize("end", ["before", "after"])
def test_a_run_that_was_killed_goes_on_with_its_jobs(slurm, root: Path, tmp_path: Path, end: str) -> None:
    """They are not made again, whether they end before the run goes on or after."""
    spec, state = root / "until.toml", tmp_path / "state"
    spec.write_text(UNTIL)
    process = start(spec, state, tmp_path, "--engine", "slurm=poll=0.5")
    calls = tmp_path / "calls"
    slurm.wait_until(lambda: (calls.exists() and len(calls.read_text().split()) == 4) or process.poll() is not None)
    slurm.wait_until(lambda: sum("item" in str(record) for record in journal(state)) == 2)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    if end == "before":
        (tmp_path / "go").touch()
        slurm.wait_until(lambda: not slurm.jobs())
    resumed = start(spec, state, tmp_path, "--engine", "slurm=poll=0.5", "--resume")
    if end == "after":
        assert resumed.stderr is not None
        while "2 calls of the run are under way in SLURM already" not in (line := resumed.stderr.readline()):
            assert line
        (tmp_path / "go").touch()
    assert finish(resumed)["outputs"] == {"found": [0, 0, 1, 1]}
    assert len(calls.read_text().split()) == 4
    assert not list(state.glob("runs/*/slurm"))


def test_a_run_that_is_asked_to_stop_leaves_no_job(slurm, root: Path, tmp_path: Path) -> None:
    spec, state = root / "until.toml", tmp_path / "state"
    spec.write_text(UNTIL)
    process = start(spec, state, tmp_path, "--engine", "slurm=poll=0.5")
    assert process.stderr is not None
    while "begun 1" not in (line := process.stderr.readline()):  # what a call prints is told while it goes on
        assert line
    assert any(job.startswith("until/until ") for job in slurm.jobs())
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    slurm.wait_until(lambda: not slurm.jobs())
    assert not list(state.glob("runs/*/slurm"))


def test_scripts_run_in_jobs_of_their_own(slurm, root: Path, tmp_path: Path) -> None:
    """Their outputs, files and metrics come back."""
    (root / "train.py").write_text(TRAIN)
    spec = root / "train.toml"
    spec.write_text(SWEEP)
    process = start(spec, tmp_path / "state", tmp_path, "--engine", "slurm=poll=0.5")
    found = finish(process)["outputs"]["trained"]
    assert [one["accuracy"] for one in found] == [1.0, 2.0]
    (directory,) = (tmp_path / "state").glob("runs/*")
    for rate, one in zip((1, 2), found, strict=True):
        assert one["artifacts"]["model.txt"]["size"] == len(f"rate {rate}.0")
        assert one["artifacts"]["model.txt"]["uri"].startswith(directory.resolve().as_uri())
    metrics = [json.loads(line) for line in (directory / "metrics.jsonl").read_text().splitlines()]
    assert sorted((one["items"], one["name"], one["value"], one["at"]) for one in metrics) == [
        ([0], "loss", 1.0, 1),
        ([1], "loss", 2.0, 1),
    ]


def test_a_map_that_fails_begins_nothing_more(slurm, root: Path, tmp_path: Path) -> None:
    """What waits in the queue is cancelled, what is under way comes to its end."""
    spec, state = root / "stop.toml", tmp_path / "state"
    items = "each.x = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\ncompute = { vcpu = 4 }\nretry = { max = 1, on = ['lost'] }"
    spec.write_text(UNTIL.replace("work:until", "work:stop").replace("each.x = [0, 0, 1, 1]", items))
    process = start(spec, state, tmp_path, "--engine", "slurm=poll=0.5")
    calls = tmp_path / "calls"
    slurm.wait_until(lambda: (calls.exists() and "1" in calls.read_text().split()) or process.poll() is not None)
    slurm.wait_until(lambda: len(slurm.jobs()) in (1, 2))  # the first, and perhaps one that was about to begin
    (tmp_path / "go").touch()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert json.loads(out)["error"]["name"] == "ValueError"
    assert len(calls.read_text().split()) <= 4
    (directory,) = state.glob("runs/*")
    assert "lost" not in (directory / "journal.jsonl").read_text()


def test_engines_that_cannot_be_used(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = root / "until.toml"
    spec.write_text(UNTIL)
    monkeypatch.setenv("PATH", str(tmp_path))
    wrong = {
        "slurm": "needs `sbatch`, which is not on the PATH; run this where jobs are submitted",
        "slurm=array=3": "the option `array` of SLURM jobs is set by specc itself",
    }
    for engine, said in wrong.items():
        process = start(spec, tmp_path / "state", tmp_path, "--engine", engine)
        _, err = process.communicate(timeout=60)
        assert said in err
        assert "Traceback" not in err
        assert process.returncode == 3
    assert not list((tmp_path / "state").glob("runs/*"))
