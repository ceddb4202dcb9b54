"""The settings of a stack: written anew with each compile, and nothing is lost that Pulumi or the user keeps there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from judges.programs.cases import CASES
from judges.programs.running import run_folder
from specc.frontend import check
from specc.targets import TargetError
from specc_targets.pulumi.projects import Project, write_project
from specc_targets.pulumi.settings import KEPT, dump, merged

FILE = PurePosixPath("Pulumi.dev.yaml")
OURS = {
    "aws:region": "eu-west-1",
    "aws:accessKey": "emulator",
    "aws:endpoints": [{"s3": "http://127.0.0.1:5000"}],
    "aws:skipRegionValidation": True,
}
_VALUE = st.one_of(
    st.text(max_size=20),
    st.integers(),
    st.booleans(),
    st.lists(st.text(max_size=5), max_size=3),
    st.fixed_dictionaries({"secure": st.text(max_size=30)}),
)
_USERS = st.dictionaries(st.from_regex(r"birds:[a-z]{1,8}", fullmatch=True), _VALUE, max_size=4)
_KEPT = st.dictionaries(st.sampled_from(KEPT), st.text(min_size=1, max_size=200), max_size=3)
_OTHER = st.dictionaries(st.sampled_from(["environment", "secretsproviders", "x"]), _VALUE, max_size=2)
_WRITTEN = st.sets(st.sampled_from(sorted(OURS))).map(lambda keys: {key: OURS[key] for key in sorted(keys)})


@settings(max_examples=100, deadline=None)
@given(users=_USERS, kept=_KEPT, other=_OTHER, before=_WRITTEN, after=_WRITTEN)
def test_merging(
    users: dict[str, Any], kept: dict[str, str], other: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    found = dump({**kept, "config": {**before, **users}, **other}).encode()
    written = dump({"config": after}).encode()
    made = merged(FILE, written, found)
    result = yaml.safe_load(made)
    config = result["config"]
    assert {key: result[key] for key in kept} == kept, "what the secrets are read with is kept"
    assert {key: config[key] for key in users} == users, "what the user has set is kept"
    assert {key: result[key] for key in other} == other
    assert {key: config[key] for key in after} == after, "what the spec says now holds"
    left = set(config) - set(users) - set(after)
    assert left <= ({"aws:region"} & set(before)), "what the spec said before, and only specc writes, is gone"
    assert merged(PurePosixPath("Pulumi.dev.yaml"), written, made) == made, "once more changes nothing"


@pytest.mark.parametrize("found", [b"", b"null\n", b"# nothing\n"])
def test_an_empty_file_is_written_anew(found: bytes) -> None:
    written = dump({"config": {"aws:region": "eu-west-1"}}).encode()
    assert merged(FILE, written, found) == written


@pytest.mark.parametrize("found", [b"- a\n", b"{", b"\x80", b"<<<<<<< mine\nencryptionsalt: v1:a\n======="])
def test_what_cannot_be_read_is_not_written_over(found: bytes) -> None:
    with pytest.raises(TargetError, match="mend the file"):
        merged(FILE, dump({"config": {"aws:region": "eu-west-1"}}).encode(), found)


def test_settings_that_are_as_they_should_be_stay_to_the_byte() -> None:
    found = b"# the salt is of prod\nencryptionsalt: 'v1:abc'\nconfig: {aws:region: eu-west-1}  # ours\n"
    assert merged(FILE, dump({"config": {"aws:region": "eu-west-1"}}).encode(), found) == found


@pytest.mark.slow
def test_compiling_leaves_settings_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    from subprocess import run

    monkeypatch.setenv("SPECC_STATE", str(tmp_path / ".specc"))
    shutil.copytree(CASES["kept"].spec.parent, tmp_path / "source", ignore=shutil.ignore_patterns("expected"))
    file = tmp_path / "build" / "pulumi" / "Pulumi.prod.yaml"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"<<<<<<< mine\nencryptionsalt: v1:a\n=======")
    spec = tmp_path / "source" / "spec.toml"
    arguments = ["compile", str(spec), "-t", "pulumi", "--stack", "prod", "-o", str(tmp_path / "build")]
    done = run(
        [sys.executable, "-m", "specc.cli", *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, "cannot be read" in done.stderr) == (2, True), done.stderr
    assert file.read_bytes() == b"<<<<<<< mine\nencryptionsalt: v1:a\n======="
    assert [path.name for path in file.parent.iterdir()] == [file.name], "nothing is half written"


@pytest.mark.parametrize("found", [b"encryptionsalt: v1:abc\n", b"encryptionsalt: v1:abc\nconfig:\n"])
def test_settings_without_config(found: bytes) -> None:
    made = yaml.safe_load(merged(FILE, dump({"config": {"aws:region": "eu-west-1"}}).encode(), found))
    assert made == {"encryptionsalt": "v1:abc", "config": {"aws:region": "eu-west-1"}}


@pytest.mark.parametrize("name", ["Pulumi.yaml", "__main__.py", "requirements.txt"])
def test_other_files_are_written_anew(name: str) -> None:
    assert merged(PurePosixPath(name), b"new", b"old") == b"new"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Project]:
    """`project()` writes the project of a spec with resources of the user's."""
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / ".specc"))
    source = tmp_path / "source"
    shutil.copytree(CASES["kept"].spec.parent, source, ignore=shutil.ignore_patterns("expected"))
    spec = source / "spec.toml"
    spec.write_text(spec.read_text("utf-8").replace('requirements = "requirements.txt"\n', ""), encoding="utf-8")

    def make(change: Callable[[Path], None] = lambda _: None) -> Project:
        change(spec)
        compilation = check(spec, stack="prod")
        made = write_project(compilation, tmp_path / "project", virtualenv=None)
        assert made is not None, compilation.diagnostics
        return made

    return make


@pytest.mark.slow
def test_a_project_that_is_compiled_again(project: Callable[..., Project]) -> None:
    made = project()
    folder = made.directory
    settings = folder / "Pulumi.prod.yaml"
    settings.write_text(
        "encryptionsalt: v1:salt\nconfig:\n  aws:region: us-east-1\n  kept:image: old\n  kept:password:\n    secure: v1:x\n"
    )
    (folder / "left-state-machine.asl.json").write_text("{}")
    (folder / "notes.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != settings.name}
    again = project()
    assert yaml.safe_load(settings.read_text()) == {
        "encryptionsalt": "v1:salt",
        "config": {"aws:region": "eu-west-1", "kept:image": "old", "kept:password": {"secure": "v1:x"}},
    }
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != settings.name}
    before.pop("left-state-machine.asl.json")
    assert after == before, "the code, too, is the same to the byte"
    assert (again.program.files == made.program.files) is True
    case = CASES["kept"]
    ran = run_folder(folder, "kept", "prod", case.config, unknown=False)
    assert (ran.ok, ran.messages) == (True, ())
    assert "results" in ran.wanted, "what the user adds is there"


@pytest.mark.slow
def test_what_the_user_adds_is_read_anew(project: Callable[..., Project]) -> None:
    folder = project().directory
    (folder / "infra.py").write_text("changed in the wrong place\n")

    def change(spec: Path) -> None:
        file = spec.parent / "infra.py"
        file.write_text(file.read_text("utf-8").replace('"results"', '"findings"'), encoding="utf-8")

    project(change)
    ran = run_folder(folder, "kept", "prod", CASES["kept"].config, unknown=True)
    assert ran.ok, ran.messages
    assert "findings" in ran.wanted
