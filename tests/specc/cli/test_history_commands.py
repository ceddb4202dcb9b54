"""`specc runs`, `specc status` and `specc logs`, over real runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from specc.cli.shell import run

SPEC = """\
specc = 1
kind = "pipeline"
name = "walk"
params.upto = { type = "integer", default = 4 }
params.bad = { type = "integer", default = -1 }

[steps.list]
call = "walk:numbers"
with.upto = "${params.upto}"

[steps.go]
each.number = "${steps.list}"

[steps.go.steps.step]
call = "walk:step"
with.number = "${number}"
with.bad = "${params.bad}"

[steps.end]
call = "walk:numbers"
with.upto = "${len(steps.go)}"

[outputs]
last = "${steps.end}"
"""
CODE = """\
import os
import time


def numbers(upto):
    print("up to", upto)
    return list(range(upto))


def step(number, bad):
    print("step", number)
    if number == bad:
        raise ValueError(f"stumbled at {number}")
    while os.environ.get("GATE") and not os.path.exists(os.path.join(os.environ["GATE"], str(number))):
        time.sleep(0.01)
    return number
"""


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def specc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    (tmp_path / "walk.py").write_text(CODE)
    (tmp_path / "walk.toml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPECC_STATE", raising=False)

    def start(*arguments: str) -> Done:
        capfd.readouterr()
        return Done(run(list(arguments)), *capfd.readouterr())

    return start


def ids(specc: Callable[..., Done]) -> list[str]:
    return [item["id"] for item in specc("runs", "--json").data]


class TestRuns:
    def test_without_any(self, specc: Callable[..., Done], tmp_path: Path) -> None:
        done = specc("runs")
        assert (done.code, done.out) == (0, "")
        assert "`specc run --local SPEC` makes one" in done.err
        assert specc("runs", "--json").data == []
        for command in ("status", "logs"):
            done = specc(command)
            assert (done.code, done.out) == (2, "")
            assert "there are no runs" in done.err
        assert not (tmp_path / ".specc").exists(), "looking makes nothing"

    def test_newest_first_with_figures(self, specc: Callable[..., Done]) -> None:
        specc("run", "--local", "walk.toml")
        specc("run", "--local", "walk.toml", "-p", "bad=2")
        failed, good = specc("runs", "--json").data
        assert (good["status"], good["name"], good["spec"]) == ("succeeded", "walk", "walk.toml")
        assert good["counts"]["steps"] == {
            "total": 3,
            "done": 3,
            "failed": 0,
            "skipped": 0,
            "stopped": 0,
            "running": 0,
        }
        assert good["counts"]["items"] == {"total": 4, "done": 4, "failed": 0}
        assert (failed["status"], failed["counts"]["steps"]["failed"]) == ("failed", 1)
        table = specc("runs").out.splitlines()
        assert table[0].split() == ["RUN", "NAME", "STATUS", "STARTED", "TOOK", "STEPS", "ITEMS"]
        assert table[1].split()[:3] == [failed["id"], "walk", "failed"]
        assert table[2].split()[:3] == [good["id"], "walk", "succeeded"]
        assert table[2].endswith("3/3    4/4")
        assert len(specc("runs", "--limit", "1").out.splitlines()) == 2

    def test_deleting(self, specc: Callable[..., Done], tmp_path: Path) -> None:
        for _ in range(4):
            specc("run", "--local", "walk.toml")
        newest, second, third, oldest = ids(specc)
        done = specc("runs", "--rm", third, "--rm", "20991231")
        assert (done.code, done.out) == (2, "")
        assert "there is no run `20991231`" in done.err
        assert len(ids(specc)) == 4, "all or nothing"
        assert specc("runs", "--rm", third[-6:]).out == f"{third}\n"
        assert ids(specc) == [newest, second, oldest]
        assert specc("runs", "--keep", "1", "--json").data == {"deleted": [second, oldest]}
        assert [path.name for path in (tmp_path / ".specc" / "runs").iterdir()] == [newest]
        assert specc("runs", "--rm", newest, "--keep", "1").code == 2

    def test_a_damaged_run_hides_no_other(self, specc: Callable[..., Done], tmp_path: Path) -> None:
        specc("run", "--local", "walk.toml")
        specc("run", "--local", "walk.toml")
        broken, good = ids(specc)
        (tmp_path / ".specc" / "runs" / broken / "run.json").write_text("{")
        (tmp_path / ".specc" / "runs" / good / "events.jsonl").write_bytes(
            b'\xff\n{"event": "log"}\n[1]\n{"event": "lo'
        )
        table = specc("runs")
        assert table.code == 0
        assert f"{broken}  -     damaged" in table.out
        assert f"{good}  walk  succeeded" in table.out
        done = specc("status", broken)
        assert (done.code, done.err.splitlines()[0][:6]) == (2, "error:")
        assert specc("status", good).code == 0
        assert specc("logs", good).code == 0


@pytest.mark.parametrize("wrong", [None, "x", -1, 1.5, True, [], ["x"], {}, {"name": 1}])
def test_whatever_the_files_hold_there_is_no_traceback(
    specc: Callable[..., Done], tmp_path: Path, wrong: object
) -> None:
    specc("run", "--local", "walk.toml", "-p", "bad=2")
    (folder,) = (tmp_path / ".specc" / "runs").iterdir()
    for name in ("run.json", "result.json"):
        content = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps(dict.fromkeys(content, wrong)))
    for name in ("events.jsonl", "log.jsonl"):
        lines = [json.loads(line) for line in (folder / name).read_text().splitlines()]
        damaged = [line | {key: wrong} for line in lines for key in line]
        (folder / name).write_text("".join(f"{json.dumps(line)}\n" for line in damaged))
    for command in ("runs", "status", "logs"):
        for arguments in ((command,), (command, "--json")):
            done = specc(*arguments)
            assert done.code in (0, 2), done.err
            assert "SPC900" not in done.err


class TestStatus:
    def test_of_a_run_that_succeeded(self, specc: Callable[..., Done]) -> None:
        specc("run", "--local", "walk.toml", "-p", "upto=3")
        found = specc("status", "--json").data
        assert (found["status"], found["parameters"], found["resume"]) == ("succeeded", {"upto": 3, "bad": -1}, None)
        assert found["outputs"] == {"last": [0, 1, 2]}
        assert [(step["step"], step["state"]) for step in found["steps"]] == [
            ("list", "done"),
            ("go", "done"),
            ("end", "done"),
        ]
        assert found["steps"][1]["items"] == {"total": 3, "done": 3, "failed": 0}
        text = specc("status").out
        assert "parameters  upto = 3\n" in text
        assert "3 of 3 items" in text
        assert "to go on" not in text

    def test_of_a_run_that_failed(self, specc: Callable[..., Done]) -> None:
        specc("run", "--local", "walk.toml", "-p", "bad=2", "-j", "1")
        (name,) = ids(specc)
        found = specc("status", name[:12], "--json").data
        assert found["error"]["items"] == [2]
        states = {step["step"]: step["state"] for step in found["steps"]}
        assert (states["go"], states["end"]) == ("failed", "not run")
        text = specc("status").out
        assert "error: go/step[2]: ValueError: stumbled at 2\n" in text
        assert 'walk.py", line 13, in step' in text
        assert f"to go on with it: specc run --local walk.toml --resume {name}\n" in text
        assert "✗ go" in text

    def test_the_command_to_go_on_goes_on(self, specc: Callable[..., Done], tmp_path: Path) -> None:
        specc("run", "--local", "walk.toml", "-p", "bad=2", "-j", "1")
        command = specc("status", "--json").data["resume"].split()
        (tmp_path / "walk.py").write_text(CODE.replace("number == bad", "False"))
        done = subprocess.run(
            [sys.executable, "-m", "specc.cli", *command[1:]],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "last = [0, 1, 2, 3]\n")
        found = specc("status", "--json").data
        assert (found["status"], found["counts"]["items"]["done"]) == ("succeeded", 4)
        assert {step["step"]: step["state"] for step in found["steps"]}["end"] == "done"
        assert next(step for step in found["steps"] if step["step"] == "list")["cached"]


class TestLogs:
    def test_what_steps_printed_and_what_happened_to_them(self, specc: Callable[..., Done]) -> None:
        specc("run", "--local", "walk.toml", "-p", "bad=2", "-j", "1")
        lines = [line.split(" ", 1)[1] for line in specc("logs").out.splitlines()]
        assert "list | up to 4" in lines
        assert "go/step[1] | step 1" in lines
        failures = [line for line in lines if "stumbled" in line]
        assert len(failures) == 1, "not again for every group around it"
        assert failures[0].endswith("failed: ValueError: stumbled at 2")
        assert lines.index("go * started, 4 items") < lines.index("go/step[0] | step 0")

    def test_narrowed(self, specc: Callable[..., Done]) -> None:
        specc("run", "--local", "walk.toml")

        def said(*arguments: str) -> list[str]:
            return [line.split(" ", 1)[1] for line in specc("logs", *arguments).out.splitlines() if "|" in line]

        assert said("--step", "list") == ["list | up to 4"]
        assert sorted(said("--step", "go")) == [f"go/step[{index}] | step {index}" for index in range(4)]
        assert said("--item", "3") == ["go/step[3] | step 3"]
        assert said("--since", "1h", "--item", "3") == ["go/step[3] | step 3"]
        assert said("--since", "2999-01-01") == []

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--step", "lst"), "has no step `lst`; did you mean `list`?"),
            (("--item", "x"), "is no item"),
            (("--since", "yesterday"), "is no time"),
            (("2099",), "there is no run `2099`"),
        ],
    )
    def test_mistakes(self, specc: Callable[..., Done], arguments: tuple[str, ...], message: str) -> None:
        specc("run", "--local", "walk.toml")
        done = specc("logs", *arguments)
        assert (done.code, done.out) == (2, "")
        assert message in done.err

    def test_json_fits_the_schema(self, specc: Callable[..., Done]) -> None:
        import jsonschema

        from specc_schemas.json_schema import generate

        specc("run", "--local", "walk.toml", "-p", "bad=2")
        lines = [json.loads(line) for line in specc("logs", "--json").out.splitlines()]
        schema = jsonschema.Draft202012Validator(generate("events"))
        for line in lines:
            schema.validate(line)
        assert {"log", "step-failed", "run-started"} <= {line["event"] for line in lines}


@pytest.fixture
def going(specc: Callable[..., Done], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run whose items wait for files, in a process of its own; the first waits already."""
    (tmp_path / "gate").mkdir()
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "walk.toml", "--log-format", "json", "-j", "1"]
    process = subprocess.Popen(
        command,
        env={**os.environ, "GATE": str(tmp_path / "gate")},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    wait_for(process, "step 0")
    yield process
    process.kill()
    process.communicate()


def wait_for(process: subprocess.Popen[str], text: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if json.loads(line).get("text") == text:
            return
    pytest.fail(f"the run ended before `{text}`")


def let_go(folder: Path, *items: int) -> None:
    for item in items:
        (folder / "gate" / str(item)).touch()


class TestGoing:
    def test_status_and_runs_from_another_terminal(
        self, specc: Callable[..., Done], going: subprocess.Popen[str], tmp_path: Path
    ) -> None:
        found = specc("status", "--json").data
        assert (found["status"], found["pid"]) == ("running", going.pid)
        states = {step["step"]: step["state"] for step in found["steps"]}
        assert states["end"] == "waiting"
        assert specc("runs", "--json").data[0]["status"] == "running"
        done = specc("runs", "--rm", found["id"])
        assert (done.code, "still going" in done.err) == (2, True)
        assert specc("runs", "--keep", "0").out == ""

    def test_following_ends_with_the_run(
        self, specc: Callable[..., Done], going: subprocess.Popen[str], tmp_path: Path
    ) -> None:
        command = [sys.executable, "-m", "specc.cli", "logs", "--follow"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
            assert follower.stdout is not None
            seen = []
            for line in follower.stdout:  # it shows what there is before the run has ended
                seen.append(line)
                if "step 0" in line:
                    break
            let_go(tmp_path, 0, 1, 2, 3)
            seen += follower.stdout
            assert follower.wait(60) == 0
        assert sum("| step" in line for line in seen) == 4
        assert "end * done in" in seen[-1] or "end | up to 4" in seen[-1]

    def test_control_c_ends_following_alone(
        self, specc: Callable[..., Done], going: subprocess.Popen[str], tmp_path: Path
    ) -> None:
        command = [sys.executable, "-m", "specc.cli", "logs", "--follow"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as follower:
            assert follower.stdout is not None
            next(line for line in follower.stdout if "step 0" in line)
            follower.send_signal(signal.SIGINT)
            assert follower.wait(60) == 130
        assert going.poll() is None

    def test_a_killed_run_can_be_seen_and_gone_on_with(
        self, specc: Callable[..., Done], going: subprocess.Popen[str], tmp_path: Path
    ) -> None:
        let_go(tmp_path, 0, 1)
        wait_for(going, "step 2")
        going.kill()
        going.wait()
        found = specc("status", "--json").data
        assert (found["status"], found["pid"]) == ("killed", None)
        assert found["resume"] == f"specc run --local walk.toml --resume {found['id']}"
        text = specc("status").out
        assert "its process is gone" in text
        assert "killed" in specc("runs").out
        assert specc("logs", "--follow").code == 0, "there is nothing to wait for"
