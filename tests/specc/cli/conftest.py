"""The command line in this process, without a shell around it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str


FUNCTIONS = """
def numbers(limit: int) -> list[int]:
    return list(range(limit))

def double(x: int) -> int:
    return 2 * x

def total(numbers: list[int]) -> int:
    return sum(numbers)
"""

SPEC = """
specc = 1
kind = "pipeline"
name = "sums"

[params.limit]
type = "integer"
default = 3

[steps.numbers]
call = "functions:numbers"
with.limit = "${params.limit}"

[steps.double]
call = "functions:double"
each.x = "${steps.numbers}"

[steps.total]
call = "functions:total"
with.numbers = "${steps.double}"

[outputs]
total = "${steps.total}"
"""


@pytest.fixture
def specc(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`specc("check", "a.toml", stdin=b"...")` runs a command and gives its code and what it wrote."""

    def call(*arguments: str | Path, stdin: bytes = b"") -> Result:
        from specc.cli.shell import run

        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            code = run([str(argument) for argument in arguments])
            texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
        return Result(code, *texts)

    return call


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a sound spec `sums.toml` and its functions; it is the current directory."""
    (tmp_path / "sums.toml").write_text(dedent(SPEC).lstrip())
    (tmp_path / "functions.py").write_text(FUNCTIONS)
    monkeypatch.chdir(tmp_path)
    return tmp_path
