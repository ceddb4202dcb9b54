"""What runs tell: lines of JSON that fit their schema, files in the run's folder, nothing of secrets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest

from specc_schemas.json_schema import generate
from specc_targets.local import events
from specc_targets.local.events import Event
from specc_targets.local.failures import RunError
from specc_targets.local.watching.lines import NAMES, Recorder, encoded, event_line, read_event
from specc_targets.local.watching.tree import Tree

WORK = """\
import logging
import os
import subprocess
import sys


def count(n: int) -> list[int]:
    print("counting")
    return list(range(n))


def check(number: int) -> int:
    print("number", number)
    if number == 3:
        raise ValueError("three is " + os.environ["TOKEN"])
    return number


def speak(text: str) -> str:
    logging.getLogger("speaker").warning("the token is %s", os.environ["TOKEN"])
    print("to stderr", file=sys.stderr)
    subprocess.run(["echo", "child"], check=True)
    subprocess.run(["sh", "-c", "echo $TOKEN >&2"], check=True)
    return text
"""
SPEC = """\
specc = 1
kind = "pipeline"
name = "talk"
secrets.TOKEN = "env:THE_TOKEN"
params.n = { type = "integer", default = 5 }

[steps.count]
call = "work:count"
with.n = "${params.n}"

[steps.check]
each.number = "${steps.count}"
call = "work:check"
tolerate = 1
retry = { max = 1, delay = "1ms", on = ["ValueError"] }

[steps.isolated]
call = "work:speak"
with.text = "process"
timeout = "60s"

[steps.speak]
call = "work:speak"
with.text = "thread"

[steps.left]
call = "work:speak"
with.text = "x"
when = "${params.n < 0}"

[steps.handled]
call = "work:check"
with.number = 3
on_error."*".use = 7

[outputs]
checked = "${steps.check}"
"""
SECRET = "swordfish-1234"


class Ran(NamedTuple):
    code: int
    out: str
    err: str
    folder: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.err.splitlines()]

    def file(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Ran]:
    """Runs the spec with these arguments; the same arguments only once."""

    @cache
    def start(*arguments: str) -> Ran:
        folder = tmp_path_factory.mktemp("talk")
        (folder / "work.py").write_text(WORK)
        (folder / "talk.toml").write_text(SPEC)
        command = [sys.executable, "-m", "specc.cli", "run", "--local", *arguments]
        env = {**os.environ, "THE_TOKEN": SECRET}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
        kept = sorted((folder / ".specc" / "runs").glob("2*"))
        return Ran(done.returncode, done.stdout, done.stderr, kept[-1] if kept else folder)

    return start


def named(lines: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["event"] == event]


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(generate("events"))


class TestJsonLines:
    def test_every_line_of_a_run_fits_the_schema(
        self, talk: Callable[..., Ran], schema: jsonschema.Draft202012Validator
    ) -> None:
        ran = talk("talk.toml", "--log-format", "json")
        assert (ran.code, ran.out) == (0, "checked = [0, 1, 2, null, 4]\n")
        for line in [*ran.lines, *ran.file("events.jsonl"), *ran.file("log.jsonl")]:
            schema.validate(line)
        assert {line["event"] for line in ran.lines} == {*NAMES.values(), "log", "diagnostic"} - {
            "step-waiting",
            "item-started",
        }
        assert {line["run"] for line in ran.lines} == {ran.folder.name}
        times = [line["time"] for line in ran.file("events.jsonl")]
        assert times == sorted(times)

    def test_what_is_told(self, talk: Callable[..., Ran]) -> None:
        lines = talk("talk.toml", "--log-format", "json").lines
        first = {key: value for key, value in lines[0].items() if key not in ("time", "run")}
        started = {"event": "run-started", "step": "", "items": [], "name": "talk", "total": 6, "resumed": False}
        assert first == started
        failed = next(line for line in named(lines, "step-failed") if line["step"] == "check")
        assert (failed["items"], failed["error"]["name"]) == ([3], "ValueError")
        assert failed["error"]["message"] == "three is ***"
        assert "work.py" in failed["error"]["traceback"]
        last = named(lines, "items-finished")[-1]
        assert (last["step"], last["done"], last["total"], last["failed"]) == ("check", 5, 5, 1)
        assert named(lines, "step-skipped")[0]["step"] == "left"
        assert named(lines, "step-recovered")[0]["step"] == "handled"
        assert named(lines, "retrying")[0]["attempt"] == 1
        assert named(lines, "diagnostic")[-1]["diagnostic"]["code"] == "SPC505"
        ended = named(lines, "run-ended")[-1]
        assert ended["status"] == "succeeded"
        good = [line for line in lines if line["items"] and line["event"] not in ("log", "retrying", "step-failed")]
        assert good == [], "no line for each good item"

    def test_prints_of_threads_processes_and_their_children(self, talk: Callable[..., Ran]) -> None:
        ran = talk("talk.toml", "--log-format", "json")
        logs = named(ran.lines, "log")
        found = {(line["step"], tuple(line["items"]), line["stream"], line["text"]) for line in logs}
        assert {("check", (index,), "stdout", f"number {index}") for index in range(5)} <= found
        for step in ("speak", "isolated"):
            assert (step, (), "stderr", "to stderr") in found
            assert (step, (), "logging", "speaker: the token is ***") in found
        assert {line["level"] for line in logs if line["stream"] == "logging"} == {"WARNING"}
        assert sum(line["text"] == "child" for line in logs) == 2

    def test_what_keeps_a_run_from_beginning(
        self, talk: Callable[..., Ran], schema: jsonschema.Draft202012Validator
    ) -> None:
        for arguments, code in ((("gone.toml",), "SPC001"), (("talk.toml", "-p", "n=x"), "SPC502")):
            ran = talk("--log-format", "json", *arguments)
            assert (ran.code, [line["diagnostic"]["code"] for line in ran.lines]) == (2, [code])
            schema.validate(ran.lines[0])


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_are_in_nothing_that_is_told_or_kept(talk: Callable[..., Ran], form: str) -> None:
    ran = talk("talk.toml", *(("--log-format", form) if form == "json" else ()))
    assert (ran.code, "the token is ***" in ran.err) == (0, True)
    assert SECRET not in ran.err, "nor what processes of the steps wrote past us"
    for path in ran.folder.rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes(), path.name


def test_text_stays_readable(talk: Callable[..., Ran]) -> None:
    err = talk("talk.toml").err.splitlines()
    assert "counting" in err, "prints as they are, without the step before them"
    assert "warning: speaker: the token is ***" in err
    assert "check: started, 5 items" in err
    assert "check[3]: failed: ValueError: three is ***" in err


def test_the_log_says_which_step_and_item(talk: Callable[..., Ran]) -> None:
    ran = talk("talk.toml")
    found = [(line["step"], line["items"], line["text"]) for line in ran.file("log.jsonl")]
    assert ("count", [], "counting") in found
    assert ("check", [2], "number 2") in found
    assert (ran.folder / "log.jsonl").stat().st_mode & 0o077 == 0


def test_a_full_disk_ends_the_files_with_one_warning_and_not_the_run(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from specc_targets.local.watching.opening import open_progress

    for name in ("events.jsonl", "log.jsonl"):
        (tmp_path / name).symlink_to("/dev/full")
    with open_progress("text", live=False, folder=tmp_path) as watched:
        for index in range(5000):
            watched.on_event(events.StepStarted(f"s{index}"))
        print("still here")
        watched.on_event(events.RunEnded())
    err = capfd.readouterr().err.splitlines()
    warnings = [line for line in err if line.startswith("warning:")]
    assert sorted(line.split("`")[1].rpartition("/")[2] for line in warnings) == ["events.jsonl", "log.jsonl"]
    assert all("No space left" in line for line in warnings)
    assert "still here" in err


def test_files_of_a_killed_process_are_gone_on_with_on_a_new_line(tmp_path: Path) -> None:
    from specc_targets.local.watching.files import RunFiles
    from specc_targets.local.watching.reading import read_lines

    line = {"time": "2026", "step": "", "items": []}
    (tmp_path / "events.jsonl").write_bytes(encoded({**line, "event": "a"}) + encoded({**line, "event": "b"})[:-9])
    with RunFiles(tmp_path, pytest.fail) as files:
        files.write({**line, "event": "c"})
    assert [line["event"] for line in read_lines(tmp_path / "events.jsonl")] == ["a", "c"]


ERROR = RunError("ValueError", "bad \ud800", "g/s", (1,), traceback="Traceback")


@pytest.mark.parametrize(
    "event",
    [
        events.RunStarted("", (), "r1", "n", 4, True),
        events.RunEnded("", (), "failed", 1.5),
        events.StepStarted("g", (), 3),
        events.StepFinished("g", (), 0.25, True),
        events.StepSkipped("s", (), "g"),
        events.StepFailed("g/s", (1,), ERROR),
        events.StepRecovered("g/s", (1,), ERROR),
        events.ItemsFinished("g", (), 1, 3, 1),
        events.Retrying("g/s", (1,), 2, 0.5, ERROR),
    ],
)
def test_an_event_is_read_back_as_it_was(event: Event, schema: jsonschema.Draft202012Validator) -> None:
    line = json.loads(encoded(event_line(event, "r1", 0.0)))
    schema.validate(line)
    assert read_event(line) == event


def test_every_event_is_in_the_schema() -> None:
    known = [found for found in vars(events).values() if isinstance(found, type) and issubclass(found, Event)]
    assert set(NAMES) == set(known) - {Event}


def test_every_field_is_documented() -> None:
    for name, table in generate("events")["$defs"].items():
        assert table["description"], name
        assert [key for key, value in table["properties"].items() if not value.get("description")] == [], name


def test_maps_are_counted_about_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    lines: list[dict[str, Any]] = []
    recorder = Recorder(lines.append)
    recorder(events.StepStarted("m", (), 1000))
    for done in range(50, 1001, 50):
        now += 0.25
        recorder(events.ItemsFinished("m", (), done, 1000))
    assert [line["done"] for line in named(lines, "items-finished")] == [250, 450, 650, 850, 1000]


class TestTree:
    def test_rate_and_what_is_left(self) -> None:
        tree = Tree()
        tree.apply(events.StepStarted("m", (), 1000), 0.0)
        assert tree.node("m").remaining(0.0) is None
        tree.apply(events.ItemsFinished("m", (), 100, 1000), 5.0)
        node = tree.node("m")
        assert (node.rate(5.0), node.remaining(5.0)) == (20.0, 45.0)
        for second in range(6, 30):  # faster now: what is long ago does not count
            tree.apply(events.ItemsFinished("m", (), 100 + 30 * (second - 5), 1000), float(second))
        assert node.rate(29.0) == pytest.approx(30.0)

    def test_what_was_done_before_a_run_was_resumed_is_no_rate(self) -> None:
        tree = Tree()
        tree.apply(events.RunStarted("", (), "r", "n", 1, True), 0.0)
        tree.apply(events.StepStarted("m", (), 1000), 0.0)
        tree.apply(events.ItemsFinished("m", (), 900, 1000), 0.1)
        tree.apply(events.ItemsFinished("m", (), 910, 1000), 10.1)
        assert tree.node("m").rate(10.1) == pytest.approx(1.0)

    def test_maps_in_maps_are_summed(self) -> None:
        tree = Tree()
        tree.apply(events.StepStarted("a", (), 2), 0.0)
        for item in (0, 1):
            tree.apply(events.StepStarted("a/b", (item,), 10), 0.0)
            tree.apply(events.ItemsFinished("a/b", (item,), 4, 10, 1), 1.0)
        tree.apply(events.ItemsFinished("a/b", (0,), 10, 10, 1), 2.0)
        node = tree.node("a/b")
        assert (node.total, node.done, node.failed) == (20, 14, 2)

    def test_a_loop_runs_its_steps_again(self) -> None:
        tree = Tree()
        tree.apply(events.StepStarted("poll"), 0.0)
        for second in range(3):
            tree.apply(events.StepStarted("poll/ask"), float(second))
            assert "ask" in tree.node("poll").active
            tree.apply(events.StepFinished("poll/ask", (), 0.5), second + 0.5)
        poll = tree.node("poll")
        assert (dict(poll.counts), list(poll.active), len(poll.ended)) == ({"done": 1}, [], 1)

    def test_going_on_after_a_kill_stops_what_ran(self) -> None:
        tree = Tree()
        for event in (events.RunStarted("", (), "r", "n", 2), events.StepStarted("a"), events.StepStarted("b")):
            tree.apply(event, 0.0)
        tree.apply(events.StepFinished("a", (), 4.0), 4.0)
        tree.apply(events.RunStarted("", (), "r", "n", 2, True), 60.0)
        assert tree.node("b").state == "stopped"
        tree.apply(events.StepStarted("a"), 60.0)
        tree.apply(events.StepFinished("a", (), 0.0, True), 60.0)
        node = tree.node("a")
        assert (node.state, node.seconds, node.cached) == ("done", 4.0, True)
