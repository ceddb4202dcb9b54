"""What the programs of a run leave in files: kept with the run, or gone."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import specc
from specc_runtime import capture

HEAD = 'specc = 1\nkind = "pipeline"\nname = "files"\n'
MAKE = """
[steps.make]
command = ["sh", "-c", "echo made >&2; echo $0 > a.txt", "${params.x}"]
cwd = "fresh"
artifacts = ["*.txt"]
cache = true
[outputs]
a = "${steps.make.artifacts['a.txt']}"
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / "state"))
    return tmp_path / "spec.toml"


def path_of(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def test_a_cached_result_is_one_whose_files_are_there(spec: Path) -> None:
    spec.write_text(HEAD + '[params]\nx = { type = "string", default = "x" }\n' + MAKE)
    lines: list[str] = []
    with capture.installed(lambda *line: lines.append(line[3])):
        first = specc.run(spec).check().outputs["a"]
        assert specc.run(spec).check().outputs["a"] == first
        path = path_of(first["uri"])
        assert path.read_text() == "x\n"
        assert path.is_relative_to(spec.parent / "state" / "runs")
        path.unlink()
        again = specc.run(spec).check().outputs["a"]
    assert path_of(again["uri"]).read_text() == "x\n"
    assert lines == ["made", "made"]


def test_a_run_that_keeps_nothing_has_its_files_elsewhere(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (spec.parent / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(spec.parent / "tmp"))
    spec.write_text(HEAD + '[params]\nx = { type = "string", default = "x" }\n' + MAKE)
    path = path_of(specc.run(spec, journal=False).check().outputs["a"]["uri"])
    assert path.read_text() == "x\n"
    assert path.is_relative_to(spec.parent / "tmp")


def test_killed_programs_leave_no_folder(spec: Path) -> None:
    spec.write_text(
        HEAD + '[steps.hang]\ncommand = ["sh", "-c", "pwd > $SPECC_ROOT/place; sleep 600"]\ncwd = "fresh"\n'
        'timeout = "300ms"\non_error.timeout.use = ""\n'
    )
    specc.run(spec).check()
    place = Path((spec.parent / "place").read_text().strip())
    assert place.is_relative_to(spec.parent / "state")
    assert not place.exists()
