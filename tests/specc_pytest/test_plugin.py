"""`pytest --specc` in a project of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import NamedTuple

import pytest

from specc_pytest.headers import carries_tests

HEAD = """\
specc = 1
kind = "pipeline"
name = "birds"

[params.limit]
type = "integer"
default = 2

[steps.birds]
call = "pytest_birds:birds"
with.limit = "${params.limit}"

[outputs]
birds = "${steps.birds}"

"""
TESTS = """\
[[tests]]
name = "two birds"
expect.outputs.birds = ["goose", "duck"]

[[tests]]
name = "no bird at all"
params.limit = 0
expect.outputs.birds = []
"""
FAILING = """
[[tests]]
name = "a bird too many"
params.limit = 1
expect = { outputs = { birds = ["goose", "duck"] }, calls = { birds = 2 } }

[[tests]]
name = "what fails"
params.limit = -1
expect = {}
"""
WORK = """\
def birds(limit: int) -> list[str]:
    print("looking for birds")
    if limit < 0:
        raise LookupError("no such birds")
    return ["goose", "duck"][:limit]
"""


class Done(NamedTuple):
    code: int
    out: str


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Done]:
    """`run("--specc", ...)` runs pytest in a folder with specs, tests of Python and other files."""
    (tmp_path / "pytest_birds.py").write_text(WORK)
    (tmp_path / "good.toml").write_text(HEAD + TESTS)
    (tmp_path / "test_plain.py").write_text("def test_plain():\n    assert True\n")
    (tmp_path / "pyproject.toml").write_text('[tool.x]\nspecc = 1\nkind = "x"\n[[tests]]\nname = "no"\n')
    (tmp_path / "manifest.json").write_text('{"specc": 1, "kind": "pipeline"}')
    (tmp_path / "broken.yaml").write_bytes(b"\xff\xfe: [")

    def start(*arguments: str) -> Done:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        return Done(done.returncode, done.stdout + done.stderr)

    return start


def outcomes(done: Done) -> str:
    """`2 passed, 1 failed` of the last line."""
    return re.sub(r" in [0-9.]+s.*|=+ *", "", done.out.rstrip().splitlines()[-1]).strip()


def test_it_is_a_plugin() -> None:
    assert [point.value for point in entry_points(group="pytest11") if point.name == "specc"] == ["specc_pytest"]


def test_tests_of_specs_are_items(run: Callable[..., Done]) -> None:
    done = run("--specc", "-v")
    assert done.code == 0, done.out
    assert "good.toml::two birds PASSED" in done.out
    assert "good.toml::no bird at all PASSED" in done.out
    assert "test_plain.py::test_plain PASSED" in done.out
    assert outcomes(done) == "3 passed"
    assert "looking" not in done.out


def test_without_the_option_nothing_is_imported(run: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import sys\ndef pytest_unconfigure():\n"
        "    print('\\nLOADED', sorted(name for name in sys.modules if name.split('.')[0].startswith('specc')))\n"
    )
    done = run()
    assert outcomes(Done(0, done.out.partition("\nLOADED")[0])) == "1 passed"
    assert "LOADED ['specc_pytest']" in done.out


def test_failures_show_the_spec_and_what_was_printed(run: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(HEAD + FAILING)
    done = run("--specc", "bad.toml")
    assert done.code == 1
    assert outcomes(done) == "2 failed"
    assert "error[SPC510]: test `a bird too many` failed" in done.out
    line = (HEAD + FAILING).split("\n").index('name = "a bird too many"') + 3
    assert f"--> bad.toml:{line}:" in done.out
    assert 'note: outputs.birds[1]: expected "duck", found nothing' in done.out
    assert "note: calls.birds: expected 2, found 1" in done.out
    assert "Captured stdout call" in done.out
    assert "looking for birds" in done.out
    assert 'raise LookupError("no such birds")' in done.out
    assert "site-packages" not in done.out
    assert "FAILED bad.toml::a bird too many" in done.out
    assert outcomes(run("--specc", "bad.toml", "-x")) == "1 failed"


def test_a_spec_that_does_not_compile_is_an_error(run: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(HEAD.replace("steps.birds}", "steps.brids}") + TESTS)
    done = run("--specc")
    assert done.code == 2
    assert "ERROR collecting bad.toml" in done.out
    assert "did you mean `birds`?" in done.out
    assert "Traceback" not in done.out


@pytest.mark.slow
def test_choosing(run: Callable[..., Done]) -> None:
    assert outcomes(run("--specc", "-k", "two")) == "1 passed, 2 deselected"
    assert outcomes(run("--specc", "good.toml::no bird at all")) == "1 passed"
    collected = run("--specc", "--collect-only", "-q").out
    assert "good.toml::two birds\ngood.toml::no bird at all\n" in collected
    assert run("--specc", "good.toml::none").code == 4


@pytest.mark.slow
def test_in_several_processes(run: Callable[..., Done], tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"more{number}.toml").write_text(HEAD + TESTS + FAILING)
    done = run("--specc", "-n", "2")
    assert done.code == 1
    assert outcomes(done) == "6 failed, 9 passed"
    assert len(re.findall(r"^error\[SPC510\]", done.out, re.MULTILINE)) == 6


def test_from_another_folder(run: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("good.toml", "pytest_birds.py"):
        (tmp_path / name).rename(tmp_path / "deep" / "er" / name)
    done = run("--specc", "deep", "-v")
    assert "deep/er/good.toml::two birds PASSED" in done.out


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.toml", HEAD + TESTS, True),
        ("a.toml", HEAD, False),
        ("a.toml", HEAD.replace("name =", 'extends = ["b.toml"]\nname ='), True),
        ("a.toml", TESTS, False),
        ("a.toml", "[a]\n" + HEAD + TESTS, False),
        ("a.toml", "", False),
        ("a.yaml", "specc: 1\nkind: pipeline\nname: x\nsteps: {}\ntests:\n- name: x\n", True),
        ("a.yml", "specc: 1\nkind: pipeline\nname: x\n", False),
        ("a.yaml", "x:\n  specc: 1\n  kind: y\n  tests: []\n", False),
        ("a.json", '{"specc": 1, "kind": "pipeline", "tests": []}', True),
        ("a.json", '{"specc": 1, "module": {}}', False),
        ("a.json", '["specc", "kind", "tests"]', False),
        ("a.json", '{"specc', False),
        ("a.json", '"specc"' + "[" * 100_000, False),
    ],
)
def test_what_looks_like_a_spec(tmp_path: Path, name: str, text: str, expected: bool) -> None:
    (tmp_path / name).write_text(text)
    assert carries_tests(tmp_path / name) is expected


def test_what_cannot_be_read_is_no_spec(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe" + HEAD.encode())
    (tmp_path / "folder.toml").mkdir()
    assert not any(carries_tests(tmp_path / name) for name in ("a.toml", "folder.toml", "none.toml"))
