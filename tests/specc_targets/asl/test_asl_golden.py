"""Whole machines, looked at by a person once and compared ever after; the same bytes on every run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pytest

from specc.diagnostics import Severity
from specc.frontend import check, compile_for
from specc.ir.ops import OPS
from specc_targets.asl import target
from specc_targets.asl.target import EMITTERS

GOLDEN = Path(__file__).parents[2] / "golden" / "asl"
CASES = sorted(path.parent for path in GOLDEN.glob("*/spec.toml"))


def compiled(spec: Path) -> Mapping[PurePosixPath, bytes]:
    compilation = check(spec)
    files = compile_for(target(), compilation)
    assert files is not None, compilation.diagnostics
    assert all(item.severity is Severity.HINT for item in compilation.diagnostics), compilation.diagnostics
    return files


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_machine(case: Path, golden: Callable[[Path, str | bytes], None]) -> None:
    golden(case / "expected.asl.json", compiled(case / "spec.toml")[PurePosixPath("state-machine.asl.json")].decode())


def test_no_orphans() -> None:
    for folder in GOLDEN.iterdir():
        if folder.is_dir() and folder.name != "__pycache__":
            assert sorted(path.name for path in folder.iterdir()) == ["expected.asl.json", "spec.toml"]


def test_every_operation_has_an_emitter() -> None:
    assert set(EMITTERS) == set(OPS)


_PRINT = """
import sys
from pathlib import Path
from specc.frontend import check, compile_for
from specc_targets.asl import target
for path in sys.argv[1:]:
    for name, content in (compile_for(target(), check(Path(path))) or {}).items():
        sys.stdout.buffer.write(content)
"""


def test_bytes_do_not_depend_on_hashing() -> None:
    specs = [str(case / "spec.toml") for case in CASES]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", _PRINT, *specs],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 10_000
