"""Programs as steps of local runs: what they log, and that nothing of them outlives its time."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import specc
from specc_runtime import capture

HEAD = 'specc = 1\nkind = "pipeline"\nname = "tools"\n'
PATIENCE = 30


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / "state"))
    return tmp_path / "spec.toml"


def test_a_timeout_ends_the_program_and_all_that_it_has_started(spec: Path) -> None:
    """Each of them holds the pipe open for as long as it lives."""
    spec.write_text(
        HEAD + '[steps.hang]\ncommand = ["sh", "-c", "exec 3> alive; sleep 600 & (sleep 600 &) ; sleep 600"]\n'
        'timeout = "500ms"\non_error.timeout.use = "late"\n[outputs]\nsaid = "${steps.hang}"\n'
    )
    pipe = spec.parent / "alive"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert specc.run(spec).check().outputs == {"said": "late"}
    assert select.select([reader], [], [], PATIENCE)[0], "some process still has the pipe"
    assert os.read(reader, 1) == b""
    os.close(reader)


def test_what_a_program_says_is_its_steps_log_without_secrets(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_TOKEN", "hunter2hunter2")
    spec.write_text(
        HEAD + '[secrets]\nTOKEN = "env:THE_TOKEN"\n[steps.tool]\n'
        'command = ["sh", "-c", "echo working with $TOKEN >&2; echo more >&2; echo $TOKEN; exit 3"]\n'
    )
    lines = list[tuple[object, ...]]()
    with capture.installed(lambda *line: lines.append(line)):
        result = specc.run(spec)
    assert lines == [(("tool", ()), "stderr", None, "working with ***"), (("tool", ()), "stderr", None, "more")]
    assert result.error is not None
    assert "failed with status 3: more\nthe last it said:\nworking with ***\nmore" in result.error.message


def test_a_program_sees_the_environment_of_the_steps(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_TOKEN", "hunter2hunter2")
    spec.write_text(
        HEAD + '[env]\nPLAIN = "1"\nCHANGED = "old"\n[secrets]\nTOKEN = "env:THE_TOKEN"\n'
        '[steps.tool]\ncommand = ["sh", "-c", "echo $PLAIN $CHANGED $${#TOKEN}"]\nenv.CHANGED = "new"\n'
        '[steps.other]\nafter = ["tool"]\ncommand = ["sh", "-c", "echo $CHANGED"]\n'
        '[outputs]\nsaid = "${[steps.tool, steps.other]}"\n'
    )
    assert specc.run(spec).check().outputs == {"said": ["1 new 14", "old"]}


def test_many_at_the_same_time(spec: Path) -> None:
    spec.write_text(
        HEAD + '[steps.each]\neach.n = "${range(40)}"\ncommand = ["expr", "${n}", "+", "1"]\nresult = "json"\n'
        '[outputs]\ntotal = "${sum(steps.each)}"\n'
    )
    assert specc.run(spec).check().outputs == {"total": 820}


@pytest.mark.parametrize("action", ["command", "script"])
def test_memory_is_counted_with_what_a_program_has(spec: Path, action: str) -> None:
    (spec.parent / "large.py").write_text("x = b'x' * 10**9\nimport time\ntime.sleep(60)\n")
    does = f'command = ["{sys.executable}", "large.py"]' if action == "command" else 'script = "large.py"'
    spec.write_text(
        HEAD
        + f'[steps.large]\n{does}\ncompute = {{ memory = "200MiB", engine = "local" }}\non_error.lost.use = "lost"\n'
        '[outputs]\nsaid = "${steps.large}"\n'
    )
    assert specc.run(spec).check().outputs == {"said": "lost"}


def test_a_cell_that_fails_fails_the_run(spec: Path) -> None:
    """Also where others succeed, and where it is a signal that ended it."""
    for end in ("exit 3", "kill -9 $$$$"):
        spec.write_text(
            HEAD + '[steps.cells]\neach.n = "${range(4)}"\n'
            f'command = ["sh", "-c", "test $0 != 2 || {end}", "${{n}}"]\n'
        )
        result = specc.run(spec)
        assert result.status == "failed"
        assert result.error is not None
        assert (result.error.step, result.error.items, result.error.name) == ("cells", (2,), "CommandError")


STARTED = "sleep 600 & setsid sleep 600 & (setsid sh -c 'sleep 600; echo' &) ;"
"""A child, a session of its own, and a daemon."""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["timeout", "ends", "worker", "interrupted", "engine"])
def test_nothing_of_a_program_is_left(spec: Path, how: str) -> None:
    """All that it starts holds the pipe, and its output."""
    end = {"ends": "exit 0", "worker": "kill -9 $PPID; sleep 600"}.get(how, "sleep 600")
    spec.write_text(
        HEAD
        + f'[steps.hang]\ncommand = ["sh", "-c", "exec 3> alive; {STARTED} echo >&3; {end}"]\n'
        + ('timeout = "300ms"\n' if how == "timeout" else "")
    )
    pipe = spec.parent / "alive"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "spec.toml"]
    with subprocess.Popen(command, cwd=spec.parent, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        assert select.select([reader], [], [], PATIENCE)[0], "nothing was started"
        assert os.read(reader, 1) == b"\n"
        if how in ("interrupted", "engine"):
            for _ in range(2):  # the second time nobody waits for what is under way
                process.send_signal(signal.SIGINT if how == "interrupted" else signal.SIGKILL)
                select.select([], [], [], 0.05)
        assert select.select([reader], [], [], PATIENCE)[0], "some process still has the pipe"
        assert os.read(reader, 1) == b""
        assert process.wait(PATIENCE) == {"ends": 0, "interrupted": 130, "engine": -9}.get(how, 1)
    os.close(reader)
