"""Specs that run other specs as steps: what can be wrong between the two."""

from __future__ import annotations

from pathlib import Path

import pytest

import specc
from specc.diagnostics.render import render
from specc.frontend import check
from specc.ir.ops import SubPipeline

OTHER = 'specc = 1\nkind = "pipeline"\nname = "other"\n[params.x]\ntype = "integer"\n[steps.f]\ncall = "work:f"\nwith.x = "${params.x}"\n[outputs]\ny = "${steps.f}"\n'


def found(tmp_path: Path, body: str, **files: str) -> list[str]:
    for name, text in {"work.py": "def f(x: int) -> int:\n    return x\n", "other.toml": OTHER, **files}.items():
        path = tmp_path / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "spec.toml").write_text(f'specc = 1\nkind = "pipeline"\nname = "spec"\n{body}')
    compilation = check(tmp_path / "spec.toml")
    return render(compilation.diagnostics, compilation.texts, "concise").replace(f"{tmp_path}/", "").splitlines()


def test_the_type_of_its_outputs_is_known(tmp_path: Path) -> None:
    body = '[steps.o]\npipeline = "other.toml"\nwith.x = 1\n[outputs]\nz = "${steps.o.z}"\nlong = "${len(steps.o.y)}"\n'
    assert [line.split(" ")[0] for line in found(tmp_path, body)] == ["spec.toml:8:16:", "spec.toml:9:15:"]


def test_what_is_wrong_in_the_other_spec_is_shown_there(tmp_path: Path) -> None:
    lines = found(
        tmp_path,
        '[steps.o]\npipeline = "other.toml"\nwith.x = 1\n',
        **{"other.toml": OTHER.replace("work:f", "work:g")},
    )
    assert lines[0] == "spec.toml:5:12: error[SPC367] the spec `other.toml` has errors"
    assert lines[1].startswith("other.toml:7:14: error[SPC334]")


@pytest.mark.parametrize("own", ["spec.toml", "./spec.toml"])
def test_a_spec_does_not_run_itself(tmp_path: Path, own: str) -> None:
    (line,) = found(tmp_path, f'[steps.o]\npipeline = "{own}"\n')
    assert line == "spec.toml:5:12: error[SPC367] specs run each other in a circle"


def test_specs_do_not_run_each_other(tmp_path: Path) -> None:
    lines = found(
        tmp_path,
        '[steps.o]\npipeline = "other.toml"\n',
        **{"other.toml": 'specc = 1\nkind = "pipeline"\nname = "other"\n[steps.back]\npipeline = "spec.toml"\n'},
    )
    assert "other.toml:5:12: error[SPC367] specs run each other in a circle" in lines


def test_its_functions_are_in_the_same_folder(tmp_path: Path) -> None:
    files = {"below__other.toml": OTHER, "below__work.py": "def f(x: int) -> int:\n    return x\n"}
    (line,) = found(tmp_path, '[steps.o]\npipeline = "below/other.toml"\nwith.x = 1\n', **files)
    assert "SPC367" in line
    assert "in another folder" in line
    files["below__other.toml"] = OTHER + '[package]\nroot = ".."\n'
    assert found(tmp_path, '[steps.o]\npipeline = "below/other.toml"\nwith.x = 1\n', **files) == []


def test_other_kinds_of_text_and_folders_are_told(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    (line,) = found(tmp_path, '[steps.o]\npipeline = "folder.toml"\n')
    assert "there is no spec `folder.toml`" in line


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("with.x = 1.5", "does not fit"),
        ('with.x = "${params.t}"', "it is string, not integer"),
        ("", "needs `x`"),
        ("with.x = 1\nwith.y = 2", "has no parameter `y`"),
    ],
)
def test_arguments_are_held_against_its_parameters(tmp_path: Path, given: str, problem: str) -> None:
    (line,) = found(
        tmp_path, f'[params.t]\ntype = "string"\ndefault = ""\n[steps.o]\npipeline = "other.toml"\n{given}\n'
    )
    assert "SPC369" in line
    assert problem in line


def test_two_steps_run_the_same_spec_and_it_is_read_once(tmp_path: Path) -> None:
    body = "".join(f'[steps.s{number}]\npipeline = "other.toml"\nwith.x = {number}\n' for number in range(3))
    broken = OTHER.replace("work:f", "work:g")
    lines = found(tmp_path, body, **{"other.toml": broken})
    assert sum(line.startswith("other.toml") for line in lines) == 1
    assert sum("SPC367" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("count", "problem"),
    [
        ('"o/f" = 1', ""),
        ('"m/f" = 2', ""),
        ("o = 1", "step `o` is made of others, and calls nothing itself"),
        ('"o/g" = 1', "a test counts the calls of the step `o/g`, which calls nothing or is not there"),
        ('"o/f/g" = 1', "a test counts the calls of the step `o/f/g`, which calls nothing or is not there"),
    ],
)
def test_a_test_counts_the_calls_in_another_spec(tmp_path: Path, count: str, problem: str) -> None:
    body = '[steps.o]\npipeline = "other.toml"\nwith.x = 1\n[steps.m]\npipeline = "other.toml"\neach.x = [1, 2]\nwith.x = "${x}"\n'
    lines = found(tmp_path, f'{body}[[tests]]\nname = "t"\nexpect.calls = {{ {count} }}\n')
    assert [line.partition("] ")[2] for line in lines] == ([problem] if problem else [])


def test_calls_in_another_spec_are_counted(tmp_path: Path) -> None:
    body = '[steps.f]\npipeline = "other.toml"\neach.x = [1, 2]\nwith.x = "${x}"\n[[tests]]\nname = "t"\nexpect.calls = { "f/f" = 2 }\n'
    assert found(tmp_path, body) == []
    assert [result.passed for result in specc.test(tmp_path / "spec.toml")] == [True]


def test_default_retries_are_for_the_calls_inside(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text("def f(x: int) -> int:\n    return x\n")
    (tmp_path / "other.toml").write_text(OTHER)
    steps = (
        '[steps.a]\npipeline = "other.toml"\nwith.x = 1\n[steps.b]\npipeline = "other.toml"\nwith.x = 1\nretry = 1\n'
    )
    (tmp_path / "spec.toml").write_text(
        f'specc = 1\nkind = "pipeline"\nname = "spec"\n[defaults]\nretry = {{ max = 5 }}\n{steps}'
    )
    module = check(tmp_path / "spec.toml").module
    assert module is not None
    retries = {op.name: op.retry for op in module.body.ops if isinstance(op, SubPipeline)}
    assert retries["a"] is None
    assert retries["b"] is not None
