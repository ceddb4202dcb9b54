"""The same spec gives the same bytes, whatever the hash seed, the directory, or the format it is written in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SPECS = sorted([*ROOT.glob("specs/*/*.toml"), *ROOT.glob("tests/conformance/corpus/*/spec.toml")])


def compiled(spec: Path, output: Path, seed: str) -> dict[str, str]:
    """The hash of every file that compiling writes."""
    done = subprocess.run(
        [sys.executable, "-m", "specc.cli", "compile", str(spec), "-o", str(output)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    files = sorted(path for path in output.rglob("*") if path.is_file())
    return {str(path.relative_to(output)): sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("spec", sorted(ROOT.glob("specs/*/*.toml")), ids=lambda path: path.stem)
def test_hash_seeds(spec: Path, tmp_path: Path) -> None:
    one = compiled(spec, tmp_path / "one", "1")
    assert one == compiled(spec, tmp_path / "two", "4242")
    assert len(one) > 4


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_twins_in_other_formats_give_the_same_operations(spec: Path) -> None:
    from specc.frontend import check
    from specc.ir.printer import print_module

    original = check(spec)
    if original.module is None or original.failed:
        pytest.skip("a spec that is meant not to compile")
    value = tomllib.loads(spec.read_text(encoding="utf-8"))
    try:
        texts = {"json": json.dumps(value), "yaml": yaml.safe_dump(value, sort_keys=False, allow_unicode=True)}
    except TypeError:
        pytest.skip("holds a date, which JSON does not have")
    for format, text in texts.items():
        twin = check(spec.with_suffix(f".{format}"), text=text.encode(), format=format)
        assert twin.module is not None, [found.message for found in twin.diagnostics]
        assert print_module(twin.module) == print_module(original.module)
