"""How commands end: codes, streams, bugs, pipes and interrupts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = [sys.executable, "-m", "specc.cli"]


def test_help_lists_every_command(specc) -> None:
    from specc.cli.group import COMMANDS

    result = specc("--help")
    assert result.code == 0
    assert all(f"  {name} " in result.out for name in COMMANDS)
    assert specc().out == result.out


@pytest.mark.parametrize("name", ["init", "check", "compile", "run", "graph", "schema", "explain", "config", "version"])
def test_help_line_is_the_first_line_of_the_command(specc, name: str) -> None:
    from importlib import import_module

    from specc.cli.group import COMMANDS

    command = import_module(f"specc.cli.{name}").command
    assert command.help
    assert specc(name, "--help").code == 0
    assert COMMANDS[name].endswith(".")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc", "a.toml"], "did you mean `check`?"),
        (["frobnicate"], "no command is called `frobnicate`"),
        (["check", "--fromat", "json", "a.toml"], "--format"),
        (["check"], "SPEC"),
        (["check", "--format", "xml", "a.toml"], "xml"),
        (["--nonsense"], "--nonsense"),
        (["explain", "SPC999"], "SPC999"),
        (["schema", "nonsense"], "nonsense"),
    ],
)
def test_usage_errors(specc, arguments: list[str], said: str) -> None:
    result = specc(*arguments)
    assert result.code == 2
    assert said in result.err
    assert result.out == ""


def test_version(specc) -> None:
    assert specc("--version").out == specc("version").out
    assert specc("version").out.startswith("specc ")
    assert '"language": 1' in specc("version", "--json").out


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a bug of ours")


def test_a_bug_is_one_diagnostic(specc, monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    monkeypatch.delenv("SPECC_DEBUG", raising=False)
    monkeypatch.setattr("specc.frontend.check", broken)
    result = specc("check", "sums.toml")
    assert result.code == 1
    assert "SPC900" in result.err
    assert "ZeroDivisionError" in result.err
    assert "a bug of ours" in result.err
    assert "SPECC_DEBUG=1" in result.err
    assert "Traceback" not in result.err


def test_a_bug_shows_its_traceback_on_request(specc, monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    monkeypatch.setenv("SPECC_DEBUG", "1")
    monkeypatch.setattr("specc.frontend.check", broken)
    result = specc("check", "sums.toml")
    assert "Traceback" in result.err
    assert "in broken" in result.err


def test_an_interrupt_ends_with_130(specc, monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("specc.frontend.check", interrupted)
    result = specc("check", "sums.toml")
    assert result.code == 130
    assert "Traceback" not in result.err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_reader_that_goes_away_is_no_error() -> None:
    """`specc explain --json | head -c 10`: the pipe breaks in the middle of the output."""
    process = subprocess.Popen([*TOOL, "explain", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert process.wait(30) in (0, 128 + signal.SIGPIPE)
    assert error == b""


def test_text_that_the_terminal_cannot_show(project: Path) -> None:
    (project / "sums.toml").write_text('specc = 1\nkind = "pipeline"\nname = "Übung \u2603"\n')
    done = subprocess.run(
        [*TOOL, "check", "sums.toml"], env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"SPC900" not in done.stderr + done.stdout
