"""Deploy, run, watch, take down: through the command line, against an emulator that `[stacks.dev]` names."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from e2e.deployments import Project, left
from specc_targets.emulator.client import Emulator

pytestmark = pytest.mark.slow
SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running


def test_birds_from_nothing_to_nothing(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SPECS / "birds", tmp_path / "birds", ignore=shutil.ignore_patterns("__pycache__"))
    project = Project(tmp_path / "birds", monkeypatch)
    with (project.folder / "birds.toml").open("a") as file:
        file.write(f'\n[stacks.dev]\nendpoint = "{emulator.endpoint}"\n')
    assert left(emulator.endpoint) == {}
    _nothing_is_there(project, emulator.endpoint)
    first = project.json("deploy", "birds.toml", "--stack", "dev")
    assert (first["stack"], first["changed"]) == ("specc-birds-dev", True)
    assert first["outputs"]["StateMachineArn"].endswith(":stateMachine:specc-birds-dev")
    print("birds:", first["resources"])
    again = project.json("deploy", "birds.toml", "--stack", "dev")
    assert again == {**first, "changed": False}

    local = project.json("run", "--local", "birds.toml", "-p", "limit=4")
    there = project.json("run", "birds.toml", "--stack", "dev", "--wait", "-p", "limit=4")
    assert there.keys() == local.keys()
    assert (there["status"], there["outputs"], there["skipped"]) == ("succeeded", local["outputs"], local["skipped"])
    wrong = project.specc("run", "birds.toml", "--stack", "dev", "-p", "limit=9", code=2)
    assert "9 is more than 5" in wrong.stderr

    kept, runs = project.json("runs"), project.json("runs", "birds.toml", "--stack", "dev")
    assert [run["id"] for run in runs] == [there["run"]]
    assert kept[0].keys() <= runs[0].keys()
    assert kept[0]["counts"] == runs[0]["counts"]
    here, status = project.json("status"), project.json("status", there["run"][-6:], "--stack", "dev")
    assert here.keys() <= status.keys()
    assert (status["outputs"], status["error"]) == (local["outputs"], None)
    for one, other in zip(here["steps"], status["steps"], strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}

    (project.folder / "birds.py").write_text((project.folder / "birds.py").read_text().replace("flappy", "happy"))
    changed = project.json("deploy", "birds.toml", "--stack", "dev")
    assert (changed["changed"], changed["resources"]) == (True, first["resources"])
    assert "happy goose" in project.json("run", "birds.toml", "--stack", "dev", "--wait")["outputs"]["song"]

    assert "say `--yes`" in project.specc("down", "birds.toml", "--stack", "dev", code=2).stderr
    project.specc("down", "birds.toml", "--stack", "dev", "--yes")
    assert left(emulator.endpoint) == {}
    _nothing_is_there(project, emulator.endpoint)


def _nothing_is_there(project: Project, endpoint: str) -> None:
    """Asking about what is not there ends with 1 and says how to deploy it; there is nothing to be taken down."""
    spec = ("birds.toml", "--stack", "dev")
    said = f"`specc-birds-dev` is not deployed at {endpoint} (us-east-1); `specc up"
    asked = [("run", *spec), ("runs", *spec), ("outputs", *spec)]
    asked += [(name, "--spec", *spec) for name in ("status", "logs", "stop")]
    for arguments in asked:
        assert said in project.specc(*arguments, code=1).stderr, arguments
    for protect in ("", "protect = true\n"):
        with (project.folder / "birds.toml").open("a") as file:
            file.write(protect)
        done = project.specc("down", *spec)
        assert done.stderr == f"specc-birds-dev is not deployed at {endpoint} (us-east-1)\n"
    written = (project.folder / "birds.toml").read_text()
    (project.folder / "birds.toml").write_text(written.replace("protect = true\n", ""))


_STEPS = """
import logging
import os
import time

def numbers(limit: int) -> list[int]:
    print(f"making {limit}")
    return list(range(limit))

def half(x: int, until: str = "") -> float:
    print(f"halving {x}")
    while x == 3 and until and not os.path.exists(until):
        time.sleep(0.05)
    if x == 2:
        raise ArithmeticError("two")
    return x / 2

def risky(fail: bool) -> str:
    logging.getLogger().warning("risky")
    if fail:
        raise ConnectionError("the line is dead")
    return "fine"

def total(numbers: list[float | None]) -> dict[str, float]:
    if not numbers:
        raise ValueError("nothing to add")
    return {"sum": sum(number or 0 for number in numbers), "count": len(numbers)}

def wait_long(seconds: float) -> float:
    time.sleep(seconds)
    return seconds
"""

_SPEC = """
specc = 1
kind = "pipeline"
name = "kinds"

[params.limit]
type = "integer"
default = 4

[params.fail]
type = "boolean"
default = true

[params.seconds]
type = "number"
default = 0

[env]
MOOD = "good"

[steps.numbers]
call = "kinds_steps:numbers"
with.limit = "${params.limit}"

[steps.half]
call = "kinds_steps:half"
each.x = "${steps.numbers}"
tolerate = "50%"

[steps.risky]
call = "kinds_steps:risky"
with.fail = "${params.fail}"
on_error.ConnectionError.use = "caught"

[steps.later]
call = "kinds_steps:wait_long"
with.seconds = "${params.seconds}"
when = "${params.seconds > 0}"

[steps.total]
call = "kinds_steps:total"
with.numbers = "${steps.half}"

[outputs]
total = "${steps.total}"
risky = "${steps.risky}"

[[triggers]]
schedule = { cron = "0 6 * * 1-5" }
with.limit = 2

[stacks.dev]
endpoint = "ENDPOINT"
region = "eu-north-1"
"""


def test_maps_catches_and_triggers(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kinds_steps.py").write_text(_STEPS)
    (tmp_path / "kinds.toml").write_text(dedent(_SPEC).replace("ENDPOINT", emulator.endpoint))
    project = Project(tmp_path, monkeypatch)
    made = project.json("deploy", "kinds.toml", "--stack", "dev")
    print("kinds:", made["resources"])
    assert made["resources"]["AWS::Scheduler::Schedule"] == 1
    local = project.json("run", "--local", "kinds.toml")
    there = project.json("run", "kinds.toml", "--stack", "dev", "--wait")
    assert (there["outputs"], there["skipped"]) == (local["outputs"], ["later"])
    assert _tolerated(there) == _tolerated(local) == [("half", 4, [("2", "ArithmeticError", "two")])]
    assert there["diagnostics"] == local["diagnostics"]
    assert _tolerated(project.json("status", "--stack", "dev")) == _tolerated(local)

    told = [json.loads(line) for line in project.specc("logs", "--stack", "dev", "--json").stdout.splitlines()]
    kept = [json.loads(line) for line in project.specc("logs", "--json").stdout.splitlines()]
    assert {tuple(sorted(line)) for line in told} <= {tuple(sorted(line)) for line in kept}
    assert _printed(told) == _printed(kept)
    assert _events(told) >= {
        ("run-started", ""),
        ("step-finished", "half"),
        ("step-recovered", "risky"),
        ("step-skipped", "later"),
    }
    text = project.specc("logs", "--stack", "dev", "--step", "half").stdout
    assert re.search(r"^\d\d:\d\d:\d\d\.\d{3} half\[1\] \| halving 1$", text, re.MULTILINE)
    assert "making" not in text
    assert "did you mean `half`?" in project.specc("logs", "--stack", "dev", "--step", "haff", code=2).stderr

    fails = ("kinds.toml", "-p", "limit=0", "-p", "fail=false")
    here = project.json("run", "--local", *fails, code=1)
    there = project.json("run", *fails, "--stack", "dev", "--wait", code=1)
    assert {**there["error"], "traceback": ""} == {**here["error"], "traceback": ""}
    assert 'raise ValueError("nothing to add")' in there["error"]["traceback"]
    assert there["diagnostics"] == here["diagnostics"]
    shown = project.specc("status", "--stack", "dev").stdout
    assert "✗ total" in shown
    assert "error: total: ValueError: nothing to add" in shown

    run = project.specc("run", "kinds.toml", "--stack", "dev", "-p", "seconds=20").stdout.strip()
    assert project.json("status", run, "--stack", "dev")["status"] == "running"
    project.specc("stop", run, "--stack", "dev")
    stopped = project.json("status", run, "--stack", "dev")
    assert (stopped["status"], stopped["error"]["name"]) == ("interrupted", "Interrupted")
    assert "has ended" in project.specc("stop", run, "--stack", "dev", code=2).stderr

    spec = tmp_path / "kinds.toml"
    spec.write_text(spec.read_text() + "protect = true\n")
    assert "protected" in project.specc("down", "kinds.toml", "--stack", "dev", "--yes", code=2).stderr
    spec.write_text(spec.read_text().replace("protect = true\n", ""))
    down = project.specc("down", "kinds.toml", "--stack", "dev", "--yes")
    assert "switched off 1 trigger" in down.stdout + down.stderr
    assert left(emulator.endpoint, "eu-north-1") == {}


def test_what_is_missing_ends_the_command_with_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kinds_steps.py").write_text(_STEPS)
    text = dedent(_SPEC)
    (tmp_path / "kinds.toml").write_text(text.replace("ENDPOINT", "http://127.0.0.1:9"))
    project = Project(tmp_path, monkeypatch)
    nobody = project.specc("run", "kinds.toml", "--stack", "dev", code=3).stderr
    assert "nothing answers at http://127.0.0.1:9; is the emulator running?" in nobody
    (tmp_path / "kinds.toml").write_text(text.replace('endpoint = "ENDPOINT"\n', ""))
    assert "no AWS credentials were found" in project.specc("runs", "kinds.toml", "--stack", "dev", code=3).stderr
    assert "no AWS credentials were found" in project.specc("deploy", "kinds.toml", "--stack", "dev", code=3).stderr
    (tmp_path / "kinds.toml").write_text(
        text.replace('endpoint = "ENDPOINT"\nregion = "eu-north-1"\n', "protect = false\n")
    )
    assert "no AWS region is set" in project.specc("run", "kinds.toml", "--stack", "dev", code=3).stderr
    assert "`--spec`" in project.specc("status", "--stack", "nowhere", code=2).stderr


def _tolerated(run: dict[str, Any]) -> list[tuple[str, int, list[tuple[str, str, str]]]]:
    """What a run or its status says of items that failed."""
    found = []
    for item in run["tolerated"]:
        errors = item["errors"]
        listed = [{"item": at, **error} for at, error in errors.items()] if isinstance(errors, dict) else errors
        told = [(str(error["item"]), error["name"], error["message"]) for error in listed]
        found.append((item["step"], item["total"], told))
    return found


def _items(run: dict[str, Any], name: str) -> dict[str, int] | None:
    """How many items of a map there are, are done and have failed; none before it has begun."""
    found = [step for step in run["steps"] if step["step"] == name]
    return found[0].get("items") if found else None


def _printed(lines: list[dict[str, Any]]) -> list[tuple[str, tuple[int, ...], str]]:
    return sorted((line["step"], tuple(line["items"]), line["text"]) for line in lines if line["event"] == "log")


def _events(lines: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(line["event"], line["step"]) for line in lines}


_CONTAINERS = """
specc = 1
kind = "pipeline"
name = "boxes"

[compute.big]
engine = "batch"
memory = "2GiB"
vcpu = 1

[compute.task]
engine = "ecs"
memory = "2GiB"
vcpu = 1
subnets = ["SUBNET"]

[steps.numbers]
call = "kinds_steps:numbers"
with.limit = 4
compute = "task"

[steps.total]
call = "kinds_steps:total"
with.numbers = "${steps.halves}"
compute = "big"

[steps.halves]
call = "kinds_steps:half"
each.x = "${steps.numbers}"
with = { x = "${x}", until = "${params.until}" }
tolerate = 1
compute = "big"

[params.until]
type = "string"
default = ""

[outputs]
total = "${steps.total}"

[stacks.dev]
endpoint = "ENDPOINT"
"""


_MORE = """
[compute.more]
engine = "batch"
memory = "2GiB"
subnets = ["subnet-0a1b2c3d"]
security_groups = ["sg-0a1b2c3d"]

[steps.again]
call = "kinds_steps:total"
with.numbers = "${steps.numbers}"
compute = "more"
"""


def test_steps_in_containers(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ec2 = emulator.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [subnet["VpcId"]]}])["SecurityGroups"]
    (tmp_path / "kinds_steps.py").write_text(_STEPS)
    text = dedent(_CONTAINERS).replace("ENDPOINT", emulator.endpoint).replace("SUBNET", subnet["SubnetId"])
    (tmp_path / "boxes.toml").write_text(text)
    project = Project(tmp_path, monkeypatch)
    given = [
        "--parameter",
        f"SubnetIds={subnet['SubnetId']}",
        "--parameter",
        f"SecurityGroupIds={groups[0]['GroupId']}",
    ]
    assert "`--parameter S" in project.specc("deploy", "boxes.toml", "--stack", "dev", code=2).stderr
    assert "docker build" in project.specc("deploy", "boxes.toml", "--stack", "dev", *given, code=2).stderr
    assert "there are: " in project.specc("deploy", "boxes.toml", "--stack", "dev", "--parameter", "A=b", code=2).stderr
    image = ["--image", "registry.test/boxes:1"]
    unknown = ["--parameter", "SubnetIds=subnet-0a1b2c3d", *given[2:], *image]
    failed = project.specc("deploy", "boxes.toml", "--stack", "dev", *unknown, code=1).stderr
    assert "the stack `specc-boxes-dev` ended as ROLLBACK_COMPLETE: " in failed
    assert "(AWS::Batch::ComputeEnvironment): Resource handler returned message:" in failed
    assert "subnet subnet-0a1b2c3d does not exist" in failed
    assert left(emulator.endpoint).keys() <= {"stacks", "buckets"}
    made = project.json("deploy", "boxes.toml", "--stack", "dev", *given, *image)
    print("boxes:", made["resources"])
    (tmp_path / "boxes.toml").write_text(text + _MORE)
    failed = project.specc("deploy", "boxes.toml", "--stack", "dev", *given, *image, code=1).stderr
    assert "the stack `specc-boxes-dev` ended as UPDATE_ROLLBACK_FAILED: " in failed
    assert "security group sg-0a1b2c3d does not exist" in failed
    (tmp_path / "boxes.toml").write_text(text)
    project.specc("deploy", "boxes.toml", "--stack", "dev", *given, *image)
    assert "" not in made["resources"]
    there = project.json("run", "boxes.toml", "--stack", "dev", "--wait")
    assert there["outputs"] == {"total": {"sum": 2.0, "count": 4}}
    lines = [json.loads(line) for line in project.specc("logs", "--stack", "dev", "--json").stdout.splitlines()]
    halved = [("halves", (item,), f"halving {item}") for item in range(4)]
    assert {*halved, ("numbers", (), "making 4")} <= set(_printed(lines))
    assert _events(lines) >= {
        ("step-started", "numbers"),
        ("step-finished", "numbers"),
        ("step-started", "halves"),
        ("step-finished", "halves"),
        ("step-finished", "total"),
    }
    status = project.json("status", "--stack", "dev")
    assert _items(status, "halves") == {"total": 4, "done": 4, "failed": 1}
    assert _tolerated(status) == [("halves", 4, [("2", "ArithmeticError", "two")])]
    go = tmp_path / "go"
    project.specc("run", "boxes.toml", "--stack", "dev", "-p", f"until={go}")
    while not (items := _items(project.json("status", "--stack", "dev"), "halves")) or items["done"] < 3:
        pass
    assert items == {"total": 4, "done": 3, "failed": 0}, "Batch says how far an array is, not what its records say"
    go.touch()
    while project.json("status", "--stack", "dev")["status"] == "running":
        pass
    assert _items(project.json("status", "--stack", "dev"), "halves") == {"total": 4, "done": 4, "failed": 1}
    project.specc("down", "boxes.toml", "--stack", "dev", "--yes")
    assert left(emulator.endpoint) == {}
