"""Where runs and the cache are kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specc_targets.local.runs.directory import RunDirectory
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.state import make_state, state_directory


def test_the_nearest_one_is_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPECC_STATE", raising=False)
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    assert state_directory(inner) == inner / ".specc"
    (folder / ".specc").mkdir()
    assert state_directory(inner) == folder / ".specc"
    (folder / "a" / ".specc").touch()
    assert state_directory(inner) == folder / ".specc"
    (inner / ".specc").mkdir()
    assert state_directory(inner) == inner / ".specc"
    monkeypatch.chdir(inner)
    assert state_directory() == inner / ".specc"


def test_the_environment_decides(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SPECC_STATE", "elsewhere")
    assert state_directory() == folder / "elsewhere"
    monkeypatch.setenv("SPECC_STATE", "~/s")
    monkeypatch.setenv("HOME", "/h")
    assert state_directory(folder) == Path("/h/s")
    monkeypatch.setenv("SPECC_STATE", "")
    assert state_directory(folder) == folder / ".specc"


def test_what_others_have_put_around_is_passed_by(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPECC_STATE", raising=False)
    (folder / ".specc").mkdir()
    (folder / "a").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: (folder / ".specc").stat().st_uid + 1)
    assert state_directory(folder / "a") == folder / "a" / ".specc"
    assert state_directory(folder) == folder / ".specc"


def test_it_is_made_once(folder: Path) -> None:
    state = make_state(folder / "x" / ".specc")
    (state / ".gitignore").write_text("mine\n")
    assert (make_state(state) / ".gitignore").read_text() == "mine\n"


def test_git_goes_on_to_see_what_was_there_before(folder: Path) -> None:
    (folder / "code.py").touch()
    RunDirectory.create(folder, None, {}).close()
    assert sorted(path.name for path in folder.iterdir()) == ["code.py", "runs"]
    (folder / ".specc" / "cache").mkdir(parents=True)
    assert (make_state(folder / ".specc") / ".gitignore").read_text() == "*\n"


def test_where_it_cannot_be_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECC_STATE", "~nobody-of-this-name/x")
    with pytest.raises(StateError, match="SPECC_STATE is `~nobody"):
        state_directory()
    monkeypatch.delenv("SPECC_STATE")
    gone = folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(StateError, match="not there any more"):
        state_directory()
    monkeypatch.chdir("/")
