"""`specc init` on a terminal: what it asks, and what comes of the answers."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from terminals import DOWN, END_OF_INPUT, ENTER, ERASE_LINE, INTERRUPT, UP, Terminal

INIT = [sys.executable, "-m", "specc.cli", "init"]
QUESTIONS = ["What to start from?", "Name of the spec?", "Format?", "Directory?", "Write the JSON Schema"]
TERMINALS = {"colors": {}, "no colors": {"NO_COLOR": "1"}, "dumb": {"TERM": "dumb"}}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def command_shown(terminal: Terminal) -> list[str]:
    """The command without questions; a long line goes on in the next row of the screen."""
    said = terminal.written.decode().replace("\r\n", "\n")
    found = re.search(r"the same without questions: (.*)\n", said)
    assert found is not None, said
    return shlex.split(found[1])


@pytest.mark.parametrize("kind", ["colors", "no colors"])
@pytest.mark.parametrize("columns", [30, 100])
def test_answers_and_the_command_that_equals_them(tmp_path: Path, kind: str, columns: int) -> None:
    with Terminal(INIT, folder=tmp_path, columns=columns, environment=TERMINALS[kind]) as terminal:
        terminal.wait_for("» pipeline")
        terminal.wait_for("release")
        assert len(terminal.text.splitlines()) <= 13, "no line is broken"
        terminal.type(DOWN + DOWN + DOWN + UP)
        terminal.wait_for("» birds")
        terminal.type(ENTER)
        terminal.wait_for("Name of the spec?")
        terminal.type("Big Bird" + ENTER)
        terminal.wait_for("small letters, digits"[:columns])
        terminal.type(ERASE_LINE + "big-bird" + ENTER)
        terminal.wait_for("Format?")
        terminal.type(DOWN + ENTER)
        terminal.wait_for("Directory?")
        terminal.type("new folder" + ENTER)
        terminal.wait_for("Write the JSON Schema")
        terminal.type("n")
        assert terminal.end() == 0, terminal.text
        shown = command_shown(terminal)
        colors = re.findall(rb"\x1b\[[0-9;]*[34]8;|\x1b\[(?:\d+;)*3\dm", terminal.written)
        assert bool(colors) == (kind == "colors")
    assert shown == [
        *("specc", "init", "big-bird", "--template", "birds", "--format", "yaml"),
        *("--directory", "new folder", "--no-editor-files"),
    ]
    found = files(tmp_path / "new folder")
    assert sorted(found) == [".gitignore", "big-bird.yaml", "big_bird_steps.py"]
    again = tmp_path / "again"
    again.mkdir()
    with Terminal([*INIT, *shown[2:]], folder=again) as terminal:
        assert terminal.end() == 0
        assert "?" not in terminal.text, "nothing is asked"
    assert files(again / "new folder") == found


def test_a_dumb_terminal(tmp_path: Path) -> None:
    with Terminal(INIT, folder=tmp_path, environment=TERMINALS["dumb"]) as terminal:
        terminal.wait_for("What to start from? [pipeline]:")
        terminal.type("birdz" + ENTER)
        terminal.wait_for("'birdz' is not one of")
        terminal.type("birds" + ENTER)
        terminal.wait_for("Name of the spec?")
        terminal.type("A" + ENTER)
        terminal.wait_for("small letters, digits")
        terminal.type("a" + ENTER)
        terminal.wait_for("Format? [toml]:")
        terminal.type(ENTER)
        terminal.wait_for("Directory? [.]:")
        terminal.type(ENTER)
        terminal.wait_for("Write the JSON Schema and settings for editors? [Y/n]:")
        terminal.type(ENTER)
        assert terminal.end() == 0
        assert b"\x1b" not in terminal.written
        assert command_shown(terminal)[2:] == [
            *("a", "--template", "birds", "--format", "toml", "--directory", ".", "--editor-files")
        ]
    assert {"a.toml", "a_steps.py", "specc.schema.json", ".vscode/settings.json"} <= files(tmp_path).keys()


def test_only_what_is_not_given_is_asked(tmp_path: Path) -> None:
    given = ["named", "--format", "yaml", "--no-editor-files"]
    with Terminal([*INIT, *given], folder=tmp_path) as terminal:
        terminal.wait_for("What to start from?")
        terminal.type(ENTER)
        terminal.wait_for("Directory?")
        terminal.type(ENTER)
        assert terminal.end() == 0
        for question in ("Name of the spec?", "Format?", "Write the JSON Schema"):
            assert question not in terminal.text
    assert sorted(files(tmp_path)) == [".gitignore", "named.yaml", "named_steps.py"]


def test_what_is_typed_replaces_the_default_and_filters_lists(tmp_path: Path) -> None:
    folder = tmp_path / "my-spec"
    folder.mkdir()
    with Terminal([*INIT, "--no-editor-files"], folder=folder) as terminal:
        terminal.wait_for("» pipeline")
        terminal.type("weath")
        terminal.wait_for("» weather")
        terminal.type(ENTER)
        terminal.wait_for("Name of the spec? (my-spec)")
        terminal.type("i2" + ENTER)
        terminal.wait_for("Format?")
        terminal.type(ENTER)
        terminal.wait_for("Directory? (.)")
        terminal.type(ENTER)
        assert terminal.end() == 0
        shown = command_shown(terminal)
    assert shown[2:8] == ["i2", "--template", "weather", "--format", "toml", "--directory"]
    assert (folder / "i2.toml").exists()


def test_no_answer_is_the_default(tmp_path: Path) -> None:
    folder = tmp_path / "Ünder score"
    folder.mkdir()
    with Terminal(
        [*INIT, "--template", "minimal", "--format", "toml", "-d", ".", "--no-editor-files"], folder=folder
    ) as terminal:
        terminal.wait_for("Name of the spec? (under-score)")
        terminal.type(ENTER)
        assert terminal.end() == 0
    assert (folder / "under-score.toml").exists()


@pytest.mark.parametrize("flags", [["--yes"], ["--no-input"], ["--json"], ["a", "--template", "minimal"], ["--list"]])
def test_nothing_is_asked(tmp_path: Path, flags: list[str]) -> None:
    with Terminal([*INIT, *flags], folder=tmp_path) as terminal:
        assert terminal.end() == 0
        assert not any(question in terminal.text for question in QUESTIONS)
    assert bool(files(tmp_path)) == (flags != ["--list"])


@pytest.mark.parametrize("key", [INTERRUPT, END_OF_INPUT], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("kind", TERMINALS)
@pytest.mark.parametrize("at", range(len(QUESTIONS)), ids=QUESTIONS)
def test_no_answer_writes_nothing(tmp_path: Path, kind: str, at: int, key: str) -> None:
    with Terminal(INIT, folder=tmp_path, environment=TERMINALS[kind]) as terminal:
        for question in QUESTIONS[:at]:
            terminal.wait_for(question)
            terminal.type(ENTER if question != "Name of the spec?" else f"a{ENTER}")
        terminal.wait_for(QUESTIONS[at])
        terminal.type(key)
        assert terminal.end() == 130
        assert terminal.text.endswith("interrupted")
    assert files(tmp_path) == {}


def test_a_taken_file_is_told_after_the_questions(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("mine")
    with Terminal([*INIT, "--template", "birds", "--format", "toml", "-d", "."], folder=tmp_path) as terminal:
        terminal.wait_for("Name of the spec?")
        terminal.type(ERASE_LINE + "a" + ENTER)
        terminal.wait_for("Write the JSON Schema")
        terminal.type("y")
        assert terminal.end() == 2
        assert "refusing to overwrite `a.toml`" in terminal.text
    assert files(tmp_path) == {"a.toml": b"mine"}
