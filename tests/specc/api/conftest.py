"""A project that Python programs use."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

SPEC = """
specc = 1
kind = "pipeline"
name = "birds"

[params.limit]
type = "integer"
default = 2
maximum = 3

[steps.birds]
call = "api_birds:birds"
with.limit = "${params.limit}"

[steps.flap]
call = "api_birds:flap"
each.bird = "${steps.birds}"

[steps.many]
call = "api_birds:flap"
with.bird = "many"
when = "${len(steps.birds) > 2}"

[outputs]
song = "${steps.flap}"

[[tests]]
name = "two"
expect = { outputs = { song = ["flappy goose", "flappy duck"] }, calls = { flap = 2 } }

[[tests]]
name = "wrong"
params.limit = 1
expect.outputs.song = []
"""
WAITING = """
specc = 1
kind = "pipeline"
name = "waiting"

[steps.pause]
wait = "1h"

[finally.told]
call = "api_birds:note"
with.status = "${run.status}"
"""
WORK = """
import pathlib

def birds(limit: int) -> list[str]:
    print("looking")
    return ["goose", "duck", "stone"][:limit]

def flap(bird: str) -> str:
    if bird == "stone":
        raise ValueError("a stone does not flap")
    return f"flappy {bird}"

def note(status: str) -> None:
    pathlib.Path(__file__).with_name("noted").write_text(status)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with `birds.toml`, `waiting.toml` and their functions."""
    (tmp_path / "birds.toml").write_text(dedent(SPEC).lstrip())
    (tmp_path / "waiting.toml").write_text(dedent(WAITING).lstrip())
    (tmp_path / "api_birds.py").write_text(WORK)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPECC_STATE", raising=False)
    return tmp_path


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("specc"):
            thread.join(10)
            assert not thread.is_alive(), thread.name
