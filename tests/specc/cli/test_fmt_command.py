"""`specc fmt`: which files it takes, what it says, writes and ends with."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest

from specc.new_project.templates import TEMPLATES

UGLY = "#:schema ./x.json\nspecc=1 # one\nname   = 'a'\n[steps.a]\ncall='m:f'\n"
NEAT = '#:schema ./x.json\nspecc = 1  # one\nname = "a"\n\n[steps.a]\ncall = "m:f"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_are_written_and_named(specc, folder: Path) -> None:
    (folder / "a.toml").write_text(UGLY)
    (folder / "b.toml").write_text(NEAT)
    result = specc("fmt", "a.toml", "b.toml")
    assert (result.code, result.out) == (0, "reformatted `a.toml`\n")
    assert result.err == "1 file reformatted, 1 file already formatted\n"
    assert (folder / "a.toml").read_text() == NEAT
    assert specc("fmt", "a.toml").err == "1 file already formatted\n"


def test_what_cannot_be_written_is_not_counted(specc, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (folder / "a.toml").write_text(UGLY)
    (folder / "b.toml").write_text(NEAT)
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    result = specc("fmt", "a.toml")
    assert (result.code, result.out, result.err) == (1, "", "error: cannot write `a.toml`: permission denied\n")
    assert specc("fmt", "a.toml", "b.toml").err.endswith("denied\n1 file already formatted\n")
    assert (folder / "a.toml").read_text() == UGLY


def test_check_writes_nothing(specc, folder: Path) -> None:
    (folder / "a.toml").write_text(UGLY)
    result = specc("fmt", "--check", "a.toml")
    assert (result.code, result.out, result.err) == (1, "would reformat `a.toml`\n", "1 file would be reformatted\n")
    assert (folder / "a.toml").read_text() == UGLY
    (folder / "a.toml").write_text(NEAT)
    assert specc("fmt", "--check", "a.toml").code == 0


def test_diff_can_be_applied(specc, folder: Path) -> None:
    import subprocess

    (folder / "a.toml").write_text(UGLY.rstrip("\n"))
    result = specc("fmt", "--diff", "a.toml")
    assert result.code == 1
    assert (folder / "a.toml").read_text() == UGLY.rstrip("\n")
    subprocess.run(["git", "apply", "-p0", "-"], input=result.out.encode(), cwd=folder, check=True, timeout=60)
    assert (folder / "a.toml").read_text() == NEAT
    assert specc("fmt", "--diff", "a.toml").out == ""


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\r\n"])
def test_diff_of_a_text_with_other_separators_can_be_applied(specc, folder: Path, separator: str) -> None:
    import subprocess

    text = f"# one{separator}# two\n" + UGLY
    (folder / "a.toml").write_bytes(text.encode())
    result = specc("fmt", "--diff", "a.toml")
    subprocess.run(["git", "apply", "-p0", "-"], input=result.out.encode(), cwd=folder, check=True, timeout=60)
    applied = (folder / "a.toml").read_bytes()
    (folder / "a.toml").write_bytes(text.encode())
    specc("fmt", "a.toml")
    assert applied == (folder / "a.toml").read_bytes() != text.encode()


@pytest.mark.parametrize("option", [[], ["--check"], ["--diff"]])
def test_a_faulty_file_is_told_and_the_others_are_formatted(specc, folder: Path, option: list[str]) -> None:
    (folder / "bad.toml").write_text("specc = \n")
    (folder / "a.toml").write_text(UGLY)
    result = specc("fmt", *option, "bad.toml", "missing.toml", "a.toml")
    assert result.code == 2
    assert "error[SPC010]" in result.err
    assert "error[SPC001]" in result.err
    assert (folder / "bad.toml").read_text() == "specc = \n"
    assert (folder / "a.toml").read_text() == (UGLY if option else NEAT)


@pytest.mark.parametrize(("name", "before", "after"), [
    ("-", 'specc=1', "specc = 1\n"),
    ("a.yaml", "specc:   1", "specc: 1\n"),
    ("a.json", '{"specc":1}', '{\n  "specc": 1\n}\n'),
])  # fmt: skip
def test_standard_input_goes_to_standard_output(specc, folder: Path, name: str, before: str, after: str) -> None:
    options = [] if name == "-" else ["--stdin-name", name]
    result = specc("fmt", "-", *options, stdin=before.encode())
    assert (result.code, result.out, result.err) == (0, after, "")
    assert specc("fmt", "-", *options, stdin=after.encode()).out == after
    assert specc("fmt", "-", "--check", *options, stdin=before.encode()).code == 1


def test_a_faulty_standard_input_prints_nothing(specc, folder: Path) -> None:
    result = specc("fmt", "-", stdin=b"specc = ")
    assert (result.code, result.out) == (2, "")
    assert "<stdin>:1:7" in result.err


def test_folders_are_searched_for_specs(specc, folder: Path) -> None:
    taken = ["a.toml", "deep/b.yaml", "deep/c.yml", "deep/d.json", "deep/faulty.toml", "deep/quoted.toml"]
    left = ["pyproject.toml", "deep/data.json", "deep/inner.json", "compose.yaml", ".hidden/a.toml", "build/a.toml", "node_modules/a.toml",
            "venv/a.toml", "deep/late.toml", "latin.toml"]  # fmt: skip
    texts = {
        "a.toml": UGLY, "deep/b.yaml": "# c\nspecc:   1\n", "deep/c.yml": "{specc:   1}\n", "deep/d.json": '{"specc":1}', "deep/faulty.toml": "specc =\n",
        "deep/quoted.toml": '"specc"=1\n', "deep/data.json": '[{"specc":1}]', "deep/inner.json": '{"a":{"specc":1}}', "compose.yaml": "a:\n  specc:   1\n",
        "deep/late.toml": "[tool]\nspecc=1\n", "latin.toml": "specc=1 # \xe9\n", "pyproject.toml": "[project]\nname='specc'\n", "venv/pyvenv.cfg": "",
    }  # fmt: skip
    for name in [*taken, *left, "venv/pyvenv.cfg"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(texts.get(name, UGLY), encoding="latin-1")
    result = specc("fmt", "--check")
    named = {line.split("`")[1] for line in result.out.splitlines()}
    assert named == set(taken) - {"deep/faulty.toml"}
    assert "deep/faulty.toml" in result.err
    assert result.code == 2
    assert specc("fmt", "--check", "deep").out == specc("fmt", "--check", "deep", "deep/b.yaml").out


def test_quoted_globs(specc, folder: Path) -> None:
    (folder / "a.toml").write_text(UGLY)
    assert specc("fmt", "*.toml").out == "reformatted `a.toml`\n"
    assert specc("fmt", "*.yaml").code == 2


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_mark_and_line_ends_stay(specc, folder: Path, mark: bytes, end: str) -> None:
    (folder / "a.toml").write_bytes(mark + UGLY.replace("\n", end).encode())
    specc("fmt", "a.toml")
    assert (folder / "a.toml").read_bytes() == mark + NEAT.replace("\n", end).encode()


def test_links_and_permissions_stay(specc, folder: Path) -> None:
    (folder / "real.toml").write_text(UGLY)
    (folder / "real.toml").chmod(0o640)
    (folder / "link.toml").symlink_to("real.toml")
    assert specc("fmt", "link.toml").code == 0
    assert (folder / "link.toml").is_symlink()
    assert (folder / "real.toml").read_text() == NEAT
    assert (folder / "real.toml").stat().st_mode & 0o777 == 0o640
    assert {path.name for path in folder.iterdir()} == {"link.toml", "real.toml"}


def test_what_is_formatted_is_not_written_again(specc, folder: Path) -> None:
    (folder / "a.toml").write_text(NEAT)
    os.utime(folder / "a.toml", (1, 1))
    specc("fmt", "a.toml")
    assert (folder / "a.toml").stat().st_mtime == 1


def test_a_bug_leaves_the_file_alone(specc, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc.formatting import formatter

    monkeypatch.setattr(formatter, "_print", lambda text, format: text.replace("1", "2"))
    (folder / "a.toml").write_text(UGLY)
    result = specc("fmt", "a.toml")
    assert result.code == 1
    assert "error[SPC901]" in result.err
    assert (folder / "a.toml").read_text() == UGLY


def test_every_example_is_formatted(specc, repository: Path) -> None:
    result = specc("fmt", "--check", repository / "specs")
    assert (result.code, result.out) == (0, "")


@pytest.mark.parametrize("format", ["toml", "yaml"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_what_init_writes_is_formatted(specc, folder: Path, template: str, format: str) -> None:
    assert specc("init", "new", "--template", template, "--format", format, "--yes").code == 0
    assert specc("fmt", "--check").err == "1 file already formatted\n"


def test_fmt_loads_no_models(folder: Path) -> None:
    import subprocess
    import sys

    (folder / "a.toml").write_text(UGLY)
    probe = "import sys; from specc.cli.shell import run; run(['fmt', 'a.toml']); print(sorted({'pydantic', 'yaml', 'networkx', 'difflib'} & {*sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert (folder / "a.toml").read_text() == NEAT
