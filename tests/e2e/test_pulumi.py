"""`specc up` to `specc down`: specc, Pulumi's Automation API and runtime, and in the end services that run things.

The engine and the provider are the project's own for tests (`tests/pulumi_engine`). Where the real ones are installed,
the same is done with them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.deployments import Project, left
from judges.ladder import rung
from pulumi_engine.engine import EngineError
from pulumi_engine.projects import Deployed, write
from pulumi_engine.standin import install
from specc_targets.emulator.client import Emulator

pytestmark = pytest.mark.slow
SPECS = Path(__file__).parents[2] / "specs"
REAL = shutil.which("pulumi")
UPDATED = {"default-function": "environment", "default-alias": "functionVersion", "state-machine": "definition"}
"""What follows from another variable of a function: a version, and what calls it."""


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running


def copied(example: str, folder: Path, endpoint: str) -> Path:
    """The spec of an example in a folder of its own, with a stack at the emulator."""
    target = folder / example
    shutil.copytree(SPECS / example, target, ignore=shutil.ignore_patterns("__pycache__", "build"))
    spec = target / f"{example}.toml"
    text = re.sub(r"(?ms)^\[stacks\.dev\].*?(?=^\[)", "", spec.read_text())
    spec.write_text(f'{text}\n[stacks.dev]\nendpoint = "{endpoint}"\n')
    return spec


def planned(said: str) -> dict[str, list[str]]:
    """Resource that is to be updated -> those of its properties that differ, as `specc up` tells."""
    found: dict[str, list[str]] = {}
    for line in said.splitlines():
        if item := re.match(r"[~+-]\S* +(\w+) +([\w-]+) ", line):
            assert item[1] == "update"
            found[item[2]] = []
        elif found and (key := re.match(r"      (\w+)(?=: |$)", line)):
            found[[*found][-1]].append(key[1])
    return found


@pytest.mark.parametrize("engine", ["stand-in", "real"])
def test_birds_from_nothing_to_nothing(
    engine: str, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "stand-in":
        monkeypatch.setenv("PATH", str(install(tmp_path).parent), prepend=":")
    else:
        require_real()
    spec = copied("birds", tmp_path, emulator.endpoint)
    project = Project(spec.parent, monkeypatch)
    if engine == "real":  # whose plugins are where the user's are, which the folder is the home of here
        (spec.parent / ".pulumi").mkdir()
        (spec.parent / ".pulumi" / "plugins").symlink_to(Path.home() / ".pulumi" / "plugins")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "of the test")
    code, go = spec.parent / "birds.py", tmp_path / "go"
    waiting = f"    import pathlib, time\n    while not pathlib.Path({str(go)!r}).exists():\n        time.sleep(0.02)\n"
    code.write_text(code.read_text().replace("    return BIRDS", f"{waiting}    return BIRDS"))

    first = project.json("up", "birds.toml", "--stack", "dev", "--yes")
    print("birds:", first["changes"])
    assert (first["stack"], first["changed"]) == ("specc-birds-dev", True)
    assert project.json("outputs", "birds.toml", "--stack", "dev") == first["outputs"]

    # a run that has begun goes on with the code that it has begun with
    begun = project.specc("run", "birds.toml", "--stack", "dev", "-p", "limit=4").stdout.strip()
    code.write_text(code.read_text().replace("flappy", "happy"))
    spec.write_text(spec.read_text().replace("\n[steps.get_birds]", '\n[env]\nMOOD = "good"\n\n[steps.get_birds]'))
    done = project.specc("up", "birds.toml", "--stack", "dev", "--yes")
    assert planned(done.stderr) == {
        "default-function": ["code", "environment", "sourceCodeHash"],
        "default-alias": ["functionVersion"],
        "state-machine": ["definition"],
    }
    assert 'functionVersion: "1" -> <known after creation>' in done.stderr
    go.touch()
    local = project.json("run", "--local", "birds.toml", "-p", "limit=4")
    there = project.json("run", "birds.toml", "--stack", "dev", "--wait", "-p", "limit=4")
    assert (there["status"], there["outputs"], there["skipped"]) == ("succeeded", local["outputs"], local["skipped"])
    assert there["outputs"]["song"].startswith("happy goose")
    old = project.json("status", begun, "--stack", "dev")
    assert (old["status"], old["outputs"]["song"]) == ("succeeded", local["outputs"]["song"].replace("happy", "flappy"))

    assert [run["id"] for run in project.json("runs", "birds.toml", "--stack", "dev")] == [there["run"], begun]
    assert project.specc("logs", there["run"], "--stack", "dev").code == 0

    # what somebody else changes is found, and put right
    emulator.client("logs").put_retention_policy(logGroupName="/aws/lambda/specc-birds-dev-default", retentionInDays=1)
    emulator.client("cloudwatch").delete_alarms(AlarmNames=["specc-birds-dev-failed"])
    found = project.json("refresh", "birds.toml", "--stack", "dev")
    assert [item["state"] for item in found["code"]] == ["same"]
    drifted = {item["resource"]: (item["gone"], item["properties"]) for item in found["drifted"]}
    assert drifted == {"default-function-logs": (False, ["retentionInDays"]), "failed-alarm": (True, [])}
    shown = project.specc("up", "birds.toml", "--stack", "dev", "--save-plan", "plan.json").stderr
    assert "retentionInDays: 1 -> 30" in shown
    repaired = project.json("up", "birds.toml", "--stack", "dev", "--yes", "--plan", "plan.json")
    assert {op: number for op, number in repaired["changes"].items() if op != "same"} == {"create": 1, "update": 1}
    again = project.json("up", "birds.toml", "--stack", "dev")
    assert (again["changed"], again["outputs"]) == (False, first["outputs"])

    assert "--yes" in project.specc("down", "birds.toml", "--stack", "dev", code=2).stderr
    done = project.specc("down", "birds.toml", "--stack", "dev", "--yes")
    assert "objects in" in done.stderr
    assert "specc-birds-dev is gone" in done.stderr
    assert left(emulator.endpoint) == {}


def test_what_starts_runs_is_taken_down_first(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(install(tmp_path).parent), prepend=":")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "of the test")
    spec = copied("nightly", tmp_path, emulator.endpoint)
    project = Project(spec.parent, monkeypatch)
    project.json("up", "nightly.toml", "--stack", "dev", "--yes")
    said = project.specc("down", "nightly.toml", "--stack", "dev", "--yes").stderr
    order = ["deleted schedule-1", "objects in", "deleted state-machine"]
    assert sorted(order, key=said.index) == order
    assert left(emulator.endpoint) == {}


def require_real() -> None:
    """Skip without the real Pulumi and its plugin for AWS."""
    if REAL is None:
        pytest.skip(
            "no `pulumi` on PATH: its CLI and the plugin for AWS come from no package index, so the stand-in has to do"
        )
    listed = subprocess.run([REAL, "plugin", "ls"], capture_output=True, text=True, timeout=60, check=False).stdout
    if not re.search(r"^aws\s", listed, re.MULTILINE):
        pytest.skip("`pulumi` is on PATH, and its plugin for AWS is not installed")


@pytest.mark.parametrize(("example", "arguments"), [("weather", ("-p", "months=3")), ("nightly", ("-p", "least=13"))])
def test_an_example_made_run_changed_and_taken_away(
    example: str,
    arguments: tuple[str, ...],
    emulator: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    spec = copied(example, tmp_path, emulator.endpoint)
    project = Project(spec.parent, monkeypatch)
    deployed = Deployed(write(spec, tmp_path / "project"), example, "dev")
    first = deployed.up()
    print(
        f"{example}:", dict(Counter(item.type.rpartition(":")[2] for item in deployed.state.resources if item.custom))
    )
    assert {op for op, _ in first.steps} == {"create"}
    made = sum(item.custom for item in deployed.state.resources)

    local = project.json("run", "--local", spec.name, *arguments)
    there: dict[str, Any] = project.json("run", spec.name, "--stack", "dev", "--wait", *arguments)
    assert (there["status"], there["outputs"], there["skipped"]) == ("succeeded", local["outputs"], local["skipped"])

    assert deployed.up().changes == []
    text = spec.read_text()
    spec.write_text(text.replace("\n[steps.", '\n[env]\nMOOD = "good"\n\n[steps.', 1))
    write(spec, tmp_path / "project")
    changed: dict[str, list[str]] = {}
    deployed.up(
        tell=lambda told, when: (
            changed.update({told.resource.name: sorted(told.diff.changed)}) if told.diff.changed else None
        )
    )
    assert changed == {name: [key] for name, key in UPDATED.items()}

    logs = f"/aws/vendedlogs/states/specc-{example}-dev"
    emulator.client("logs").put_retention_policy(logGroupName=logs, retentionInDays=1)
    deployed.refresh()
    assert deployed.up().changes == [("update", "state-machine-logs")]
    with pytest.raises(EngineError, match="BucketNotEmpty"):
        deployed.destroy()
    bucket = deployed.state.outputs["Bucket"]
    for item in emulator.s3.list_objects_v2(Bucket=bucket)["Contents"]:
        emulator.s3.delete_object(Bucket=bucket, Key=item["Key"])
    deployed.destroy()
    assert left(emulator.endpoint) == {}
    rung(record_property, "applied", resources=made)


def test_what_is_added_to_the_text_of_a_program_is_refused(emulator: Emulator, tmp_path: Path) -> None:
    """What is added to the text is refused: by the class where it does not exist, and else by who does nothing with it."""
    spec = copied("birds", tmp_path, emulator.endpoint)
    deployed = Deployed(write(spec, tmp_path / "project"), "birds", "dev")
    file = deployed.directory / "__main__.py"
    text = file.read_text()
    level = 'type="STANDARD",\n'
    assert text.count(level) == 1
    for added, said in (
        ("colour='red', ", "unexpected keyword argument 'colour'"),
        ("publish=True, encryption_configuration={'type': 'X'}, ", "there is no such property"),
    ):
        file.write_text(text.replace(level, added + level))
        refused = deployed.up(raises=False)
        assert len(refused.errors) == 1
        assert said in refused.errors[0], refused.errors
        assert "state-machine" not in deployed.state.names()
    deployed.destroy()
    assert left(emulator.endpoint) == {}
