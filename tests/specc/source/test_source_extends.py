"""`extends` merges files, remembers where each value came from, and ends whatever the files say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specc.diagnostics import Diagnostic, Place, Sink, Span
from specc.source import Spec, load_spec
from specc.source.limits import MAX_EXTENDS_DEPTH, MAX_FILES

Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def good(path: str) -> Spec:
    sink = Sink()
    spec = load_spec(path, sink)
    assert spec is not None, sink.diagnostics
    assert not sink.diagnostics
    return spec


def faults(path: str) -> list[Diagnostic]:
    sink = Sink()
    assert load_spec(path, sink) is None
    return list(sink.diagnostics)


def where(spec: Spec, *path: str | int, part: str = "value") -> tuple[str, int, int]:
    span = spec.locate(Place(path, part))
    return span.file, span.start.line, span.start.column


def test_tables_merge_and_the_rest_replaces(folder: Path, write: Write) -> None:
    write("base.toml", "a = 1\nlist = [1, 2, 3]\n[t]\nx = 1\n[t.u]\ny = 2\n[gone]\nz = 1\n")
    write("spec.toml", 'extends = ["base.toml"]\nb = 2\nlist = [9]\ngone = 5\n[t]\nx = 7\n[t.u]\nw = 3\n')
    spec = good("spec.toml")
    assert spec.value == {
        "extends": ["base.toml"],
        "a": 1,
        "b": 2,
        "list": [9],
        "t": {"x": 7, "u": {"y": 2, "w": 3}},
        "gone": 5,
    }
    assert [document.name for document in spec.documents] == ["spec.toml", "base.toml"]
    assert where(spec, "a") == ("base.toml", 1, 5)
    assert where(spec, "t", "x") == ("spec.toml", 6, 5)
    assert where(spec, "t", "u", "y") == ("base.toml", 6, 5)
    assert where(spec, "t", "u", "w") == ("spec.toml", 8, 5)
    assert where(spec, "t", "u", "nope") == ("spec.toml", 7, 1)
    assert where(spec, "list", 0) == ("spec.toml", 3, 9)
    assert where(spec, "list", 2) == ("spec.toml", 3, 8)
    assert where(spec, "gone", "z") == ("spec.toml", 4, 8)
    assert where(spec, "nope") == ("spec.toml", 1, 1)


def test_later_bases_win_formats_mix_and_paths_start_from_their_file(folder: Path, write: Write) -> None:
    write("shared/deep.json", '{"a": "deep", "b": "deep", "c": "deep", "d": "deep"}')
    write("shared/one.yaml", "extends: [deep.json]\na: one\nb: one\n")
    write("two.toml", 'extends = []\nb = "two"\nc = "two"\n')
    write("sub/spec.toml", 'extends = ["../shared/one.yaml", "../two.toml"]\nc = "own"\n')
    spec = good("sub/spec.toml")
    assert {key: spec.value[key] for key in "abcd"} == {"a": "one", "b": "two", "c": "own", "d": "deep"}
    assert [document.name for document in spec.documents] == [
        "sub/spec.toml",
        "two.toml",
        "shared/one.yaml",
        "shared/deep.json",
    ]
    assert where(spec, "a") == ("shared/one.yaml", 2, 4)
    assert where(spec, "b") == ("two.toml", 2, 5)
    assert where(spec, "d", part="key") == ("shared/deep.json", 1, 41)
    assert spec.root == Path("sub")


def test_a_file_reached_twice_is_read_once(folder: Path, write: Write) -> None:
    for number in range(12):  # without sharing: 4096 files
        write(f"{number}.toml", f'extends = ["{number + 1}.toml", "./{number + 1}.toml"]\n')
    write("12.toml", "a = 1")
    spec = good("0.toml")
    assert spec.value["a"] == 1
    assert len(spec.documents) == 13


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ('"base.toml"', "SPC030"),
        ("[1]", "SPC030"),
        ("{ a = 1 }", "SPC030"),
        ('["https://example.org/base.toml"]', "SPC033"),
        ('["/etc/base.toml"]', "SPC033"),
        ('["file:base.toml"]', "SPC033"),
        ('[""]', "SPC033"),
        ('["nope.toml"]', "SPC001"),
        ('["."]', "SPC002"),
        ('["a\\u0000b.toml"]', "SPC002"),
        ('["spec.toml"]', "SPC032"),
        ('["./spec.toml"]', "SPC032"),
        ('["base.ini"]', "SPC004"),
    ],
)
def test_what_cannot_be_extended(folder: Path, write: Write, value: str, code: str) -> None:
    write("base.ini", "")
    write("spec.toml", f"a = 1\nextends = {value}\n")
    (found,) = faults("spec.toml")
    assert found.code == code
    if code != "SPC004":
        at = found.labels[0].at
        assert isinstance(at, Span)
        assert (at.file, at.start.line) == ("spec.toml", 2)


def test_faults_in_bases_are_shown_there_all_at_once(folder: Path, write: Write) -> None:
    write("one.toml", "a = 5m\n")
    write("two.yaml", "a: b: c\n")
    write("spec.toml", 'extends = ["one.toml", "two.yaml", "three.toml"]\n')
    assert [(found.code, found.labels[0].at.file) for found in faults("spec.toml")] == [
        ("SPC010", "one.toml"),
        ("SPC011", "two.yaml"),
        ("SPC001", "spec.toml"),
    ]


def test_circles_are_named(folder: Path, write: Write) -> None:
    write("a.toml", 'extends = ["b.toml"]')
    write("b.toml", 'extends = ["c.toml"]')
    write("c.toml", 'extends = ["a.toml"]')
    (found,) = faults("a.toml")
    assert (found.code, found.notes) == ("SPC032", ("`a.toml` extends `b.toml` extends `c.toml` extends `a.toml`",))


def test_depth_number_and_size_are_bounded(folder: Path, write: Write) -> None:
    for number in range(MAX_EXTENDS_DEPTH + 2):
        write(f"deep-{number}.toml", f'extends = ["deep-{number + 1}.toml"]')
    assert [found.code for found in faults("deep-0.toml")] == ["SPC034"]
    for number in range(MAX_FILES + 1):
        write(f"wide-{number}.toml", "")
    names = ", ".join(f'"wide-{number}.toml"' for number in range(MAX_FILES + 1))
    write("wide.toml", f"extends = [{names}]")
    assert {found.code for found in faults("wide.toml")} == {"SPC034"}
    for number in range(5):
        write(f"big-{number}.toml", b"#" * (8 << 20))
    write("big.toml", 'extends = ["big-0.toml", "big-1.toml", "big-2.toml", "big-3.toml", "big-4.toml"]')
    assert {found.code for found in faults("big.toml")} == {"SPC034"}
