from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from specc_targets.local.events import (
    Event,
    ItemFinished,
    Retrying,
    StepFailed,
    StepFinished,
    StepRecovered,
    StepSkipped,
    StepStarted,
)
from specc_targets.local.failures import RunError
from specc_targets.local.progress import LiveProgress, PlainProgress, describe

ERROR = RunError("ValueError", "bad\nvery", "m", (1,))
EVENTS: list[Event] = [
    StepStarted("m", (), 2),
    ItemFinished("m", (), 0, 1, 2, 0),
    Retrying("m", (1,), 1, 0.5, ERROR),
    StepFailed("m", (1,), ERROR),
    StepRecovered("m", (1,), ERROR),
    ItemFinished("m", (), 1, 2, 2, 1),
    StepFinished("m", (), 1.25),
    StepStarted("g/inner", (0,)),
    StepSkipped("n", (), "k"),
]


def test_plain_lines() -> None:
    stream = io.StringIO()
    with PlainProgress(stream) as progress:
        for event in EVENTS:
            progress(event)
    assert stream.getvalue().splitlines() == [
        "m: started, 2 items",
        "m[1]: ValueError: bad; retry 1 in 0.5s",
        "m[1]: failed: ValueError: bad",
        "m[1]: ValueError: bad; handled by `on_error`",
        "m: done in 1.25s",
        "n: skipped, it uses `k`, which was skipped",
    ]


def test_live_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    stream = io.StringIO()
    with LiveProgress(stream) as progress:
        for event in EVENTS:
            progress(event)
    text = stream.getvalue()
    assert "m[1]: failed: ValueError: bad" in text
    assert "2/2" in text


def test_no_bar_keeps_a_spinner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    stream = io.StringIO()
    error = replace(ERROR, step="bad", items=())
    events: list[Event] = [
        StepStarted("good", ()),
        StepFinished("good", (), 1),
        StepStarted("bad", (), 1),
        ItemFinished("bad", (), 0, 1, 1, 1),
        StepFailed("bad", (), error),
        StepStarted("cut", ()),
    ]
    with LiveProgress(stream) as progress:
        for event in events:
            progress(event)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    last = [line.split()[:2] for line in plain.replace("\r", "\n").splitlines() if line.strip()][-3:]
    assert last == [["✓", "good"], ["✗", "bad:"], ["-", "cut"]]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.00001, "less than 1ms"),
        (0.0123, "12ms"),
        (0.25, "0.25s"),
        (12.34, "12.3s"),
        (61, "1m1s"),
        (7325, "2h2m5s"),
    ],
)
def test_durations_are_written_for_people(seconds: float, text: str) -> None:
    assert describe(StepFinished("m", (), seconds)) == f"m: done in {text}"


SPEC = """
specc = 1
kind = "pipeline"
name = "prints"
[steps.thread]
call = "prints:say"
with.text = "from a thread"
[steps.process]
call = "prints:say"
with.text = "from a process"
timeout = "30s"
[outputs]
done = true
"""


def test_what_steps_print_stands_above_the_bars(tmp_path: Path) -> None:
    (tmp_path / "prints.py").write_text("def say(text: str) -> None:\n    print(text)\n")
    (tmp_path / "prints.toml").write_text(SPEC)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "prints.toml", "--json"]
    done = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    drawn = b""
    while chunk := _read(ours):
        drawn += chunk
    os.close(ours)
    assert json.loads(done.communicate(timeout=60)[0])["outputs"] == {"done": True}
    lines = drawn.decode().replace("\x1b[2K", "\r").replace("\n", "\r").split("\r")
    assert {"from a thread", "from a process"} <= set(lines), "each on a line of its own"
    assert any(line.startswith("✓ process") for line in lines)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # what Linux says when the other end is closed
        return b""
