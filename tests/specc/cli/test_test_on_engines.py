"""`specc test --on`: the same tests as state machines on an emulator, held against the local engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

_STEPS = """
import os

def numbers(limit: int) -> list[int]:
    print(f"making {limit}")
    return list(range(limit))

def half(x: int) -> float:
    if x == 3:
        raise ValueError("three")
    return x / 2

def total(numbers: list[float]) -> float:
    return sum(numbers)

def where() -> str:
    return "cloud" if "AWS_LAMBDA_FUNCTION_NAME" in os.environ else "here"
"""

_SPEC = """
specc = 1
kind = "pipeline"
name = "sums"

[params.limit]
type = "integer"
default = 3

[steps.numbers]
call = "engine_steps:numbers"
with.limit = "${params.limit}"

[steps.half]
call = "engine_steps:half"
each.x = "${steps.numbers}"

[steps.total]
call = "engine_steps:total"
with.numbers = "${steps.half}"

[steps.where]
call = "engine_steps:where"
when = "${params.limit > 2}"

[outputs]
total = "${steps.total}"

[[tests]]
name = "three"
expect.outputs.total = 1.5
expect.calls = { numbers = 1, half = 3, total = 1 }
expect.skipped = []

[[tests]]
name = "a failure"
params.limit = 4
expect.error = "ValueError"

[[tests]]
name = "skipped and mocked"
params.limit = 1
mock.half = [7]
expect.outputs.total = 7
expect.calls.half = 1
expect.skipped = ["where"]

[[tests]]
name = "wrong everywhere"
params.limit = 2
expect.outputs.total = 9
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "engine_steps.py").write_text(_STEPS)
    path = tmp_path / "sums.toml"
    path.write_text(dedent(_SPEC))
    monkeypatch.chdir(tmp_path)
    return path


@pytest.mark.slow
def test_both_engines_give_the_same_verdicts(spec: Path, specc: Callable[..., Any]) -> None:
    result = specc("test", "--on", "local,asl", "--json", spec)
    assert result.code == 1, result.err
    found = json.loads(result.out)
    verdicts = {(test["name"], test["engine"]): test for test in found["tests"]}
    for name in ("three", "a failure", "skipped and mocked", "wrong everywhere"):
        local, machine = verdicts[name, "local"], verdicts[name, "asl"]
        assert local["passed"] == machine["passed"] == (name != "wrong everywhere")
        assert local["skipped"] == machine["skipped"]
        assert local["differences"] == machine["differences"]
    error = verdicts["a failure", "asl"]["error"]
    assert (error["name"], error["message"], error["step"]) == ("ValueError", "three", "half")
    assert 'raise ValueError("three")' in error["traceback"]
    assert "specc_runtime" not in error["traceback"]
    assert verdicts["three", "asl"]["calls"] == {"numbers": 1, "half": 3, "total": 1, "where": 1}
    assert verdicts["three", "asl"]["printed"] == "making 3\n"
    assert len(verdicts) == len(found["tests"])


@pytest.mark.slow
def test_a_difference_between_engines_is_a_failure_of_its_own(spec: Path, specc: Callable[..., Any]) -> None:
    spec.write_text(spec.read_text().replace('total = "${steps.total}"', 'total = "${steps.where}"'))
    result = specc("test", "--on", "asl,local", "--name", "a failure", spec)
    assert result.code == 0, result.err
    spec.write_text(spec.read_text().replace("expect.outputs.total = 1.5", ""))
    result = specc("test", "--on", "local,asl", "--name", "three", "--junit", "found.xml", spec)
    assert result.code == 1
    assert "ok      sums.toml: three [local]" in result.out.replace(str(spec), "sums.toml")
    assert 'three [local and asl]: outputs.total: "here" on local, "cloud" on asl' in result.out
    assert "2 passed, 1 failed" in result.out
    assert "error[SPC530]" in result.err
    assert 'type="SPC530"' in Path("found.xml").read_text()


@pytest.mark.slow
def test_steps_on_different_engines_share_a_store(spec: Path, specc: Callable[..., Any]) -> None:
    text = spec.read_text().replace(
        "[steps.numbers]",
        """[compute.big]
engine = "batch"
memory = "2GiB"
vcpu = 1

[compute.wide]
engine = "lambda"
memory = "1GiB"

[steps.numbers]
compute = "wide"
""",
    )
    spec.write_text(text.replace("[steps.total]", '[steps.total]\ncompute = "big"'))
    result = specc("test", "--on", "local,asl", "--name", "three", spec)
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("2 passed, 0 failed\n")


@pytest.mark.slow
def test_one_engine_may_run_alone(spec: Path, specc: Callable[..., Any]) -> None:
    result = specc("test", "--on", "asl", "--name", "three", spec)
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("three [asl]\n1 passed, 0 failed\n")


def test_an_unknown_engine_is_told(spec: Path, specc: Callable[..., Any]) -> None:
    result = specc("test", "--on", "local,moon", spec)
    assert result.code == 2
    assert "`--on` takes `local` and `asl`, not `moon`" in result.err


def test_without_the_extra_only_the_machine_is_missing(
    spec: Path, specc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from specc_targets.emulator import availability

    monkeypatch.setattr(availability, "find_spec", lambda name: None)
    result = specc("test", "--on", "asl", spec)
    assert result.code == 3
    assert "pip install '.[emulator]'" in result.err
