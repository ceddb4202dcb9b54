"""`specc report`, from the outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from run_folders import content_of
from specc.cli import shell

SPEC = """\
specc = 1
kind = "pipeline"
name = "songs"
[params.limit]
type = "integer"
default = 3
[steps.birds]
call = "birds:birds"
with.limit = "${params.limit}"
[steps.sing]
call = "birds:sing"
each.bird = "${steps.birds}"
[outputs]
songs = "${steps.sing}"
"""
BIRDS = """\
def birds(limit: int) -> list[int]:
    print("looking")
    return list(range(limit))

def sing(bird: int) -> str:
    if bird == 3:
        raise ValueError("too tired")
    return f"song {bird}"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "birds.py").write_text(BIRDS)
    (tmp_path / "spec.toml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    def start(*arguments: str) -> Done:
        code = shell.run(arguments)
        return Done(code, *capfd.readouterr())

    return start


def states(page: bytes) -> dict[str, str]:
    return {step["key"]: step["state"] for step in content_of(page)["steps"]}


def test_the_latest_run(project: Path, run: Callable[..., Done]) -> None:
    assert run("run", "--local", "spec.toml").code == 0
    result = run("report")
    assert result.code == 0, result.err
    path = Path(result.out.strip())
    assert path.name == "report.html"
    assert path.parent.parent == project / ".specc" / "runs"
    page = path.read_bytes()
    assert states(page) == {"birds": "succeeded", "sing": "succeeded"}
    content = content_of(page)
    assert content["run"]["outputs"][0][0] == "songs"
    assert content["run"]["parameters"] == [["limit", "3"]]
    assert content["steps"][0]["log"]["first"][0][3] == "looking"
    assert content["steps"][1]["done"] == 3


def test_a_failed_run_shows_the_users_traceback(project: Path, run: Callable[..., Done]) -> None:
    assert run("run", "--local", "spec.toml", "-p", "limit=5").code == 1
    path = Path(run("report").out.strip())
    content = content_of(path.read_bytes())
    assert content["error"]["name"] == "ValueError"
    assert 'raise ValueError("too tired")' in content["error"]["traceback"]
    assert [(failure["message"], failure["where"]) for failure in content["failures"]] == [("too tired", ["3"])]
    assert states(path.read_bytes())["sing"] == "failed"


def test_a_run_by_name_to_a_file_as_json(project: Path, run: Callable[..., Done]) -> None:
    run("run", "--local", "spec.toml")
    folder = next((project / ".specc" / "runs").iterdir())
    for name in (folder.name, folder.name[:-1], str(folder)):
        result = run("report", name, "-o", "page.html", "--json")
        said = json.loads(result.out)
        assert said == {"run": folder.name, "status": "succeeded", "path": str(project / "page.html")}
    assert (project / "page.html").read_bytes().startswith(b"<!doctype html>")


def test_a_run_that_is_not_there(project: Path, run: Callable[..., Done]) -> None:
    result = run("report")
    assert result.code == 2
    assert "there are no runs" in result.err
    run("run", "--local", "spec.toml")
    result = run("report", "nothing")
    assert result.code == 2
    assert "there is no run `nothing`" in result.err
    assert "Traceback" not in result.err


def test_a_page_that_cannot_be_written(project: Path, run: Callable[..., Done]) -> None:
    run("run", "--local", "spec.toml")
    (project / "file").touch()
    result = run("report", "-o", "file/page.html")
    assert result.code == 1
    assert "cannot write" in result.err


def test_the_browser_is_asked_to_open_it(
    project: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: bool(opened.append(address)) or len(opened) == 1)
    run("run", "--local", "spec.toml")
    assert run("report", "--open").code == 0
    assert opened[0].startswith("file:///")
    result = run("report", "--open")
    assert result.code == 3
    assert "no browser" in result.err


def test_the_name_says_what_it_does(run: Callable[..., Done]) -> None:
    assert "Write a page about a run" in run("report", "--help").out
