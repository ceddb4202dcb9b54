"""`specc init` without questions: what it writes is sound, passes its tests and runs, and nothing is overwritten."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from specc.new_project.templates import EXAMPLES, SHIPPED, TEMPLATES, find

NOT_ALONE = {
    "sightings": "its steps call services of AWS, and a web page",
    "digits": "its scripts need scikit-learn",
}
"""Examples that are no templates, and why."""
EDITOR_FILES = [".taplo.toml", ".vscode/extensions.json", ".vscode/settings.json", "specc.schema.json", "tombi.toml"]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "My Project 2"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_every_example_is_a_template_or_cannot_be_one() -> None:
    examples = {
        path.name for path in EXAMPLES.iterdir() if (path / f"{path.name}.toml").exists() or list(path.glob("*.yaml"))
    }
    shipped = {path.name for path in SHIPPED.iterdir() if path.is_dir()}
    assert examples | shipped == TEMPLATES.keys() | NOT_ALONE.keys()
    assert not TEMPLATES.keys() & NOT_ALONE.keys()


@pytest.mark.parametrize("format", ["toml", "yaml"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_new_project_is_sound_and_passes_its_tests(specc, empty: Path, template: str, format: str) -> None:
    result = specc("init", "my-thing", "--template", template, "--format", format)
    assert result.code == 0, result.err
    written = result.out.splitlines()
    assert written[0] == f"my-thing.{format}"
    assert sorted(written) == files(empty)
    assert set(EDITOR_FILES) < set(written)
    assert "./specc.schema.json" in (empty / written[0]).read_text().splitlines()[0]
    checked = specc("check", written[0])
    assert (checked.code, checked.out, checked.err) == (0, "", "")
    tested = specc("test", written[0])
    assert re.fullmatch(r"[1-9]\d* passed, 0 failed", tested.out.splitlines()[-1]), tested.out + tested.err


@pytest.mark.parametrize("format", ["toml", "yaml"])
@pytest.mark.parametrize("template", [name for name in TEMPLATES if name != "release"])
def test_a_new_project_runs(specc, empty: Path, template: str, format: str) -> None:
    specc("init", "my-thing", "--template", template, "--format", format)
    result = specc("run", "--local", f"my-thing.{format}", "--json")
    assert result.code == 0, result.err
    original = specc("run", "--local", find(template).spec, "--json")
    assert json.loads(result.out)["outputs"] == json.loads(original.out)["outputs"]


@pytest.mark.parametrize("format", ["toml", "yaml"])
def test_a_new_project_that_asks_a_person_runs(specc, empty: Path, format: str) -> None:
    specc("init", "my-thing", "--template", "release", "--format", format)
    command = [sys.executable, "-m", "specc.cli", "run", "--local", f"my-thing.{format}", "--json"]
    with subprocess.Popen(command, cwd=empty, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        asked = next(line for line in running.stderr if "waits for role:owner" in line)
        run = re.search(r"specc approve (\S+)", asked)
        assert run is not None
        assert specc("approve", run[1], "gate", "--as", "role:owner").code == 0
        out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert json.loads(out)["outputs"]["published"] == {"version": "2.1", "by": "role:owner"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_mean_the_same_in_both_formats(specc, empty: Path, template: str) -> None:
    specc("init", "a", "--template", template, "-d", "one")
    specc("init", "a", "--template", template, "-d", "other", "--format", "yaml")
    one = specc("check", "one/a.toml", "--print-ir").out
    assert one == specc("check", "other/a.yaml", "--print-ir").out
    assert one


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_has_the_name_of_the_template(specc, empty: Path, template: str) -> None:
    specc("init", "new", "--template", template)
    old = find(template)
    texts = [empty / name for name in files(empty) if name.endswith((".py", "new.toml"))]
    assert texts
    for path in texts:
        assert old.spec.name not in path.read_text()
        assert f"{template}_steps" not in path.read_text()
    assert 'name = "new"' in (empty / "new.toml").read_text()


def test_traces_of_runs_are_not_copied(specc, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = empty / "templates" / "birds"
    (template / ".specc" / "runs").mkdir(parents=True)
    (template / "__pycache__").mkdir()
    (template / "birds.toml").write_bytes((EXAMPLES / "birds" / "birds.toml").read_bytes())
    for name in ("birds.py", ".specc/runs/a.json", "__pycache__/birds.pyc", ".DS_Store"):
        (template / name).write_text("")
    monkeypatch.setattr("specc.new_project.templates.SHIPPED", template.parent)
    result = specc("init", "a", "--template", "birds", "-d", "new", "--no-editor-files")
    assert result.out.splitlines() == ["new/a.toml", "new/a_steps.py", "new/.gitignore"]


def test_templates_are_listed(specc, empty: Path) -> None:
    result = specc("init", "--list")
    assert [line.split()[0] for line in result.out.splitlines()] == list(TEMPLATES)
    assert json.loads(specc("init", "--list", "--json").out) == TEMPLATES
    assert files(empty) == []


def test_the_directory_names_the_spec(specc, empty: Path) -> None:
    result = specc("init", "--json")
    told = json.loads(result.out)
    assert told["spec"] == "my-project-2.toml"
    assert told["kept"] == []
    assert sorted(told["files"]) == files(empty)


def test_without_editor_files(specc, empty: Path) -> None:
    specc("init", "a", "--no-editor-files")
    assert files(empty) == [".gitignore", "a.toml", "a_steps.py"]
    assert (empty / "a.toml").read_text().startswith("specc = 1\n")


def test_what_runs_leave_is_ignored(specc, empty: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=empty, check=True)
    specc("init", "a")
    specc("run", "--local", "a.toml")
    specc("compile", "a.toml")
    before = {name for name in files(empty) if not name.startswith((".git/", ".specc/", "build/", "__pycache__/"))}
    listed = ["git", "ls-files", "--others", "--exclude-standard"]
    shown = subprocess.run(listed, cwd=empty, capture_output=True, text=True, check=True).stdout.splitlines()
    assert set(shown) == before
    assert (empty / ".specc").exists()


@pytest.mark.parametrize("name", ["Birds", "9", "a b", "../up", "a/b", "x" * 49, "-a", "ä", ""])
def test_names_that_cannot_be(specc, empty: Path, name: str) -> None:
    result = specc("init", "--", name)
    assert result.code == 2
    assert f"`{name}` cannot be a spec's name" in result.err
    assert files(empty) == []


@pytest.mark.parametrize("kind", ["validation", "agent"])
def test_kinds_that_cannot_be_compiled_are_not_offered(specc, empty: Path, kind: str) -> None:
    assert specc("init", "a", "--kind", kind).code == 2
    assert files(empty) == []


def test_nothing_is_overwritten(specc, empty: Path) -> None:
    (empty / "birds_steps.py").write_text("mine")
    result = specc("init", "birds")
    assert result.code == 2
    assert "`birds_steps.py`" in result.err
    assert files(empty) == ["birds_steps.py"]
    assert (empty / "birds_steps.py").read_text() == "mine"


def test_nothing_is_written_through_links(specc, empty: Path) -> None:
    elsewhere = empty.parent / "elsewhere"
    elsewhere.mkdir()
    (empty / "data").symlink_to(elsewhere)
    result = specc("init", "a", "--template", "weather")
    assert result.code == 2
    assert "`data/README.md`, `data/seattle-weather.csv`" in result.err
    assert list(elsewhere.iterdir()) == []
    (empty / "b.toml").symlink_to(empty / "nowhere.toml")
    assert specc("init", "b").code == 2
    assert not (empty / "nowhere.toml").exists()


def test_editor_files_that_are_there_stay(specc, empty: Path) -> None:
    (empty / "specc.schema.json").write_text("{}")
    (empty / ".gitignore").write_text("mine\n")
    (empty / ".vscode").symlink_to(empty.parent)
    result = specc("init", "birds")
    assert result.code == 0
    kept = ".gitignore, .vscode/extensions.json, .vscode/settings.json, specc.schema.json"
    assert f"kept as they are: {kept}\n" in result.err
    assert result.out.splitlines() == ["birds.toml", "birds_steps.py", ".taplo.toml", "tombi.toml"]
    assert (empty / "specc.schema.json").read_text() == "{}"
    assert (empty / ".gitignore").read_text() == "mine\n"
    assert sorted(path.name for path in empty.parent.iterdir()) == [empty.name]


def test_a_directory_that_cannot_be_made(specc, empty: Path) -> None:
    (empty / "file").write_text("")
    result = specc("init", "a", "-d", "file/deeper")
    assert result.code == 1
    assert "cannot write `file" in result.err
    assert files(empty) == ["file"]


def test_when_a_file_cannot_be_written_none_is(specc, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last file's name is too long for any file system."""
    from specc.cli import init

    long = "x" * 300
    monkeypatch.setattr(init, "_editor_files", lambda spec: {init.PurePosixPath("deep/er/" + long): b""})
    result = specc("init", "a", "--template", "weather", "-d", "new/er")
    assert result.code == 1
    assert f"cannot write `new/er/deep/er/{long}`: file name too long" in result.err
    assert list(empty.iterdir()) == []
