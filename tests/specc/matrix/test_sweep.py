"""A whole spec, swept over values of its parameters."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import specc
from specc.frontend import check
from specc.ir.module import Module
from specc.ir.verifier import verify
from specc.matrix.sweep import SweepError, parse_axes, swept, unused

SPEC = """
specc = 1
kind = "pipeline"
name = "train"
[params.lr]
type = "number"
[params.seed]
type = "integer"
default = 0
maximum = 10
[params.name]
type = "string"
default = "x"
[params.layers]
type = "array"
default = []
[steps.train]
call = "work:fit"
with = { lr = "${params.lr}", seed = "${params.seed}" }
[outputs]
loss = "${steps.train}"
name = "${params.name}"
"""
WORK = """
from pathlib import Path
def fit(lr, seed):
    if seed == 3 and Path(__file__).with_name("fail").exists():
        raise ValueError("diverged")
    with Path(__file__).with_name("calls").open("a") as file:
        file.write(f"{lr}/{seed} ")
    return round(lr * 10 + seed, 6)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "spec.toml").write_text(SPEC)
    (tmp_path / "work.py").write_text(WORK)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def module(folder: Path) -> Module:
    found = check(folder / "spec.toml").module
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("texts", "axes"),
    [
        (["lr=0.1,1e-2"], {"lr": [0.1, 0.01]}),
        (["lr=1", "seed=0..3"], {"lr": [1], "seed": [0, 1, 2, 3]}),
        (["seed=2..-1"], {"seed": [2, 1, 0, -1]}),
        (["lr=1..2"], {"lr": [1, 2]}),
        (["name=a, b,1..2"], {"name": ["a", "b", "1..2"]}),
        (['name=["a,b", "c"]'], {"name": ["a,b", "c"]}),
        (["layers=[[1, 2], []]"], {"layers": [[1, 2], []]}),
    ],
)
def test_values_on_the_command_line(module: Module, texts: list[str], axes: dict[str, Any]) -> None:
    assert parse_axes(module, texts) == axes


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["lr"], "is not NAME=VALUE"),
        (["lrr=1"], "there is no parameter `lrr`; did you mean `lr`?"),
        (["lr="], "there are no values"),
        (["lr=[]"], "there are no values to sweep `lr` over"),
        (["lr=a"], "`a` is not a number"),
        (["lr=1", "lr=2"], "`lr` is swept twice"),
        (["lr=1,1"], "`lr` has the value `1` twice"),
        (["seed=9..12"], "11 is more than 10"),
        (["seed=0..200000"], "more than 100000 values"),
        (["layers=1,2"], "takes a list of values in JSON"),
        (["layers=[1, 2]"], "takes a list of lists"),
        (["name=[1"], "not a list in JSON"),
        (['lr={"log": [0.1, 1, 3]}'], "written as `0.1,0.2`, `0..4` or a list in JSON"),
    ],
)
def test_what_cannot_be_swept(module: Module, texts: list[str], words: str) -> None:
    with pytest.raises(SweepError) as caught:
        swept(module, parse_axes(module, texts))
    assert words in str(caught.value)


def test_how_many(module: Module) -> None:
    axes = {"lr": [1, 2, 3], "seed": [0, 1]}
    with pytest.raises(SweepError, match=r"6 configurations \(lr 3 x seed 2\); at most 5"):
        swept(module, axes, most=5)
    with pytest.raises(SweepError, match="`lr` has 3, `seed` has 2"):
        swept(module, axes, "zip")
    found = swept(module, axes)
    assert verify(found) == []
    assert [item.name for item in found.parameters] == ["name", "layers"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specc.cli", "run", "--local", *arguments, "--json"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_sweep_runs_and_goes_on(folder: Path) -> None:
    (folder / "fail").touch()
    first = run("spec.toml", "--sweep", "lr=0.1,0.2", "--sweep", "seed=2,3", "-p", "name=n", "-j1")
    assert first.returncode == 1
    assert "seed=3" in first.stderr
    assert "sweep: 4 cells (lr 2 x seed 2)" in first.stderr
    (folder / "fail").unlink()
    (folder / "spec.toml").write_text(SPEC + "\n# changed\n")  # so that the saved plan is not enough
    second = run("--resume")
    assert second.returncode == 0, second.stderr
    outputs = json.loads(second.stdout)["outputs"]["sweep"]
    wanted = [(lr, seed) for lr in (0.1, 0.2) for seed in (2, 3)]
    assert [item["configuration"] for item in outputs] == [{"lr": lr, "seed": seed} for lr, seed in wanted]
    assert [item["outputs"] for item in outputs] == [
        {"loss": round(lr * 10 + seed, 6), "name": "n"} for lr, seed in wanted
    ]
    called = (folder / "calls").read_text().split()
    assert sorted(called) == sorted(set(called)), "what was done is not done again"
    assert run("spec.toml", "--max-cells", "3").returncode == 2


def test_what_a_sweep_changes_is_told(folder: Path) -> None:
    both = run("spec.toml", "--sweep", "lr=0.1,0.2", "-p", "lr=3")
    assert both.returncode == 2
    assert "`lr` is swept and given as well; leave out `-p lr=3`" in both.stderr
    (folder / "spec.toml").write_text(SPEC.partition("[outputs]")[0])
    told = run("spec.toml", "--sweep", "layers=[[1], [2]]", "-p", "lr=3")
    assert told.returncode == 0, told.stderr
    assert "warning: nothing in the spec uses `params.layers`" in told.stderr
    assert "note: the spec has no `[outputs]`" in told.stderr


def test_only_what_is_read_is_swept(module: Module) -> None:
    assert unused(module, ["lr", "layers", "name"]) == ["layers"]


def test_a_sweep_of_a_program(folder: Path) -> None:
    result = specc.run("spec.toml", {"name": "n"}, sweep={"lr": [0.5, 1], "seed": (1, 2)}, sweep_mode="zip")
    assert result.outputs == {
        "sweep": [
            {"configuration": {"lr": 0.5, "seed": 1}, "outputs": {"loss": 6.0, "name": "n"}},
            {"configuration": {"lr": 1, "seed": 2}, "outputs": {"loss": 12, "name": "n"}},
        ]
    }
    again = specc.run("spec.toml", resume=result.id)
    assert (again.outputs, dict(again.calls)) == (result.outputs, {})
    with pytest.raises(ValueError, match="did you mean `lr`"):
        specc.run("spec.toml", sweep={"lrr": [1]})
