"""A project whose spec is edited, and servers of its picture."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from specc_targets.graph.serving import Server

SPEC = """
specc = 1
kind = "pipeline"
name = "sums"

[steps.numbers]
call = "functions:numbers"

[steps.total]
call = "functions:total"
with.numbers = "${steps.numbers}"
"""
FUNCTIONS = """
def numbers() -> list[int]:
    return [1]

def total(numbers: list[int]) -> int:
    return sum(numbers)
"""


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A spec with its functions beside it."""
    (tmp_path / "functions.py").write_text(FUNCTIONS)
    path = tmp_path / "sums.toml"
    path.write_text(SPEC)
    return path


@pytest.fixture
def serve() -> Iterator[Callable[[Path], Server]]:
    """`serve(spec)` begins to serve, until the end of the test."""
    running: list[tuple[Server, threading.Thread]] = []

    def begin(spec: Path) -> Server:
        server = Server(str(spec), "built-in")
        thread = threading.Thread(target=server.run)
        thread.start()
        running.append((server, thread))
        return server

    yield begin
    for server, thread in running:
        server.stop()
        thread.join(10)
        assert not thread.is_alive()
