"""Every example: it passes `check`, it compiles, and running it gives what its own `[[tests]]` expect."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specc.frontend import check

ROOT = Path(__file__).parents[2]
SPECS = sorted(path for path in (ROOT / "specs").glob("*/*") if path.suffix in {".toml", ".yaml"})


def names() -> list[str]:
    return [path.stem for path in SPECS]


def cases() -> list[tuple[Path, dict[str, Any]]]:
    return [(path, test) for path in SPECS for test in check(path).spec.value.get("tests", [])]


def specc(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specc.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)


def test_there_are_examples_and_each_has_tests() -> None:
    assert len(SPECS) >= 5
    assert {path.stem for path, _ in cases()} == set(names())
    assert all((path.parent / "data" / "README.md").exists() for path in SPECS if (path.parent / "data").exists())


@pytest.mark.parametrize("path", SPECS, ids=names())
def test_checks_without_a_word(path: Path) -> None:
    assert check(path).diagnostics == ()


@pytest.mark.parametrize("path", SPECS, ids=names())
def test_compiles(path: Path, tmp_path: Path) -> None:
    done = specc("compile", str(path), "-o", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert any(tmp_path.rglob("*.json"))


@pytest.mark.parametrize(("path", "test"), cases(), ids=[f"{path.stem}: {test['name']}" for path, test in cases()])
def test_own_tests(path: Path, test: dict[str, Any]) -> None:
    parameters = [
        part for name, value in test.get("params", {}).items() for part in ("-p", f"{name}={json.dumps(value)}")
    ]
    done = specc("run", "--local", "--json", str(path), *parameters)
    assert done.returncode == 0, done.stderr
    outputs = json.loads(done.stdout)["outputs"]
    expected = test["expect"]["outputs"]
    assert {name: outputs.get(name) for name in expected} == expected


def test_too_many_failures_are_not_tolerated() -> None:
    done = specc("run", "--local", str(ROOT / "specs" / "earthquakes" / "earthquakes.toml"), "-p", "magnitude=5")
    assert done.returncode == 1
    assert "ToleranceExceeded" in done.stderr
    assert "earthquakes failed" in done.stderr, "the finally step runs after a failure too"
