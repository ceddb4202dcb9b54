"""What a program has given is given again while its arguments and the files that they name stay the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import specc

if TYPE_CHECKING:
    import pytest

SPEC = """
specc = 1
kind = "pipeline"
name = "cached"
[steps.count]
command = ["sh", "count.sh", "data.txt"]
env.WORD = "one"
cache = true
[outputs]
said = "${steps.count}"
"""


def test_files_that_arguments_name_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / "state"))
    spec, script, data = (tmp_path / name for name in ("spec.toml", "count.sh", "data.txt"))
    spec.write_text(SPEC)
    script.write_text('wc -l < "$1"; echo x >> calls\n')
    data.write_text("a\nb\n")

    def run() -> tuple[str, int]:
        outputs = specc.run(spec).check().outputs
        return str(outputs["said"]).strip(), len((tmp_path / "calls").read_text().split())

    assert [run(), run()] == [("2", 1), ("2", 1)]
    data.write_text("a\nb\nc\n")
    assert [run(), run()] == [("3", 2), ("3", 2)]
    script.write_text('echo "$WORD"; echo x >> calls\n')
    assert run() == ("one", 3)
    spec.write_text(SPEC.replace('"one"', '"two"'))
    assert run() == ("two", 4)
    data.write_text("a\nb\n")
    spec.write_text(SPEC.replace("cache = true", "cache = { key = [1] }"))
    assert [run(), run()] == [("one", 5), ("one", 5)]
