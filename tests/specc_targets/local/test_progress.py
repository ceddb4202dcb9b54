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
    ItemsFinished,
    Retrying,
    RunEnded,
    RunStarted,
    StepFailed,
    StepFinished,
    StepRecovered,
    StepSkipped,
    StepStarted,
)
from specc_targets.local.failures import RunError
from specc_targets.local.progress import PlainProgress, describe
from specc_targets.local.watching.rich_live import LiveProgress

ERROR = RunError("ValueError", "bad\nvery", "m", (1,))
EVENTS: list[Event] = [
    StepStarted("m", (), 2),
    ItemsFinished("m", (), 1, 2, 0),
    Retrying("m", (1,), 1, 0.5, ERROR),
    StepFailed("m", (1,), ERROR),
    StepRecovered("m", (1,), ERROR),
    ItemsFinished("m", (), 2, 2, 1),
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


def drawn(events: list[Event], monkeypatch: pytest.MonkeyPatch, *, width: int = 100, height: int = 24) -> list[str]:
    """The lines that a terminal shows in the end."""
    for name, value in {"COLUMNS": width, "LINES": height, "TERM": "xterm", "FORCE_COLOR": 1}.items():
        monkeypatch.setenv(name, str(value))
    stream = io.StringIO()
    with LiveProgress(stream) as progress:
        for event in events:
            progress(event)
    return screen(stream.getvalue())


def screen(written: str) -> list[str]:
    """What a terminal of endless height shows of it: the little that rich uses of one."""
    lines, row, column = [""], 0, 0
    for control, text in re.findall(r"(\x1b\[[0-9;?]*[A-Za-z]|\r|\n)|([^\x1b\r\n]+)", written):
        if text:
            lines[row] = lines[row][:column].ljust(column) + text + lines[row][column + len(text) :]
            column += len(text)
        elif control == "\r":
            column = 0
        elif control == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        elif control == "\x1b[2K":
            lines[row] = ""
        elif control.endswith("A"):
            row -= int(control[2:-1] or 1)
    return [line.rstrip() for line in lines if line.strip()]


def test_live_lines_stand_above_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = drawn(EVENTS, monkeypatch)
    assert lines[:3] == [
        "m[1]: ValueError: bad; retry 1 in 0.5s",
        "m[1]: failed: ValueError: bad",
        "m[1]: ValueError: bad; handled by `on_error`",
    ]
    assert "✓ m  1.25s  2 items, 1.6/s, 1 failed, 1 retried, 1 handled" in lines


def test_nothing_keeps_a_spinner(monkeypatch: pytest.MonkeyPatch) -> None:
    error = replace(ERROR, step="bad", items=())
    events: list[Event] = [
        RunStarted("", (), "r1", "x", 9),
        StepStarted("good", ()),
        StepFinished("good", (), 1),
        StepStarted("bad", (), 1),
        ItemsFinished("bad", (), 1, 1, 1),
        StepFailed("bad", (), error),
        StepSkipped("left"),
        StepStarted("known"),
        StepFinished("known", (), 0.0, True),
        StepStarted("cut", ()),
        StepStarted("cut/inner", ()),
        RunEnded("", (), "interrupted", 1.5),
    ]
    lines = drawn(events, monkeypatch)
    assert [line.split()[:2] for line in lines[1:]] == [
        ["✓", "good"],
        ["✗", "bad"],
        ["-", "left"],
        ["✓", "known"],
        ["-", "cut"],
        ["4", "of"],
    ]
    assert lines[-1] == "4 of 9 steps · interrupted after 1.5s · run r1"
    assert "known  known before" in lines[-3]


def test_groups_nest_and_maps_count_what_is_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    with LiveProgress(io.StringIO()) as progress:
        for event in [
            StepStarted("g"),
            StepStarted("g/each", (), 1200),
            StepStarted("g/each/fetch", (0,)),
            StepStarted("g/each/fetch", (1,)),
            StepFinished("g/each/fetch", (1,), 0.5),
            Retrying("g/each/fetch", (0,), 1, 1.0, ERROR),
            ItemsFinished("g/each", (), 600, 1200, 2),
        ]:
            progress(event)
        last = [str(line).rstrip() for line in progress._frame().renderables]
    assert [re.sub("[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]", "*", re.sub(r"  (━.*|[\d.]+s)$", "", line).rstrip()) for line in last[:3]] == [
        "* g",
        "  * each",
        "    * fetch  1 running, 1 done, 1 retried, 0.5s each",
    ]
    assert "600/1,200" in last[1]
    assert "2 failed, 1 retried" in last[1]


def test_a_run_with_a_thousand_steps_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[Event] = [RunStarted("", (), "r1", "x", 1000)]
    for index in range(1000):
        events += [StepStarted(f"s{index}"), StepFinished(f"s{index}", (), 0.001)]
    lines = drawn([*events, RunEnded("", (), "succeeded", 1.0)], monkeypatch, height=12)
    assert len(lines) <= 10
    assert lines[0].startswith("… 99")
    assert lines[0].endswith(" done")
    assert lines[-2].startswith("✓ s999")
    running: list[Event] = [StepStarted(f"s{index}") for index in range(1000)]
    assert len(drawn(running, monkeypatch, height=12)) <= 10


def test_the_slowest_steps_are_listed_after_a_long_run(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[Event] = [
        *(StepStarted(name) for name in ("g", "g/slow", "quick")),
        StepFinished("g/slow", (), 3.0),
        StepFinished("g", (), 3.0),
        StepFinished("quick", (), 0.5),
    ]
    lines = drawn([*events, RunEnded("", (), "succeeded", 3.2)], monkeypatch)
    assert lines[-3:] == ["slowest steps", "  g/slow       3s", "  quick      0.5s"]
    assert "slowest steps" not in drawn([*events, RunEnded("", (), "succeeded", 1.9)], monkeypatch)


def test_failures_without_end_are_only_counted() -> None:
    stream = io.StringIO()
    with PlainProgress(stream) as progress:
        progress(StepStarted("m", (), 100))
        for index in range(100):
            progress(StepFailed("m", (index,), replace(ERROR, items=(index,))))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 12
    assert lines[-1] == "m: further failures are only counted; `specc logs` shows them"


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


def test_what_steps_print_stands_above_the_tree(tmp_path: Path) -> None:
    (tmp_path / "prints.py").write_text("def say(text: str) -> None:\n    print(text)\n")
    (tmp_path / "prints.toml").write_text(SPEC)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "prints.toml", "--json"]
    done = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    written = b""
    while chunk := _read(ours):
        written += chunk
    os.close(ours)
    assert json.loads(done.communicate(timeout=60)[0])["outputs"] == {"done": True}
    lines = screen(written.decode())
    assert {"from a thread", "from a process"} <= set(lines), "each on a line of its own"
    assert any(line.startswith("✓ process") for line in lines)
    assert any(re.fullmatch(r"2 of 2 steps · succeeded after .* · run \d{8}-\S+", line) for line in lines)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # what Linux says when the other end is closed
        return b""


def test_a_name_with_line_ends_stays_on_its_line() -> None:
    error = replace(ERROR, name="a.b\nc\r d")
    for event in (Retrying("m", (1,), 1, 0.5, error), StepFailed("m", (1,), error), StepRecovered("m", (1,), error)):
        assert "a.b c d: bad" in describe(event)
        assert len(describe(event).splitlines()) == 1
