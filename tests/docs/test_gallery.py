"""The gallery is what the examples give today."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def test_the_gallery_is_up_to_date(repository: Path) -> None:
    generator = runpy.run_path(str(repository / "docs" / "generate_gallery.py"))
    wanted = generator["files"]()
    assert len(wanted) >= 11
    for path, text in wanted.items():
        assert path.read_text(encoding="utf-8") == text, "run `make docs`"
    assert {path for path in wanted if path.suffix == ".svg"} == set(generator["PICTURES"].iterdir())


def test_what_is_stale_is_told(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    generator = runpy.run_path(str(repository / "docs" / "generate_gallery.py"))
    main = generator["main"]
    stale, orphan = tmp_path / "a.svg", tmp_path / "b.svg"
    main.__globals__.update(PICTURES=tmp_path, files=lambda: {stale: "new"})
    orphan.write_text("old")
    monkeypatch.setattr("sys.argv", ["generate_gallery.py", "--check"])
    assert main() == 1
    told = capsys.readouterr().err
    assert "a.svg is not up to date" in told
    assert "b.svg is not up to date" in told
    monkeypatch.setattr("sys.argv", ["generate_gallery.py"])
    assert main() == 0
    assert (stale.read_text(), orphan.exists()) == ("new", False)
