"""Projects: looked at by a person once and compared ever after; the same bytes on every run."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from judges.ladder import rung
from judges.programs.cases import CASES, GOLDEN, compiled
from specc.frontend import check, compile_for
from specc_targets.pulumi import target

Record = Callable[[str, object], None]
EXPECTED = "expected"
HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""What the code runs on where the spec does not say it: that which compiles."""


@pytest.mark.parametrize("name", CASES)
def test_project(name: str, golden: Callable[[Path, str | bytes], None], record_property: Record) -> None:
    folder = GOLDEN / name / EXPECTED
    files = {str(path): content.decode() for path, content in compiled(CASES[name]).files.items()}
    for path, text in files.items():
        given = CASES[name].name in ("everything", "shared", "kept")
        golden(folder / path, text if given else text.replace(f'"{HERE}"', '"python3.X"'))
    assert {path.name for path in folder.iterdir()} == set(files)
    rung(record_property, "golden", projects=1)


def test_no_orphans() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(CASES)


def test_every_example_is_among_them(repository: Path) -> None:
    examples = {path.name for path in (repository / "specs").iterdir() if path.is_dir()}
    assert examples <= set(CASES)
    assert len(examples) >= 9


_PRINT = """
import sys
from judges.programs.cases import CASES, compiled
for name in ("everything", "kept", "genes"):
    for path, content in compiled(CASES[name]).files.items():
        sys.stdout.buffer.write(str(path).encode() + b"\\n" + content)
"""


def test_bytes_do_not_depend_on_hashing() -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", _PRINT],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 100_000


def test_a_twin_in_yaml_gives_the_same_program(tmp_path: Path) -> None:
    source = CASES["everything"].spec
    twin = tmp_path / "spec.yaml"
    twin.write_text(yaml.safe_dump(tomllib.loads(source.read_text("utf-8")), sort_keys=False), encoding="utf-8")
    (tmp_path / "work.py").write_text((source.parent / "work.py").read_text("utf-8"), encoding="utf-8")
    files = compile_for(target(), check(twin))
    assert files is not None
    ours = {path: _without_lines(content.decode(), "spec.yaml") for path, content in files.items()}
    theirs = {
        path: _without_lines(content.decode(), "spec.toml")
        for path, content in compiled(CASES["everything"]).files.items()
    }
    assert ours == theirs


def _without_lines(text: str, file: str) -> str:
    """The text without the name of the spec's file, and without the numbers of its lines."""
    parts = text.split(file)
    return "SPEC".join([parts[0], *(part.lstrip(":0123456789") for part in parts[1:])])
