"""`specc run --local`, from the outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from specc.cli.shell import run

SPEC = """\
specc = 1
kind = "pipeline"
name = "birds"

[params.limit]
type = "integer"
default = 3
minimum = 1

[params.tags]
type = "array"
default = []

[steps.birds]
call = "birds:birds"
with.limit = "${params.limit}"

[steps.flap]
call = "birds:flap"
each.bird = "${steps.birds}"

[outputs]
song = "${steps.flap}"
tags = "${params.tags}"
"""
BIRDS = """\
def birds(limit: int) -> list[int]:
    print("looking")
    return list(range(limit))


def flap(bird: int) -> str:
    if bird == 7:
        raise ValueError("too tired")
    return f"flap {bird}"
"""


@pytest.fixture
def birds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "birds.py").write_text(BIRDS)
    (tmp_path / "spec.toml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Done(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def specc_run(birds: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    def start(*arguments: str) -> Done:
        code = run(["run", *arguments])
        return Done(code, *capfd.readouterr())

    return start


class TestRun:
    def test_outputs_alone_go_to_standard_output(self, specc_run: Callable[..., Done]) -> None:
        done = specc_run("--local", "spec.toml", "-p", "limit=2", "-p", 'tags=["a"]')
        assert (done.exit_code, done.stdout) == (0, 'song = ["flap 0", "flap 1"]\ntags = ["a"]\n')
        assert "flap: started, 2 items" in done.stderr
        assert "looking" in done.stderr

    def test_json(self, specc_run: Callable[..., Done]) -> None:
        done = specc_run("--local", "spec.toml", "--json", "-p", "limit=1")
        found = json.loads(done.stdout)
        assert (found["status"], found["outputs"], found["error"]) == (
            "succeeded",
            {"song": ["flap 0"], "tags": []},
            None,
        )

    @pytest.mark.parametrize(
        ("arguments", "name", "codes"),
        [
            (("spec.toml", "-p", "limit=x"), "InvalidParameters", ["SPC502"]),
            (("spec.toml", "-p", "limit=0"), "InvalidParameters", ["SPC502"]),
            (("spec.toml", "-p", "limmit=1"), "InvalidParameters", []),
            (("spec.toml", "--params-file", "gone.json"), "InvalidParameters", []),
            (("spec.toml", "--step", "brids"), "UsageError", []),
            (("wrong.toml",), "InvalidSpec", ["SPC201"]),
            (("gone.toml",), "InvalidSpec", ["SPC001"]),
        ],
    )
    def test_json_of_a_run_that_never_began(
        self, birds: Path, specc_run: Callable[..., Done], arguments: tuple[str, ...], name: str, codes: list[str]
    ) -> None:
        (birds / "wrong.toml").write_text(SPEC.replace("${steps.birds}", "${steps.brids}"))
        usual = json.loads(specc_run("--local", "spec.toml", "--json").stdout)
        done = specc_run("--local", "--json", *arguments)
        found = json.loads(done.stdout)
        assert (done.exit_code, found["status"], found["error"]["name"]) == (2, "failed", name)
        assert found.keys() == usual.keys()
        assert [diagnostic["code"] for diagnostic in found["diagnostics"]] == codes
        assert found["error"]["message"] in done.stderr

    def test_a_failure_shows_the_users_traceback_the_item_and_the_line(self, specc_run: Callable[..., Done]) -> None:
        done = specc_run("--local", "spec.toml", "-p", "limit=9", "-j", "1")
        assert (done.exit_code, done.stdout) == (1, "")
        assert "error[SPC501]: step `flap` failed: ValueError: too tired" in done.stderr
        assert "spec.toml:18:8" in done.stderr
        assert "item 7" in done.stderr
        assert 'birds.py", line 8, in flap' in done.stderr
        assert "specc_" not in done.stderr
        found = json.loads(specc_run("--local", "spec.toml", "-p", "limit=9", "--json").stdout)
        assert (found["error"]["name"], found["error"]["step"], found["error"]["items"]) == ("ValueError", "flap", [7])

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ("limit=x", "error[SPC502]: the parameter `limit` does not fit: `x` is not an integer"),
            ("limit=0", "error[SPC502]: the parameter `limit` does not fit: 0 is less than 1"),
            ("tags={", "error[SPC502]: the parameter `tags` does not fit: `{` is not an array in JSON"),
            ("limmit=1", "there is no parameter `limmit`; did you mean `limit`?"),
            ("limit", "`-p limit` is not NAME=VALUE"),
        ],
    )
    def test_wrong_parameters(self, specc_run: Callable[..., Done], given: str, message: str) -> None:
        done = specc_run("--local", "spec.toml", "-p", given)
        assert (done.exit_code, done.stdout) == (2, "")
        assert message in done.stderr

    def test_parameters_from_a_file(self, specc_run: Callable[..., Done], birds: Path) -> None:
        (birds / "params.json").write_text('{"limit": 2, "tags": [1]}')
        done = specc_run("--local", "spec.toml", "--params-file", "params.json", "-p", "limit=1")
        assert done.stdout == 'song = ["flap 0"]\ntags = [1]\n'

    def test_one_step(self, specc_run: Callable[..., Done]) -> None:
        assert specc_run("--local", "spec.toml", "--step", "birds").stdout == "birds = [0, 1, 2]\n"
        wrong = specc_run("--local", "spec.toml", "--step", "brids")
        assert wrong.exit_code == 2
        assert "did you mean `birds`?" in wrong.stderr
        assert "takes one of `birds`" in specc_run("--local", "spec.toml", "--step", "nothing").stderr

    def test_where_it_runs_must_be_said(self, specc_run: Callable[..., Done]) -> None:
        done = specc_run("spec.toml")
        assert done.exit_code == 2
        assert "say where: `--local` runs the spec on this machine" in done.stderr


class TestFailingExpressions:
    @pytest.mark.parametrize(
        ("step", "line", "note"),
        [
            ('with.bird = "${steps.birds.wings}"', "spec.toml:9:16", "`with.bird` needs `${steps.birds.wings}`"),
            ('with.bird = ["a ${steps.birds[9]}"]', "spec.toml:9:19", "`with.bird[0]` needs `${steps.birds[9]}`"),
            (
                'with.bird = 1\nwhen = "${parse_json(params.text).a}"',
                "spec.toml:10:11",
                "`when` needs `${parse_json(params.text).a}`",
            ),
            (
                'with.bird = 1\n[outputs]\nall = "${parse_json(params.text).a}"',
                "spec.toml:11:10",
                "`outputs.all` needs `${parse_json(params.text).a}`",
            ),
        ],
    )
    def test_are_pointed_at(self, birds: Path, specc_run: Callable[..., Done], step: str, line: str, note: str) -> None:
        (birds / "plain.py").write_text("def birds():\n    return [1]\n\n\ndef flap(bird):\n    return bird\n")
        head = 'specc = 1\nkind = "pipeline"\nname = "flock"\nparams.text = { type = "string", default = "{}" }\n'
        steps = f'[steps.birds]\ncall = "plain:birds"\n[steps.flap]\ncall = "plain:flap"\n{step}\n'
        (birds / "spec.toml").write_text(head + steps)
        done = specc_run("--local", "spec.toml")
        assert done.exit_code == 1
        assert line in done.stderr
        assert f"note: {note}" in done.stderr


GROUPS = """\
specc = 1
kind = "pipeline"
name = "groups"

[steps.process]
each.bird = "${[1, 7]}"
tolerate = 1

[steps.process.steps.flap]
call = "birds:flap"
with.bird = "${bird}"
"""


def test_what_a_map_tolerates_is_told_at_the_map(birds: Path, specc_run: Callable[..., Done]) -> None:
    (birds / "groups.toml").write_text(GROUPS)
    done = specc_run("--local", "groups.toml")
    assert done.exit_code == 0
    assert "--> groups.toml:5:8\n" in done.stderr
    assert "5 | [steps.process]\n" in done.stderr
