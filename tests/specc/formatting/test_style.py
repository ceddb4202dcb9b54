"""What the style is, by example."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from specc.formatting import FormattingError, format_text, formatter
from specc.source.fault import Fault
from specc.source.formats import Format


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
def test_golden(format: Format, repository: Path, golden) -> None:
    folder = repository / "tests" / "golden" / "formatting" / format
    golden(folder / f"after.{format}", format_text((folder / f"before.{format}").read_text(encoding="utf-8"), format))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("\n\n", ""),
        ("# only", "# only\n"),
        ("a=1", "a = 1\n"),
        ("a = 'x'", 'a = "x"\n'),
        ("a = 'x\"y'", "a = 'x\"y'\n"),
        ("a = 'C:\\x'", "a = 'C:\\x'\n"),
        ("a = '''x'''", "a = '''x'''\n"),
        ("'a b' . \"c\"=1", '"a b"."c" = 1\n'),
        ("a=1\n\n\n\nb=2", "a = 1\n\nb = 2\n"),
        ("a=1\n[b]\n\nc=2\n[b.d]", "a = 1\n\n[b]\nc = 2\n\n[b.d]\n"),
        ("a=1\n# of b\n[b]", "a = 1\n\n# of b\n[b]\n"),
        ("a=1\n# of a\n\n[b]", "a = 1\n# of a\n\n[b]\n"),
        ("[ a ] # x\n#y", "[a]  # x\n#y\n"),
        ("a = [1,2,]", "a = [\n  1,\n  2,\n]\n"),
        ("a = [\n1,\n2\n]", "a = [1, 2]\n"),
        ("a = 2020-01-01 10:00:00", "a = 2020-01-01T10:00:00\n"),
        ("a = {b=1,c=[ 2 ]}", "a = { b = 1, c = [2] }\n"),
        ('a = """\r\nx\r\n"""\r\n', 'a = """\r\nx\r\n"""\r\n'),
        ("a=1\r\nb=2\n", "a = 1\r\nb = 2\r\n"),
        ("\ufeffa=1", "\ufeffa = 1\n"),
    ],
)
def test_toml(before: str, after: str) -> None:
    assert format_text(before, "toml") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("# only", "# only\n"),
        ("a:   1", "a: 1\n"),
        ("a: 'it''s'", 'a: "it\'s"\n'),
        ("a: 'x\"y'", "a: 'x\"y'\n"),
        ("a: 'x\\n'", "a: 'x\\n'\n"),
        ("a: '1'\nb: 'null'", 'a: "1"\nb: "null"\n'),
        ("a:\n- 1\n-   b: 2\n    c: 3", "a:\n  - 1\n  - b: 2\n    c: 3\n"),
        ("a:\n\n\n    b: 1\n\n\n\n    c: 2", "a:\n  b: 1\n\n  c: 2\n"),
        ("a:\n    b: 1\n    # of b\n# of c\nc: 2", "a:\n  b: 1\n  # of b\n# of c\nc: 2\n"),
        ("a: { b: 1,c: [ 2 ] }", "a: {b: 1, c: [2]}\n"),
        ("a: [1,\n 2, # two\n 3]", "a: [\n    1,\n    2,  # two\n    3,\n  ]\n"),
        ("a: |\n      x\n       y\n\n\n\nb: 1", "a: |\n  x\n   y\n\nb: 1\n"),
        ("a: |+\n    x\n\n\nb: 1", "a: |+\n  x\n\n\nb: 1\n"),
        ("a: |2\n     x\n    y", "a: |2\n     x\n    y"),
        ("a: |-\n  x", "a: |-\n  x\n"),
        ("a: |-\n x\n   ", "a: |-\n  x\n    \n"),
        ("a: |+\n    x\n  ", "a: |+\n  x\n"),
        ("a: |\n  x", "a: |\n  x"),
        ("a: &x  {b: 1}\nc:   *x", "a: &x {b: 1}\nc: *x\n"),
        ("a: !!str   1", "a: !!str 1\n"),
        ("---   # x\na: 1\n...", "---  # x\na: 1\n...\n"),
        ("? a\n:   1\n", "? a\n:   1\n"),
        ("%YAML 1.2\n---\na:   1\n", "%YAML 1.2\n---\na:   1\n"),
        ("a:   1\r\nb: |\r\n    x\r\n", "a: 1\r\nb: |\r\n  x\r\n"),
    ],
)
def test_yaml(before: str, after: str) -> None:
    assert format_text(before, "yaml") == after


@pytest.mark.parametrize(
    ("format", "text"),
    [("toml", "a = "), ("toml", "a = 1\na = 2"), ("yaml", "a: ["), ("yaml", "a: {<<: 1}"), ("yaml", "a: 1\n---\n"), ("json", "{,}"), ("json", '{"a": 1, "a": 2}')],
)  # fmt: skip
def test_what_cannot_be_read_is_a_fault(format: Format, text: str) -> None:
    with pytest.raises(Fault):
        format_text(text, format)


@pytest.mark.parametrize(
    ("format", "text", "wrong"),
    [
        ("toml", "a = 1 # x", "a = 2 # x"),
        ("toml", "a = 1 # x", "a = 1.0 # x"),
        ("toml", "a = 1 # x", "a = true # x"),
        ("toml", "a = 1 # x", "a = 1"),
        ("toml", "a = 1 # x", "a = "),
        ("toml", "a = 1\nb = 2", "b = 2\na = 1"),
        ("toml", "a = 1 # x\nb = 2 # y", "a = 1 # y\nb = 2 # x"),
        ("yaml", "a: [1, 2]", "a: [2, 1]"),
        ("yaml", "a: | # x\n  y", "a: |\n  y"),
        ("json", '{"a": null}', '{"a": 0}'),
    ],
)
def test_no_other_meaning_is_ever_returned(
    format: Format, text: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formatter, "_print", lambda text, format: wrong)
    with pytest.raises(FormattingError):
        format_text(text, format)


REORDERED = {"arrays-in-maps-and-loops", "groups-four-deep"}
"""Specs in which tables of one parent stand apart; tombi moves them together."""


def test_tombi_leaves_what_is_formatted(repository: Path, tmp_path: Path) -> None:
    specs = [*repository.glob("specs/*/*.toml"), *repository.glob("tests/conformance/corpus/*/spec.toml")]
    for path in specs:
        if path.parent.name not in REORDERED:
            text = format_text(path.read_text(encoding="utf-8"), "toml")
            (tmp_path / f"{path.parent.name}-{path.name}").write_text(text, encoding="utf-8")
    tombi = Path(sys.executable).parent / "tombi"
    done = subprocess.run(
        [tombi, "format", "--offline", "--check", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.iterdir())) > 100
