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


def own_tests(path: Path) -> list[dict[str, Any]]:
    return check(path).spec.value.get("tests", [])


def specc(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specc.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)


def test_there_are_examples_and_each_has_tests() -> None:
    assert len(SPECS) >= 5
    assert all(own_tests(path) for path in SPECS)
    assert all((path.parent / "data" / "README.md").exists() for path in SPECS if (path.parent / "data").exists())


@pytest.mark.parametrize("path", SPECS, ids=names())
def test_checks_without_a_word(path: Path) -> None:
    assert check(path).diagnostics == ()


@pytest.mark.parametrize("path", SPECS, ids=names())
def test_compiles(path: Path, tmp_path: Path) -> None:
    done = specc("compile", str(path), "-o", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert any(tmp_path.rglob("*.json"))


@pytest.mark.parametrize("path", SPECS, ids=names())
def test_own_tests(path: Path) -> None:
    done = specc("test", str(path), "--json")
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)
    assert (found["passed"], found["failed"]) == (len(own_tests(path)), 0)


def test_too_many_failures_are_not_tolerated() -> None:
    done = specc("run", "--local", str(ROOT / "specs" / "earthquakes" / "earthquakes.toml"), "-p", "magnitude=5")
    assert done.returncode == 1
    assert "ToleranceExceeded" in done.stderr
    assert "earthquakes failed" in done.stderr, "the finally step runs after a failure too"
