"""Where programs work, and what is kept of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from specc_runtime.errors import ArgumentMismatch, OutputMismatch
from specc_runtime.programs.folders import artifacts, compiled, readable, with_artifacts, working_folder, write_file
from specc_runtime.store import StoreError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPECC_ARTIFACTS", (tmp_path / "kept").as_uri())
    found = tmp_path / "work"
    (found / "sub" / "deep").mkdir(parents=True)
    for name in ("a.txt", "b.png", "sub/c.txt", "sub/deep/d.txt", ".hidden", "odd [1]\né.txt"):
        (found / name).write_text(name)
    return found


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("a.txt", {"a.txt"}),
        ("./a.txt", {"a.txt"}),
        ("*.txt", {"a.txt", "odd [1]\né.txt"}),
        ("*/*.txt", {"sub/c.txt"}),
        ("**/*.txt", {"a.txt", "odd [1]\né.txt", "sub/c.txt", "sub/deep/d.txt"}),
        ("sub/**", {"sub/c.txt", "sub/deep/d.txt"}),
        ("?.[pq]ng", {"b.png"}),
        ("[!a]*.png", {"b.png"}),
        ("odd [[]1]*", {"odd [1]\né.txt"}),
        (".*", {".hidden"}),
        ("*.none", set()),
        ("[", set()),
    ],
)
def test_patterns(folder: Path, pattern: str, matching: set[str]) -> None:
    assert artifacts(folder, [pattern]).keys() == matching


@pytest.mark.parametrize(
    "pattern", ["[", "[]", "[!]", "[z-a]", "a[\\]", "[[:alpha:]]", "**", "***", "a**b", "(", "[^a]"]
)
def test_no_pattern_is_an_error(pattern: str) -> None:
    compiled(pattern).fullmatch("a")


def test_a_file_is_kept_by_its_content_where_its_uri_says(folder: Path) -> None:
    (folder / "same").write_text("a.txt")
    kept = artifacts(folder, ["*"])
    assert list(kept) == sorted(kept)
    for name, one in kept.items():
        data = (folder / name).read_bytes()
        assert one == {"uri": one["uri"], "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        assert Path(unquote(urlsplit(one["uri"]).path)).read_bytes() == data
    assert kept["a.txt"]["uri"].endswith("/a.txt")
    assert kept["same"]["uri"].rpartition("/")[0] == kept["a.txt"]["uri"].rpartition("/")[0]
    assert artifacts(folder, ["a.txt"]) == {"a.txt": kept["a.txt"]}


@pytest.mark.parametrize(
    "pattern", ["none.txt", "sub", "/etc/passwd", "../work/a.txt", "sub/../a.txt", "~/a", "", "./"]
)
def test_what_is_no_file_below(folder: Path, pattern: str) -> None:
    with pytest.raises(OutputMismatch):
        artifacts(folder, [pattern])


def test_links_lead_nowhere_else(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("key")
    (folder / "inside").symlink_to("a.txt")
    (folder / "folder").symlink_to(secret)
    (folder / "dangling").symlink_to("none")
    (folder / "circle").symlink_to(folder)
    assert artifacts(folder, ["inside", "folder/*", "dang*", "circle/**"]).keys() == {"inside"}
    (folder / "outside").symlink_to(secret / "key")
    with pytest.raises(OutputMismatch, match="`outside` is a link"):
        artifacts(folder, ["out*"])


def test_a_result_with_artifacts_is_a_table() -> None:
    assert with_artifacts({"a": 1, "artifacts": 2}, {}) == {"a": 1, "artifacts": {}}
    assert with_artifacts([1], {}) == {"value": [1], "artifacts": {}}


@pytest.mark.parametrize("name", ["/a", "../a", "a/../../b", "", ".", "link/a"])
def test_no_file_is_written_elsewhere(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / "link").symlink_to(tmp_path)
    with pytest.raises(ArgumentMismatch):
        write_file(folder, name, b"x")
    assert not (tmp_path / "a").exists()


def test_a_file_that_was_kept_can_be_written_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (kept,) = artifacts(folder, ["sub/c.txt"]).values()
    monkeypatch.setenv("SPECC_ARTIFACTS", (folder / "of another run").as_uri())
    write_file(folder, "new/c.txt", kept)
    assert (folder / "new" / "c.txt").read_text() == "sub/c.txt"
    with readable(kept) as stream:
        assert not isinstance(stream, int)
        assert stream.read() == b"sub/c.txt"
    Path(unquote(urlsplit(kept["uri"]).path)).write_text("changed")
    with pytest.raises(StoreError, match="has changed"):
        write_file(folder, "again", kept)
    with pytest.raises(StoreError, match="nothing is stored"):
        write_file(folder, "again", {**kept, "uri": kept["uri"] + "x"})


def test_without_the_folder_of_the_run_nothing_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECC_ARTIFACTS", (folder / "of another machine" / "artifacts").as_uri())
    with pytest.raises(StoreError, match="is not on this machine"):
        artifacts(folder, ["a.txt"])


def test_a_fresh_folder_is_empty_its_own_and_gone_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECC_SCRATCH", str(tmp_path / "scratch"))
    with working_folder("fresh") as one, working_folder("fresh") as other:
        assert one != other
        assert one.parent == tmp_path / "scratch"
        assert not list(one.iterdir())
        (one / "a").mkdir()
        (one / "a" / "b").write_text("b")
    assert not list((tmp_path / "scratch").iterdir())
    monkeypatch.setenv("SPECC_SCRATCH", "/proc/none")
    with working_folder("fresh") as elsewhere:
        assert elsewhere.is_dir()
