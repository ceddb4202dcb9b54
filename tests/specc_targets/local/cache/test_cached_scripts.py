"""What a script has given is given again while it, what it imports and what it is given stay the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import specc

if TYPE_CHECKING:
    import pytest

SPEC = """
specc = 1
kind = "pipeline"
name = "cached"
[steps.train]
script = "scripts/train.py"
globals.lr = 2
outputs = ["result"]
cache = true
[outputs]
result = "${steps.train.result}"
"""
TRAIN = """
from pathlib import Path
from beside import factor
lr = 1
with Path("calls").open("a") as file:
    file.write("x")
result = lr * factor
"""


def test_the_script_and_what_it_imports_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / "state"))
    spec, script, beside = (tmp_path / name for name in ("spec.toml", "scripts/train.py", "scripts/beside.py"))
    script.parent.mkdir()
    spec.write_text(SPEC)
    script.write_text(TRAIN)
    beside.write_text("factor = 10\n")
    (tmp_path / "beside.py").write_text("factor = 'of another folder'\n")

    def run() -> tuple[Any, int]:
        return specc.run(spec).check().outputs["result"], len((tmp_path / "calls").read_text())

    assert [run(), run()] == [(20, 1), (20, 1)]
    beside.write_text("factor = 1000\n")
    assert [run(), run()] == [(2000, 2), (2000, 2)]
    script.write_text(TRAIN.replace("lr * factor", "lr + factor"))
    assert [run(), run()] == [(1002, 3), (1002, 3)]
    spec.write_text(SPEC.replace("lr = 2", "lr = 3"))
    assert run() == (1003, 4)
    (tmp_path / "beside.py").write_text("factor = 'and that has changed'\n")
    assert run() == (1003, 4)
