"""`specc init`: what it writes runs at once, and nothing is overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "My Project 2"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("format", ["toml", "yaml"])
@pytest.mark.parametrize("template", ["pipeline", "minimal"])
def test_a_new_spec_checks_and_compiles(specc, empty: Path, template: str, format: str) -> None:
    result = specc("init", "my-birds", "--template", template, "--format", format)
    assert result.code == 0
    assert result.out.splitlines() == [f"my-birds.{format}", "my_birds_steps.py", "specc.schema.json"]
    assert f"specc run --local my-birds.{format}" in result.err
    assert "./specc.schema.json" in (empty / f"my-birds.{format}").read_text().splitlines()[0]
    checked = specc("check", f"my-birds.{format}")
    assert (checked.code, checked.out) == (0, "")
    assert specc("compile", f"my-birds.{format}").code == 0


@pytest.mark.parametrize("format", ["toml", "yaml"])
@pytest.mark.parametrize(
    ("template", "outputs"),
    [
        ("pipeline", {"letter": "Dear Ada\nDear Grace\nDear Edsger"}),
        ("minimal", {"text": "hello"}),
    ],
)
def test_a_new_spec_runs(specc, empty: Path, template: str, format: str, outputs: dict[str, str]) -> None:
    specc("init", "birds", "--template", template, "--format", format)
    result = specc("run", "--local", f"birds.{format}", "--json")
    assert result.code == 0, result.err
    assert json.loads(result.out)["outputs"] == outputs


def test_templates_mean_the_same_in_both_formats(specc, empty: Path) -> None:
    for template in ("pipeline", "minimal"):
        specc("init", "a", "--template", template, "-d", template)
        specc("init", "a", "--template", template, "-d", f"{template}-yaml", "--format", "yaml")
        one = specc("check", f"{template}/a.toml", "--print-ir").out
        assert one == specc("check", f"{template}-yaml/a.yaml", "--print-ir").out
        assert one


def test_the_directory_names_the_spec(specc, empty: Path) -> None:
    result = specc("init", "--json")
    assert json.loads(result.out)["spec"] == "my-project-2.toml"


@pytest.mark.parametrize("name", ["Birds", "9", "a b", "../up", "a/b", "x" * 49, "-a", "ä"])
def test_names_that_cannot_be(specc, empty: Path, name: str) -> None:
    result = specc("init", "--", name)
    assert result.code == 2
    assert list(empty.iterdir()) == []


def test_nothing_is_overwritten(specc, empty: Path) -> None:
    (empty / "birds_steps.py").write_text("mine")
    result = specc("init", "birds")
    assert result.code == 2
    assert "`birds_steps.py`" in result.err
    assert [path.name for path in empty.iterdir()] == ["birds_steps.py"]
    assert (empty / "birds_steps.py").read_text() == "mine"


def test_an_older_schema_is_left(specc, empty: Path) -> None:
    (empty / "specc.schema.json").write_text("{}")
    result = specc("init", "birds")
    assert "specc.schema.json" not in result.out
    assert (empty / "specc.schema.json").read_text() == "{}"
