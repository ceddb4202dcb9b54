"""`specc migrate`."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.migrations import Migration, TextEdit


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.toml").write_text("specc = 1  # one\nname = 'a'\n")
    return tmp_path


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second version of the language, in which `name` is called `title`."""

    def rename(document):
        start, end, *_ = document.table.extents["name",]
        return [TextEdit(start, end, "title")]

    monkeypatch.setattr("specc.migrations.MIGRATIONS", (Migration("`name` is called `title`", rename),))


def test_version_1_is_up_to_date(specc, folder: Path) -> None:
    before = (folder / "a.toml").read_text()
    for options in ([], ["--check"], ["--diff"], ["--to", "1"]):
        result = specc("migrate", "a.toml", *options)
        assert (result.code, result.out, result.err) == (0, "", "1 file up to date\n")
    assert (folder / "a.toml").read_text() == before


def test_unknown_versions(specc, folder: Path) -> None:
    (folder / "new.toml").write_text("specc = 7\n")
    result = specc("migrate", "new.toml", "a.toml")
    assert result.code == 2
    assert "error[SPC111]" in result.err
    assert "new.toml:1:9" in result.err
    assert "1 file up to date" in result.err
    assert specc("migrate", "--to", "2").code == 2
    assert "newest is 1" in specc("migrate", "--to", "2").err


@pytest.mark.usefixtures("invented")
def test_migrations_are_written(specc, folder: Path) -> None:
    assert specc("migrate", "--check").out == "would migrate `a.toml`\n"
    assert "+title = 'a'" in specc("migrate", "--diff", "a.toml").out
    assert specc("migrate", "-", stdin=b"specc = 1\nname = 'a'\n").out == "specc = 2\ntitle = 'a'\n"
    assert specc("migrate", "--to", "1").err == "1 file up to date\n"
    assert specc("migrate").out == "migrated `a.toml`\n"
    assert (folder / "a.toml").read_text() == "specc = 2  # one\ntitle = 'a'\n"
    assert specc("migrate").err == "1 file up to date\n"
    back = specc("migrate", "--to", "1")
    assert (back.code, back.err) == (2, "error: `a.toml` is written in version 2; specs are never migrated back\n")
